#include "agent/allowed.h"

#include <algorithm>

#include "log/types.h"

namespace groupctl {

Status allow(AllowedKeys& allowed, const std::string& name, const PublicKey& key) {
  if (!is_name(name)) return fail(ErrorCode::kInvalid, "\"" + name + "\" is no name");
  const auto same = [&](const auto& one) { return one.second == key; };
  const auto of_key = std::find_if(allowed.begin(), allowed.end(), same);
  if (of_key != allowed.end() && of_key->first == name) return {};
  if (of_key != allowed.end()) {
    return fail(ErrorCode::kConflict, "this key is let in as " + of_key->first);
  }
  if (allowed.contains(name)) {
    return fail(ErrorCode::kConflict, name + " has another key: revoke that one first");
  }
  if (allowed.size() >= kMaxAgentKeys) {
    return fail(ErrorCode::kInvalid, "an agent lets in at most " + std::to_string(kMaxAgentKeys) +
                                         " keys: revoke one first");
  }
  allowed.emplace(name, key);
  return {};
}

Result<AllowedKeys> read_allowed(std::string_view text) {
  AllowedKeys allowed;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto blank = line.find(' ');
    const auto key = parse_public_key(blank == line.npos ? line : line.substr(blank + 1));
    const Status taken = key ? allow(allowed, std::string(line.substr(0, blank)), *key)
                             : tl::unexpected<Error>(key.error());
    if (taken) continue;
    return fail(ErrorCode::kCorrupt, "line " + std::to_string(number) + ": " + taken.error().text);
  }
  return allowed;
}

std::string allowed_text(const AllowedKeys& allowed) {
  std::string text;
  for (const auto& [name, key] : allowed) text += name + " " + key.hex() + "\n";
  return text;
}

Admissions admissions_of(const AllowedKeys& allowed) {
  Admissions admissions;
  for (const auto& [name, key] : allowed) admissions[key].admin = true;
  return admissions;
}

}  // namespace groupctl
