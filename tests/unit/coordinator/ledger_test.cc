// The ledger alone: rows follow from sets, watermarks and exceptions.
#include "coordinator/ledger.h"

#include <gtest/gtest.h>

#include "log/memory_store.h"
#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

const Presence kHere{true, false, {}, {}};

TargetSet set_of_ids(std::vector<std::uint64_t> ids) {
  std::vector<MemberId> members;
  for (const std::uint64_t id : ids) members.push_back(MemberId(id));
  return std::make_shared<const std::vector<MemberId>>(std::move(members));
}

Ledger reloaded(const RowChanges& rows) {
  MemoryStore store;
  Batch batch;
  batch.head = empty_head();
  batch.head.batch = BatchNumber(1);
  batch.rows = rows;
  store.commit(batch);
  return *Ledger::load(store);
}

Outcome outcome(const Ledger& ledger, std::uint64_t sequence, MemberId id,
                const Presence& presence = kHere, EntryClass of = EntryClass::kState) {
  return ledger.row(Sequence(sequence), of, id, presence).outcome;
}

TEST(Ledger, AnEntryIsCountedByTheNewestSetBeforeIt) {
  Ledger ledger;
  EXPECT_TRUE(ledger.set_of(Sequence(5), Target::all())->empty());
  ledger.add_set(Sequence(1), Target::all(), set_of_ids({1}));
  ledger.add_set(Sequence(4), Target::all(), set_of_ids({1, 4}));
  ledger.add_set(Sequence(9), Target::all(), set_of_ids({4}));
  EXPECT_TRUE(ledger.set_of(Sequence(1), Target::all())->empty());
  EXPECT_EQ(ledger.set_of(Sequence(4), Target::all())->size(), 1u);  // the change itself
  EXPECT_EQ(ledger.set_of(Sequence(5), Target::all())->size(), 2u);
  EXPECT_EQ(*ledger.set_of(Sequence(10), Target::all()), std::vector{MemberId(4)});
  EXPECT_TRUE(ledger.set_of(Sequence(10), role("web"))->empty());
  EXPECT_EQ(ledger.find_set(Sequence(5), Target::all()), nullptr);
}

TEST(Ledger, RowsTellOpenFromDoneAndAbsent) {
  Ledger ledger;
  const MemberId id(1);
  ledger.open_account(id, "web-1");
  ledger.raise_marks(id, {Sequence(5), Sequence(3)});
  EXPECT_EQ(outcome(ledger, 3, id), Outcome::kDone);
  EXPECT_EQ(outcome(ledger, 4, id), Outcome::kWaiting);
  EXPECT_EQ(outcome(ledger, 6, id), Outcome::kWaiting);
  EXPECT_EQ(outcome(ledger, 6, id, {true, true, {}, {}}), Outcome::kBehind);
  EXPECT_EQ(outcome(ledger, 4, id, {true, true, {}, {}}), Outcome::kWaiting);  // it has it
  EXPECT_EQ(outcome(ledger, 4, id, {true, false, Sequence(4), {}}), Outcome::kRunning);
  EXPECT_EQ(outcome(ledger, 6, id, {true, false, {}, Sequence(6)}), Outcome::kHeld);
  EXPECT_EQ(outcome(ledger, 4, id, {}), Outcome::kLost);
  EXPECT_EQ(outcome(ledger, 3, id, {}), Outcome::kDone);
  ledger.close_account(id, Sequence(6));
  EXPECT_EQ(outcome(ledger, 3, id, {}), Outcome::kDone);
  EXPECT_EQ(outcome(ledger, 4, id, {}), Outcome::kLeft);
  EXPECT_EQ(outcome(ledger, 4, MemberId(99)), Outcome::kLeft);
}

TEST(Ledger, ARangeIsBySnapshotForStateAndSkippedForTheRest) {
  Ledger ledger;
  RowChanges rows;
  const MemberId id(1);
  ledger.open_account(id, "web-1");
  ledger.exceptions().record(id, {Sequence(3), Sequence(8), Outcome::kBySnapshot, "", ""}, rows);
  ledger.exceptions().record(id, {Sequence(5), Sequence(5), Outcome::kFailed, "fetch", ""}, rows);
  ledger.exceptions().record(MemberId(2), {Sequence(1), Sequence(20), Outcome::kBySnapshot, "", ""},
                             rows);
  for (const Ledger& one : {ledger, reloaded(rows)}) {
    EXPECT_EQ(outcome(one, 3, id), Outcome::kBySnapshot);
    EXPECT_EQ(outcome(one, 8, id, kHere, EntryClass::kLatest), Outcome::kSkipped);
    EXPECT_EQ(outcome(one, 8, id, kHere, EntryClass::kNeverLate), Outcome::kSkipped);
    EXPECT_EQ(outcome(one, 5, id), Outcome::kFailed);  // its own report wins
    EXPECT_NE(outcome(one, 9, id), Outcome::kBySnapshot);
    EXPECT_NE(outcome(one, 2, id), Outcome::kBySnapshot);
  }
}

TEST(Ledger, F30_ARangeThatIsUnknownIsSoForEveryClass) {
  Ledger ledger;
  RowChanges rows;
  const MemberId id(1);
  ledger.open_account(id, "web-1");
  ledger.exceptions().record(id, {Sequence(3), Sequence(8), Outcome::kUnknown, "", "lost"}, rows);
  EXPECT_EQ(outcome(ledger, 3, id), Outcome::kUnknown);
  EXPECT_EQ(outcome(ledger, 8, id, kHere, EntryClass::kNeverLate), Outcome::kUnknown);
}

