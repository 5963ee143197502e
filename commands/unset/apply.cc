#include <algorithm>

#include "commands/assignments.h"
#include "commands/payload.h"
#include "commands/state/names.h"
#include "commands/unset/unset.capnp.h"

namespace groupctl::unset {
namespace {

Result<std::vector<std::string>> read_keys(ByteView bytes) {
  auto keys = read_payload<payload::Unset>(
      "UNSET", bytes,
      [](auto in) -> Result<std::vector<std::string>> { return read_texts(in.getKeys()); });
  if (!keys) return keys;
  if (keys->empty()) return fail(ErrorCode::kInvalid, "UNSET: no keys");
  if (!std::all_of(keys->begin(), keys->end(), is_property_key)) {
    return fail(ErrorCode::kInvalid, "UNSET: a key is 1 to 128 visible characters without = and /");
  }
  std::vector<std::string> sorted = *keys;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
    return fail(ErrorCode::kInvalid, "UNSET: a key twice");
  }
  return keys;
}

Result<std::vector<std::string>> keys(ByteView bytes) {
  auto keys = read_keys(bytes);
  if (!keys) return keys;
  std::transform(keys->begin(), keys->end(), keys->begin(), property_key);
  return keys;
}

Result<StateChanges> apply(const Entry& entry, const GroupState& state) {
  if (auto valid = check_target(entry); !valid) return fail("UNSET", valid.error());
  auto keys = read_keys(entry.payload);
  if (!keys) return tl::unexpected<Error>(keys.error());
  StateChanges changes;
  for (const std::string& key : *keys) {
    if (state.find(property_key(key)) == nullptr) {
      return no_row_of(state, "property", property_key(""), key);
    }
    auto change = assign_property(state, entry, key, std::nullopt);
    if (!change) return fail("UNSET", change.error());
    changes.push_back(std::move(*change));
  }
  return changes;
}

/// Not when something counts there again, on every key.
bool counts(const Entry& entry, const GroupState& state, const MemberRow& member) {
  return std::any_of(entry.keys.begin(), entry.keys.end(), [&](const std::string& state_key) {
    const auto key = property_name(state_key);
    if (!key) return false;
    const auto counted = desired_property(state, member, *key);
    return !counted || !counted->value;
  });
}

}  // namespace

ApplyRow apply_row() {
  return {kind_of<payload::Unset>(), "UNSET", EntryClass::kState, false, keys, apply, counts};
}

}  // namespace groupctl::unset
