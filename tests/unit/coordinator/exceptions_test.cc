// What is stored of members' outcomes: a bounded number each, with a bounded volume of text.
#include "coordinator/exceptions.h"

#include <gtest/gtest.h>

#include "log/memory_store.h"
#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

using Change = Exceptions::Change;

constexpr MemberId kOne{1};
constexpr MemberId kOther{2};

OutcomeReport single(std::uint64_t at, const std::string& text = "",
                     Outcome outcome = Outcome::kFailed) {
  return {Sequence(at), Sequence(at), outcome, "", text};
}
OutcomeReport range(std::uint64_t first, std::uint64_t last,
                    Outcome outcome = Outcome::kSuperseded) {
  return {Sequence(first), Sequence(last), outcome, "", ""};
}

class ExceptionsTest : public ::testing::Test {
 protected:
  void record(const OutcomeReport& report, MemberId id = kOne) {
    kept.record(id, report, rows);
    for (auto& [key, value] : rows) {
      EXPECT_TRUE(!value || decode_exception(*value)) << "what is written can be read";
      disk[key] = std::move(value);
    }
    rows.clear();
  }
  std::optional<OutcomeReport> at(std::uint64_t sequence, MemberId id = kOne) const {
    return kept.find(Sequence(sequence), EntryClass::kState, id);
  }
  /// As a restart finds it.
  Exceptions reloaded() const {
    Exceptions loaded(kept.limits());
    for (const auto& [key, value] : disk) {
      if (value) loaded.load(*member_in_key(key.key), *decode_exception(*value));
    }
    return loaded;
  }

  Exceptions kept{{100, 4}};  // bytes of text, rows
  RowChanges rows;
  RowChanges disk;
};

TEST_F(ExceptionsTest, F40_BeyondItsVolumeAnOutcomeIsStoredWithoutItsText) {
  record(single(2, std::string(60, 'a')));
  record(single(3, std::string(41, 'b')));
  EXPECT_EQ(at(2)->text.size(), 60u);
  EXPECT_EQ(at(3)->outcome, Outcome::kFailed);
  EXPECT_EQ(at(3)->text, Exceptions::kTextLeftOut);
  record(single(4, std::string(40, 'c')));
  EXPECT_EQ(at(4)->text.size(), 40u) << "that fits to the byte";
  EXPECT_EQ(kept.largest_use().text_bytes, 100u);
}

TEST_F(ExceptionsTest, F40_TheStepCountsAsText) {
  record({Sequence(2), Sequence(2), Outcome::kFailed, std::string(101, 's'), ""});
  EXPECT_TRUE(at(2)->step.empty());
  EXPECT_EQ(at(2)->text, Exceptions::kTextLeftOut);
  record(
      {Sequence(3), Sequence(3), Outcome::kFailed, std::string(99, 's'), Exceptions::kTextLeftOut});
  EXPECT_EQ(at(3)->step, "") << "our own words open no way round";
}

TEST_F(ExceptionsTest, F40_EachMemberHasItsOwnVolume) {
  record(single(2, std::string(100, 'a')));
  record(single(2, std::string(100, 'b')), kOther);
  EXPECT_EQ(at(2, kOther)->text.size(), 100u);
}

TEST_F(ExceptionsTest, F40_ARestartCountsWhatIsStored) {
  record(single(2, std::string(60, 'a')));
  record(single(3, std::string(60, 'b')));
  Exceptions again = reloaded();
  EXPECT_EQ(again.largest_use().text_bytes, 60u);
  EXPECT_EQ(again.largest_use().rows, 2u);
  again.record(kOne, single(4, std::string(41, 'c')), rows);
  EXPECT_EQ(again.find(Sequence(4), EntryClass::kState, kOne)->text, Exceptions::kTextLeftOut);
}

TEST_F(ExceptionsTest, WhatGoesGivesItsVolumeBack) {
  record(single(2, std::string(100, 'a')));
  record(single(2, std::string(30, 'b')));
  EXPECT_EQ(at(2)->text.size(), 30u) << "it takes the place of what it replaces";
  record(single(3, std::string(70, 'c')));
  EXPECT_EQ(at(3)->text.size(), 70u);
  kept.truncate(
      Sequence(4), [](MemberId, Sequence, Sequence) { return false; }, rows);
  EXPECT_EQ(kept.largest_use().rows, 0u);
  EXPECT_EQ(kept.largest_use().text_bytes, 0u);
}