TEST(Ledger, ARangeTakesThePlaceOfThoseWithinIt) {
  Ledger ledger;
  RowChanges rows;
  const MemberId id(1);
  ledger.open_account(id, "web-1");
  const OutcomeReport within{Sequence(5), Sequence(6), Outcome::kSuperseded, "", ""};
  ledger.exceptions().record(id, within, rows);
  ledger.exceptions().record(id, {Sequence(3), Sequence(8), Outcome::kBySnapshot, "", ""}, rows);
  EXPECT_EQ(rows.at(exception_key(id, within)), std::nullopt);
  for (const std::uint64_t sequence : {5ULL, 7ULL}) {
    EXPECT_EQ(outcome(ledger, sequence, id), Outcome::kBySnapshot);
    EXPECT_EQ(outcome(reloaded(rows), sequence, id), Outcome::kBySnapshot);
  }
}

TEST(Ledger, TheSameReportIsRecordedOnce) {
  Ledger ledger;
  RowChanges rows;
  const OutcomeReport report{Sequence(3), Sequence(3), Outcome::kFailed, "", "why"};
  EXPECT_TRUE(ledger.exceptions().record(MemberId(1), report, rows));
  rows.clear();
  EXPECT_FALSE(ledger.exceptions().record(MemberId(1), report, rows));
  EXPECT_TRUE(rows.empty());
}

TEST(Ledger, LoadedFromTheStoreItGivesTheSameView) {
  Ledger ledger;
  RowChanges rows;
  ledger.open_account(MemberId(1), "web-1");
  ledger.set_marks(MemberId(1), {Sequence(7), Sequence(6)});
  ledger.close_account(MemberId(1), Sequence(8));
  ledger.write_marks(rows);
  EXPECT_FALSE(ledger.marks_unwritten());
  rows[target_set_key(Sequence(4), role("web"))] =
      encode(TargetSetRow{Sequence(4), role("web"), {MemberId(1), MemberId(4)}});
  const Ledger again = reloaded(rows);
  EXPECT_EQ(*again.account(MemberId(1)), *ledger.account(MemberId(1)));
  EXPECT_EQ(again.find_set(Sequence(4), role("web"))->size(), 2u);
}

TEST(Ledger, MarksRiseByAcksAndFallByJoins) {
  Ledger ledger;
  ledger.open_account(MemberId(1), "web-1");
  EXPECT_TRUE(ledger.raise_marks(MemberId(1), {Sequence(5), Sequence(2)}));
  EXPECT_TRUE(ledger.raise_marks(MemberId(1), {Sequence(4), Sequence(3)}));
  EXPECT_FALSE(ledger.raise_marks(MemberId(1), {Sequence(1), Sequence(1)}));
  EXPECT_EQ(ledger.account(MemberId(1))->marks, (Watermarks{Sequence(5), Sequence(3)}));
  EXPECT_TRUE(ledger.set_marks(MemberId(1), {Sequence(1), Sequence(1)}));
  EXPECT_FALSE(ledger.set_marks(MemberId(9), {Sequence(1), Sequence(1)}));
}

TEST(Ledger, TruncationForgetsWhatOnlyEntriesBelowTheFloorNeed) {
  Ledger ledger;
  RowChanges rows;
  for (const std::uint64_t change : {1u, 4u, 9u}) {
    ledger.add_set(Sequence(change), Target::all(), set_of_ids({1}));
  }
  ledger.add_set(Sequence(4), role("gone"), set_of_ids({1}));
  ledger.open_account(MemberId(1), "web-1");
  ledger.close_account(MemberId(1), Sequence(6));
  ledger.exceptions().record(MemberId(1), {Sequence(3), Sequence(3), Outcome::kFailed, "", ""},
                             rows);
  ledger.exceptions().record(MemberId(1), {Sequence(2), Sequence(5), Outcome::kBySnapshot, "", ""},
                             rows);
  rows.clear();
  const auto none = [](MemberId, Sequence, Sequence) { return false; };

  ledger.truncate(Sequence(4), Sequence(9), none, rows);
  EXPECT_NE(ledger.find_set(Sequence(1), Target::all()), nullptr);  // counts entry 4
  EXPECT_EQ(outcome(ledger, 5, MemberId(1)), Outcome::kBySnapshot);
  EXPECT_EQ(rows.size(), 1u);

  ledger.truncate(Sequence(6), Sequence(9), none, rows);
  EXPECT_EQ(ledger.find_set(Sequence(1), Target::all()), nullptr);
  EXPECT_NE(ledger.account(MemberId(1)), nullptr);

  ledger.truncate(Sequence(10), Sequence(9), none, rows);
  EXPECT_EQ(ledger.account(MemberId(1)), nullptr);
  EXPECT_EQ(ledger.find_set(Sequence(4), role("gone")), nullptr);
  EXPECT_NE(ledger.find_set(Sequence(9), Target::all()), nullptr);  // serves entries to come
  EXPECT_FALSE(ledger.marks_unwritten());
  EXPECT_TRUE(std::none_of(rows.begin(), rows.end(), [](const auto& r) { return !!r.second; }));
}

TEST(Ledger, DamagedRowsAreNotLoaded) {
  MemoryStore store;
  Batch batch;
  batch.head = empty_head();
  batch.head.batch = BatchNumber(1);
  batch.rows[{Table::kLedger, "a12"}] = Bytes{1};
  store.commit(batch);
  auto loaded = Ledger::load(store);
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace groupctl::testing
