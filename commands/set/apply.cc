#include <algorithm>

#include "commands/assignments.h"
#include "commands/payload.h"
#include "commands/set/set.capnp.h"
#include "commands/state/names.h"

namespace groupctl::set {
namespace {

using Pairs = capnp::List<payload::Set::Pair>::Reader;

std::string_view view_of_text(capnp::Text::Reader text) { return {text.cStr(), text.size()}; }

Status check(Pairs pairs) {
  if (pairs.size() == 0) return fail(ErrorCode::kInvalid, "SET: no pairs");
  std::vector<std::string_view> keys;
  for (auto pair : pairs) {
    const std::string_view key = view_of_text(pair.getKey());
    if (!is_property_key(key)) {
      return fail(ErrorCode::kInvalid, "SET: a key is 1 to 128 visible characters without = and /");
    }
    if (!is_property_value(view_of_text(pair.getValue()))) {
      return fail(ErrorCode::kInvalid,
                  "SET: the value of " + std::string(key) + " is not at most 4 KiB of UTF-8");
    }
    keys.push_back(key);
  }
  std::sort(keys.begin(), keys.end());
  if (std::adjacent_find(keys.begin(), keys.end()) == keys.end()) return {};
  return fail(ErrorCode::kInvalid, "SET: a key twice");
}

/// What `use(pairs)` gives when the payload is valid.
template <class Use>
auto with_pairs(ByteView bytes, Use&& use) {
  return read_payload<payload::Set>("SET", bytes, [&](auto in) -> decltype(use(Pairs())) {
    Pairs pairs = in.getPairs();
    if (auto valid = check(pairs); !valid) return tl::unexpected<Error>(valid.error());
    return use(pairs);
  });
}

Result<std::vector<std::string>> keys(ByteView bytes) {
  return with_pairs(bytes, [](Pairs pairs) -> Result<std::vector<std::string>> {
    std::vector<std::string> keys;
    for (auto pair : pairs) keys.push_back(property_key(view_of_text(pair.getKey())));
    return keys;
  });
}

Result<StateChanges> apply(const Entry& entry, const GroupState& state) {
  if (auto valid = check_target(entry); !valid) return fail("SET", valid.error());
  return with_pairs(entry.payload, [&](Pairs pairs) -> Result<StateChanges> {
    StateChanges changes;
    changes.reserve(pairs.size());
    for (auto pair : pairs) {
      auto change =
          assign_property(state, entry, view_of_text(pair.getKey()), text_of(pair.getValue()));
      if (!change) return fail("SET", change.error());
      changes.push_back(std::move(*change));
    }
    return changes;
  });
}

}  // namespace

ApplyRow apply_row() {
  return {kind_of<payload::Set>(), "SET", EntryClass::kState, false, keys, apply,
          any_property_counts};
}

}  // namespace groupctl::set