TEST_F(ExceptionsTest, WhatIsNeededStaysBelowTheFloor) {
  record(single(2, "a"));
  record(single(3, "b"));
  kept.truncate(
      Sequence(9),
      [](MemberId id, Sequence first, Sequence last) {
        return id == kOne && first <= Sequence(3) && last >= Sequence(3);
      },
      rows);
  EXPECT_FALSE(at(2));
  EXPECT_EQ(at(3)->text, "b");
}

TEST_F(ExceptionsTest, ARangeStaysBelowTheFloorForWhatIsNeededOfIt) {
  record({Sequence(1), Sequence(2), Outcome::kBySnapshot, {}, {}});
  record({Sequence(3), Sequence(7), Outcome::kBySnapshot, {}, {}});
  kept.truncate(
      Sequence(9),
      [](MemberId, Sequence first, Sequence last) {
        return first <= Sequence(5) && last >= Sequence(5);
      },
      rows);
  EXPECT_FALSE(at(2));
  EXPECT_EQ(at(5)->outcome, Outcome::kBySnapshot);
}

TEST_F(ExceptionsTest, ARepeatedReportChangesNothingThoughItsTextWasLeftOut) {
  const OutcomeReport large = single(2, std::string(200, 'a'));
  EXPECT_EQ(kept.change_of(kOne, large), Change::kNew);
  record(large);
  EXPECT_EQ(kept.change_of(kOne, large), Change::kNone);
  EXPECT_FALSE(kept.record(kOne, large, rows));
  EXPECT_TRUE(rows.empty());
  EXPECT_EQ(kept.change_of(kOne, single(2, "", Outcome::kUnchanged)), Change::kReplaces);
}

TEST_F(ExceptionsTest, F40_BeyondItsNumberTheOldestAreForgottenAndSaidToBe) {
  for (std::uint64_t at = 2; at <= 5; ++at) record(single(at, "x"));
  EXPECT_EQ(kept.largest_use().rows, 4u);
  record(single(6, "x"));
  EXPECT_EQ(kept.largest_use().rows, 4u);
  for (const std::uint64_t forgotten : {2u, 3u}) {
    EXPECT_EQ(at(forgotten)->outcome, Outcome::kUnknown);
    EXPECT_EQ(at(forgotten)->text, Exceptions::kForgotten);
  }
  for (const std::uint64_t known : {4u, 5u, 6u}) EXPECT_EQ(at(known)->text, "x");
  EXPECT_EQ(kept.largest_use().text_bytes, 3u);
  const Exceptions again = reloaded();
  EXPECT_EQ(again.largest_use().rows, 4u);
  EXPECT_EQ(again.find(Sequence(3), EntryClass::kNeverLate, kOne)->outcome, Outcome::kUnknown);
}

TEST_F(ExceptionsTest, F40_WhatIsForgottenStaysSoHoweverOftenItIsReported) {
  for (std::uint64_t at = 2; at <= 9; ++at) record(single(at, "x"));
  ASSERT_EQ(at(6)->outcome, Outcome::kUnknown);
  EXPECT_EQ(kept.change_of(kOne, single(6, "x")), Change::kNone);
  EXPECT_EQ(kept.change_of(kOne, range(2, 6)), Change::kNone);
  EXPECT_FALSE(kept.record(kOne, single(2, "y"), rows)) << "else round and round it would write";
  EXPECT_EQ(kept.change_of(kOne, range(2, 7)), Change::kNew);
  EXPECT_EQ(kept.change_of(kOther, single(6, "x")), Change::kNew);
}

TEST_F(ExceptionsTest, F40_RangesAreForgottenLikeTheOthers) {
  record(range(2, 3));
  record(range(5, 9));
  record(single(4, "x"));
  record(single(12, "x"));
  record(single(13, "x"));
  EXPECT_EQ(kept.largest_use().rows, 4u);
  EXPECT_EQ(at(3)->outcome, Outcome::kUnknown);
  EXPECT_EQ(at(4)->outcome, Outcome::kUnknown);
  EXPECT_EQ(at(5)->outcome, Outcome::kSuperseded);
  EXPECT_EQ(at(12)->text, "x");
}

TEST_F(ExceptionsTest, ARangeOverAllTakesThePlaceOfWhatWasForgotten) {
  for (std::uint64_t at = 2; at <= 6; ++at) record(single(at, "x"));
  record(range(1, 20, Outcome::kBySnapshot));
  EXPECT_EQ(at(3)->outcome, Outcome::kBySnapshot);
  EXPECT_EQ(at(6)->text, "x") << "its own report wins";
  EXPECT_EQ(kept.largest_use().rows, 4u);
}

}  // namespace
}  // namespace groupctl::testing
