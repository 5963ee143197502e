#include "commands/named_payload.h"

#include <set>

#include "commands/state/names.h"

namespace groupctl::named {

Status check(std::string_view command, const std::vector<std::string>& names, bool may_be_none) {
  const auto invalid = [&](std::string_view why) {
    return fail(ErrorCode::kInvalid, std::string(command) + ": " + std::string(why));
  };
  if (names.empty() && !may_be_none) return invalid("no artefact");
  if (names.size() > kMaxNamedArtefacts) return invalid("more than 64 artefacts");
  std::set<std::string_view> seen;
  for (const std::string& name : names) {
    if (!is_name(name)) return invalid("no artefact's name");
    if (!seen.insert(name).second) return invalid(name + " is given twice");
  }
  return {};
}

std::vector<std::string> run_keys(const std::vector<std::string>& names) {
  std::vector<std::string> keys;
  for (const std::string& name : names) keys.push_back(run_key(name));
  return keys;
}

}  // namespace groupctl::named
