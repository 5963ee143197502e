#include "commands/state/group_state.h"

#include <gtest/gtest.h>

#include "log/hash.h"
#include "tests/unit/commands/builders.h"

namespace groupctl {
namespace {

Bytes bytes(std::string_view text) { return copy_bytes(as_bytes(text)); }

StateChanges random_changes(Pcg& random) {
  StateChanges changes;
  for (std::uint64_t left = 1 + random.below(4); left > 0; --left) {
    StateChange change{"property/k" + std::to_string(random.below(6)), std::nullopt};
    if (random.chance(700)) change.value = bytes("v" + std::to_string(random.below(5)));
    changes.push_back(std::move(change));
  }
  return changes;
}

TEST(GroupState, EmptyDigestIsZero) {
  GroupState state;
  EXPECT_EQ(state.digest(), Hash{});
  EXPECT_EQ(state.find("property/a"), nullptr);
}

TEST(GroupState, DigestOfOneRowIsItsHash) {
  GroupState state;
  state.apply({{"ab", bytes("xyz")}});
  const Bytes hashed = {2, 0, 0, 0, 'a', 'b', 'x', 'y', 'z'};
  EXPECT_EQ(state.digest(), hash_of(hashed));
}

TEST(GroupState, DigestDoesNotConfuseKeyAndValue) {
  GroupState one, other;
  one.apply({{"ab", bytes("c")}});
  other.apply({{"a", bytes("bc")}});
  EXPECT_NE(one.digest(), other.digest());
}

TEST(GroupState, DigestIsIndependentOfHistory) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Pcg random(seed);
    GroupState lived;
    for (int i = 0; i < 40; ++i) lived.apply(random_changes(random));
    GroupState loaded;
    for (const StateChange& row : testing::rows_of(lived)) loaded.load_row(row.key, *row.value);
    EXPECT_EQ(lived, loaded);
    EXPECT_EQ(lived.digest(), loaded.digest());
  }
}

TEST(GroupState, UndoRestoresRowsAndDigestExactly) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Pcg random(seed);
    GroupState state;
    for (int i = 0; i < 10; ++i) state.apply(random_changes(random));
    const GroupState before = state;
    std::vector<StateChanges> undos;
    for (int i = 0; i < 10; ++i) undos.push_back(state.apply(random_changes(random)));
    for (auto undo = undos.rbegin(); undo != undos.rend(); ++undo) state.apply(*undo);
    EXPECT_EQ(state, before);
    EXPECT_EQ(state.digest(), before.digest());
  }
}

TEST(GroupState, AMoveToAKnownDigestIsAsTheApplyThatGaveIt) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Pcg random(seed);
    GroupState state;
    for (int i = 0; i < 10; ++i) state.apply(random_changes(random));
    const GroupState before = state;
    const StateChanges changes = random_changes(random);
    StateChanges undo = state.apply(changes);
    const GroupState after = state;
    state.move_to(std::move(undo), before.digest());
    EXPECT_EQ(state, before);
    EXPECT_EQ(state.digest(), before.digest());
    state.move_to(changes, after.digest());
    EXPECT_EQ(state, after);
    EXPECT_EQ(state.digest(), after.digest());
  }
}

TEST(GroupState, ErasingEverythingGivesZeroAgain) {
  GroupState state;
  state.apply({{"a", bytes("1")}, {"b", bytes("2")}, {"a", bytes("3")}});
  EXPECT_EQ(*state.find("a"), bytes("3"));
  state.apply({{"a", std::nullopt}, {"b", std::nullopt}, {"c", std::nullopt}});
  EXPECT_EQ(state.size(), 0u);
  EXPECT_EQ(state.digest(), Hash{});
}

TEST(GroupState, ChangesBecomeRowsOfTheBatch) {
  RowChanges rows;
  add_rows(rows, {{"a", bytes("1")}, {"b", std::nullopt}, {"a", bytes("2")}});
  EXPECT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows.at({Table::kState, "a"}), bytes("2"));
  EXPECT_EQ(rows.at({Table::kState, "b"}), std::nullopt);
}

}  // namespace
}  // namespace groupctl
