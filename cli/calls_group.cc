// group list, show, create, delete, recover.
#include "cli/calls.h"
#include "wire/endpoint.h"

namespace groupctl {
namespace {

Result<Call> noun(const Words&) {
  return fail(ErrorCode::kInvalid,
              "group list, show, start, stop, create NAME, delete NAME or recover is needed");
}

Result<std::string> group_name(const Words& words) {
  auto name = words.needed("NAME");
  if (!name || is_name(*name)) return name;
  return fail(ErrorCode::kInvalid, "\"" + *name + "\" is no name of a group");
}

Result<Call> show(const Words& words) { return GroupShowCall{words.one_or_none("NAME")}; }

Result<Call> create(const Words& words) {
  auto name = group_name(words);
  if (!name) return tl::unexpected(name.error());
  GroupCreateCall call{*std::move(name)};
  for (const auto& [flag, endpoint] : {std::pair{"--member-endpoint", &call.endpoints.member},
                                       std::pair{"--command-endpoint", &call.endpoints.command},
                                       std::pair{"--admin-endpoint", &call.endpoints.admin}}) {
    if (!words.on(flag)) continue;
    *endpoint = words.one_or_none(flag);
    if (const Status allowed = check_bind_endpoint(*endpoint); !allowed) {
      return fail(flag, allowed.error());
    }
  }
  auto id = request_key(words);
  if (!id) return tl::unexpected(id.error());
  call.id = *std::move(id);
  return call;
}

Result<Call> remove(const Words& words) {
  auto name = group_name(words);
  if (!name) return tl::unexpected(name.error());
  auto id = request_key(words);
  if (!id) return tl::unexpected(id.error());
  return GroupDeleteCall{*std::move(name), *std::move(id)};
}

Result<Call> recover(const Words& words) { return RecoverCall{words.one_or_none("--message")}; }

constexpr CallRow kRows[] = {{"group", noun},          {"group list", plain<GroupListCall>},
                             {"group show", show},     {"group create", create},
                             {"group delete", remove}, {"group recover", recover}};

}  // namespace

std::span<const CallRow> group_calls() { return kRows; }

}  // namespace groupctl
