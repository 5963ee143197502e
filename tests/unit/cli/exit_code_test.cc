#include "cli/exit_code.h"

#include <gtest/gtest.h>

#include "cli/agent_report.h"

namespace groupctl {
namespace {

constexpr EntryClass kState = EntryClass::kState;
constexpr EntryClass kNeverLate = EntryClass::kNeverLate;

TEST(ExitCodeTest, EveryOutcomeAlone) {
  const std::vector<std::pair<Outcome, int>> cases = {
      {Outcome::kWaiting, 5},       {Outcome::kRunning, 5},    {Outcome::kHeld, 5},
      {Outcome::kDone, 0},          {Outcome::kUnchanged, 0},  {Outcome::kSuperseded, 0},
      {Outcome::kOverridden, 0},    {Outcome::kBySnapshot, 0}, {Outcome::kSkipped, 0},
      {Outcome::kExpired, 0},       {Outcome::kFailed, 1},     {Outcome::kTimedOut, 1},
      {Outcome::kNotUnderstood, 1}, {Outcome::kUnknown, 1},    {Outcome::kBehind, 5},
      {Outcome::kLost, 1},          {Outcome::kLeft, 1},       {Outcome::kNotAttempted, 6}};
  EXPECT_EQ(cases.size(), all_outcomes().size());
  for (const auto& [outcome, code] : cases) {
    EXPECT_EQ(exit_code_of({{outcome, 1}}, kState), code) << to_word(outcome);
  }
}

TEST(ExitCodeTest, AnExpiredNeverLateCommandIsBad) {
  EXPECT_EQ(exit_code_of({{Outcome::kDone, 9}, {Outcome::kExpired, 1}}, kNeverLate), 1);
  EXPECT_EQ(exit_code_of({{Outcome::kDone, 9}, {Outcome::kSkipped, 1}}, kNeverLate), 0);
}

TEST(ExitCodeTest, SixBeforeOneBeforeFive) {
  const OutcomeCount open{Outcome::kRunning, 2};
  const OutcomeCount bad{Outcome::kFailed, 1};
  const OutcomeCount lost{Outcome::kLost, 1};
  const OutcomeCount stopped{Outcome::kNotAttempted, 1};
  EXPECT_EQ(exit_code_of({open, bad, stopped}, kState), 6);
  EXPECT_EQ(exit_code_of({stopped, bad}, kState), 6);
  EXPECT_EQ(exit_code_of({open, bad}, kState), 1);
  EXPECT_EQ(exit_code_of({open, lost}, kState), 1);
  EXPECT_EQ(exit_code_of({{Outcome::kDone, 4}, open}, kState), 5);
}

TEST(ExitCodeTest, ZeroCountsAndNobodyAreGood) {
  EXPECT_EQ(exit_code_of({}, kState), 0);
  EXPECT_EQ(exit_code_of({{Outcome::kFailed, 0}}, kState), 0);
}

TEST(ExitCodeTest, MembersThatAgentsWereToldAbout) {
  const auto of = [](const std::vector<SteerResult>& results) {
    std::vector<SteeredMember> members;
    for (const SteerResult result : results) {
      SteeredMember member;
      member.result = result;
      members.push_back(member);
    }
    return exit_code_of(members);
  };
  EXPECT_EQ(of({}), 0);
  EXPECT_EQ(of({SteerResult::kDone}), 0);
  EXPECT_EQ(of({SteerResult::kDone, SteerResult::kOpen}), 5);
  EXPECT_EQ(of({SteerResult::kOpen, SteerResult::kFailed}), 1);
  EXPECT_EQ(of({SteerResult::kUnknown, SteerResult::kOpen}), 1);
}

TEST(ExitCodeTest, OfTwoResultsTheWorseCounts) {
  const std::vector<std::vector<int>> by_weight = {{130}, {4, 8}, {6}, {1}, {5}, {0, 2, 3, 7, 9}};
  for (std::size_t i = 0; i < by_weight.size(); ++i) {
    for (const int worse : by_weight[i]) {
      for (const int same : by_weight[i]) EXPECT_EQ(worse_exit_code(worse, same), worse);
      for (std::size_t j = i + 1; j < by_weight.size(); ++j) {
        for (const int better : by_weight[j]) {
          EXPECT_EQ(worse_exit_code(worse, better), worse) << better;
          EXPECT_EQ(worse_exit_code(better, worse), worse) << better;
        }
      }
    }
  }
}

TEST(ExitCodeTest, RefusalsByTheirCause) {
  const std::vector<std::pair<ErrorCode, int>> cases = {
      {ErrorCode::kInvalid, 2},     {ErrorCode::kUnsupported, 2},  {ErrorCode::kNoTarget, 3},
      {ErrorCode::kNotFound, 3},    {ErrorCode::kCompacted, 3},    {ErrorCode::kUnreachable, 4},
      {ErrorCode::kConflict, 7},    {ErrorCode::kRefused, 7},      {ErrorCode::kReadOnly, 7},
      {ErrorCode::kStorageFull, 7}, {ErrorCode::kLogFull, 7},      {ErrorCode::kBusy, 7},
      {ErrorCode::kTimeout, 9},     {ErrorCode::kTooOldToKnow, 9}, {ErrorCode::kNeverAccepted, 7},
      {ErrorCode::kCorrupt, 1},     {ErrorCode::kInternal, 1}};
  for (const auto& [error, code] : cases) {
    EXPECT_EQ(exit_code_of(error), code) << to_word(error);
  }
}

}  // namespace
}  // namespace groupctl
