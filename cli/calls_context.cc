// context list, use, add, rm.
#include "cli/calls.h"

namespace groupctl {
namespace {

using Action = ContextCall::Action;

Result<Call> named(Action action, const Words& words) {
  auto name = words.needed("NAME");
  if (!name) return tl::unexpected(name.error());
  if (name->empty()) return fail(ErrorCode::kInvalid, "NAME is needed");
  return ContextCall{action,
                     *std::move(name),
                     words.one_or_none("--endpoint"),
                     words.one_or_none("--group"),
                     words.one_or_none("--server-key"),
                     words.one_or_none("--key")};
}

Result<Call> use(const Words& words) { return named(Action::kUse, words); }
Result<Call> remove(const Words& words) { return named(Action::kRemove, words); }

Result<Call> add(const Words& words) {
  auto call = named(Action::kAdd, words);
  std::uint64_t confirm_above = kConfirmAbove;
  if (const Status s = words.number("--confirm-above", kMaxConfirmAbove, confirm_above); !s) {
    return tl::unexpected(s.error());
  }
  if (call) std::get<ContextCall>(*call).confirm_above = static_cast<std::uint32_t>(confirm_above);
  const std::string group = words.one_or_none("--group");
  if (!group.empty() && !is_name(group)) return no_group_name(group);
  if (!call || !std::get<ContextCall>(*call).endpoint.empty()) return call;
  return fail(ErrorCode::kInvalid, "-E URL is needed: where the coordinator answers");
}

Result<Call> noun(const Words&) {
  return fail(ErrorCode::kInvalid, "context list, use NAME, add NAME or rm NAME is needed");
}

constexpr CallRow kRows[] = {{"context", noun},
                             {"context list", plain<ContextCall>},
                             {"context use", use},
                             {"context add", add},
                             {"context rm", remove}};

}  // namespace

std::span<const CallRow> context_calls() { return kRows; }

}  // namespace groupctl
