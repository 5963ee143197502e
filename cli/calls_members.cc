// Verbs about members and their deviations.
#include <algorithm>

#include "cli/calls.h"
#include "commands/state/names.h"

namespace groupctl {
namespace {

Result<Call> noun(const Words&) {
  return fail(ErrorCode::kInvalid,
              "member list, show, label, evict, start, stop, restart or spawn is needed");
}

Result<Call> show(const Words& words) {
  const auto name = words.needed("MEMBER");
  if (!name) return tl::unexpected(name.error());
  if (!is_name(*name)) return no_member_name(*name);
  return MemberShowCall{*name};
}

Result<Call> evict(const Words& words) {
  auto names = words.all_needed("MEMBER");
  if (!names) return tl::unexpected(names.error());
  auto id = request_key(words);
  if (!id) return tl::unexpected(id.error());
  std::sort(names->begin(), names->end());
  names->erase(std::unique(names->begin(), names->end()), names->end());
  for (const std::string& name : *names) {
    if (!is_name(name)) return no_member_name(name);
  }
  EvictCall call{*std::move(names), words.on("--force"), words.one_or_none("--message"),
                 *std::move(id)};
  if (const Status s = at_sequence(words, call.at_sequence); !s) return tl::unexpected(s.error());
  return call;
}

Result<Call> diff(const Words& words) {
  return DiffCall{words.all("MEMBER"), words.on("--exit-code")};
}

Result<Call> reconcile(const Words& words) {
  auto members = words.all_needed("MEMBER");
  if (!members) return tl::unexpected(members.error());
  ReconcileCall call{*std::move(members), words.one_or_none("--message")};
  const Status s = words.duration("--wait-timeout", call.wait_timeout_ms);
  if (!s) return tl::unexpected(s.error());
  return call;
}

Result<Call> adopt(const Words& words) {
  auto members = words.all_needed("MEMBER");
  if (!members) return tl::unexpected(members.error());
  AdoptCall call{*std::move(members), words.all("--target"), words.one_or_none("--message")};
  Status s = words.duration("--wait-timeout", call.wait_timeout_ms);
  if (s) s = at_sequence(words, call.at_sequence);
  if (!s) return tl::unexpected(s.error());
  return call;
}

constexpr CallRow kRows[] = {{"member", noun},      {"member list", plain<MemberListCall>},
                             {"member show", show}, {"member evict", evict},
                             {"diff", diff},        {"reconcile", reconcile},
                             {"adopt", adopt}};

}  // namespace

std::span<const CallRow> member_calls() { return kRows; }

}  // namespace groupctl
