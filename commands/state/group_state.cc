#include "commands/state/group_state.h"

#include <algorithm>
#include <utility>

#include "log/hash.h"

namespace groupctl {

void StateDigest::add(std::string_view key, ByteView value) {
  const Hash row = hash_of_row(key, value);
  unsigned carry = 0;
  for (std::size_t i = 0; i < sum_.bytes.size(); ++i) {
    carry += static_cast<unsigned>(sum_.bytes[i]) + row.bytes[i];
    sum_.bytes[i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
}

void StateDigest::subtract(std::string_view key, ByteView value) {
  const Hash row = hash_of_row(key, value);
  unsigned borrow = 0;
  for (std::size_t i = 0; i < sum_.bytes.size(); ++i) {
    const unsigned difference = 256u + sum_.bytes[i] - row.bytes[i] - borrow;
    sum_.bytes[i] = static_cast<std::uint8_t>(difference);
    borrow = difference < 256u ? 1 : 0;
  }
}

const Bytes* GroupState::find(std::string_view key) const {
  auto found = rows_.find(key);
  return found == rows_.end() ? nullptr : &found->second;
}

StateChanges GroupState::apply(const StateChanges& changes) {
  StateChanges undo;
  undo.reserve(changes.size());
  for (const StateChange& change : changes) {
    auto place = rows_.lower_bound(change.key);
    const bool there = place != rows_.end() && place->first == change.key;
    if (!there && !change.value) continue;
    StateChange back{change.key, std::nullopt};
    if (there) {
      digest_.subtract(place->first, place->second);
      back.value = std::move(place->second);
    }
    if (change.value) {
      digest_.add(change.key, *change.value);
      if (there) {
        place->second = *change.value;
      } else {
        rows_.emplace_hint(place, change.key, *change.value);
      }
    } else {
      rows_.erase(place);
    }
    undo.push_back(std::move(back));
  }
  std::reverse(undo.begin(), undo.end());
  return undo;
}

void GroupState::move_to(StateChanges changes, const Hash& digest_after) {
  for (StateChange& change : changes) {
    if (change.value) {
      rows_.insert_or_assign(std::move(change.key), *std::move(change.value));
    } else {
      rows_.erase(change.key);
    }
  }
  digest_ = StateDigest(digest_after);
}

void GroupState::load_row(std::string_view key, ByteView value) {
  apply({{std::string(key), copy_bytes(value)}});
}

void add_rows(RowChanges& rows, const StateChanges& changes) {
  for (const StateChange& change : changes) rows[{Table::kState, change.key}] = change.value;
}

}  // namespace groupctl
