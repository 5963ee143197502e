// GroupState: what the group has agreed, as an ordered map of typed keys to values.
//
// Keys: "artefact/NAME", "property/KEY", "catalogue/NAME/VERSION", "member/ID" (ID as 20 decimal
// digits); later "plan/", "element/", "rollout/", "role/", "map/". Values are
// single-segment canonical Cap'n Proto (state.capnp), so equal meaning has equal bytes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "log/result.h"
#include "log/store.h"
#include "log/types.h"

namespace groupctl {

/// Sum mod 2^256 over keys of BLAKE2b-256(u32 key length, key, value). Independent of history.
class StateDigest {
 public:
  StateDigest() = default;
  explicit StateDigest(const Hash& sum) : sum_(sum) {}
  void add(std::string_view key, ByteView value);
  void subtract(std::string_view key, ByteView value);
  const Hash& value() const { return sum_; }

 private:
  Hash sum_;  // little-endian
};

/// One put, or an erase when `value` is empty.
struct StateChange {
  std::string key;
  std::optional<Bytes> value;
  bool operator==(const StateChange&) const = default;
};
using StateChanges = std::vector<StateChange>;

class GroupState {
 public:
  using Map = std::map<std::string, Bytes, std::less<>>;

  /// nullptr when there is no such key.
  const Bytes* find(std::string_view key) const;
  /// First key >= `prefix`; iterate while it starts with it.
  Map::const_iterator lower_bound(std::string_view prefix) const {
    return rows_.lower_bound(prefix);
  }
  Map::const_iterator end() const { return rows_.end(); }
  std::size_t size() const { return rows_.size(); }
  const Hash& digest() const { return digest_.value(); }

  /// Carries out the changes in order; returns those that undo them, in the order to apply them.
  StateChanges apply(const StateChanges& changes);
  /// Changes whose digest is known, because they were applied before or undo such: it is not worked
  /// out again, which costs two hashes a row.
  void move_to(StateChanges changes, const Hash& digest_after);
  /// Puts a row while a state is being loaded.
  void load_row(std::string_view key, ByteView value);

  bool operator==(const GroupState& other) const { return rows_ == other.rows_; }

 private:
  Map rows_;
  StateDigest digest_;
};

/// The changes as rows of Table::kState, for a Batch.
void add_rows(RowChanges& rows, const StateChanges& changes);

}  // namespace groupctl
