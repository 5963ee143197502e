// Members, states and random inputs that the tests of commands/ share.
#pragma once

#include <string>
#include <vector>

#include "commands/state/rows.h"
#include "commands/state/target.h"
#include "log/pcg.h"

namespace groupctl::testing {

inline MemberRow member(std::uint64_t id, const std::string& name, Labels labels = {}) {
  MemberRow row;
  row.id = MemberId(id);
  row.name = name;
  row.server_id.bytes[0] = static_cast<std::uint8_t>(id);
  row.server_id.bytes[1] = static_cast<std::uint8_t>(id >> 8);
  row.participant = name;
  row.own_labels = std::move(labels);
  return row;
}

inline ArtefactDigest digest_of(std::uint8_t seed) {
  ArtefactDigest digest;
  digest.bytes.fill(seed);
  return digest;
}

inline Release release(const std::string& version, std::uint8_t seed) {
  return {version, digest_of(seed), "dir", {}};
}

inline void put(GroupState& state, const MemberRow& row) {
  state.apply({{member_key(row.id), encode(row)}});
}

inline Target role(const std::string& value) {
  return Target::of({{{"role", SelectorTerm::Test::kEquals, {value}}}});
}

/// All rows of a state, to compare and to load.
inline StateChanges rows_of(const GroupState& state) {
  StateChanges rows;
  for (auto at = state.lower_bound(""); at != state.end(); ++at)
    rows.push_back({at->first, at->second});
  return rows;
}

}  // namespace groupctl::testing
