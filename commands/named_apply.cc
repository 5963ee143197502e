#include "commands/named_apply.h"

#include <algorithm>

namespace groupctl::named {

Status check_known(std::string_view command, const GroupState& state,
                   const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (state.find(artefact_key(name)) != nullptr) continue;
    return fail(command, no_row_of(state, "artefact", artefact_key(""), name).value());
  }
  return {};
}

bool not_set_later(const Entry& entry, const GroupState& state, const MemberRow& member) {
  return entry.keys.empty() ||
         std::any_of(entry.keys.begin(), entry.keys.end(), [&](const std::string& key) {
           const auto name = run_name(key);
           return name && !set_later(state, member, *name, entry.sequence);
         });
}

}  // namespace groupctl::named
