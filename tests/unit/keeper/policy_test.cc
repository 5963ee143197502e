#include "keeper/policy.h"

#include <gtest/gtest.h>

#include <vector>

namespace groupctl::keeper {
namespace {

constexpr std::uint64_t kGraceMs = 5000;
constexpr Actions kNothing = {};
constexpr Actions kStart = {.start = true};
constexpr Actions kKill = {.kill = true};
constexpr Actions kEnd = {.kill = true, .exit = true};

const event::Exited kCrash = {false, "exit code 1"};

/// A policy whose program has just started, at time 0.
Policy running(const RestartSpec& restart) {
  Policy policy(restart, kGraceMs);
  EXPECT_EQ(policy.step(0, event::Begin{}), kStart);
  EXPECT_EQ(policy.step(0, event::Started{}), kNothing);
  EXPECT_EQ(policy.phase(), Phase::kRunning);
  return policy;
}

/// Crashes at once, so many times; the delays before it was started again.
std::vector<std::uint64_t> delays(Policy& policy, std::size_t count) {
  std::vector<std::uint64_t> found;
  std::uint64_t now = 0;
  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_EQ(policy.step(now, kCrash), kKill);
    if (policy.phase() != Phase::kBackingOff) return found;
    const std::uint64_t next = policy.wake_at().value_or(0);
    found.push_back(next - now);
    if (next > now) {
      EXPECT_EQ(policy.step(next - 1, event::Woken{}), kNothing);
    }
    now = next;
    EXPECT_EQ(policy.step(now, event::Woken{}), kStart);
    policy.step(now, event::Started{});
  }
  return found;
}

TEST(KeeperPolicy, F46_TheDelayDoublesUpToItsMost) {
  Policy policy = running({});
  EXPECT_EQ(delays(policy, 9),
            (std::vector<std::uint64_t>{500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000}));
  EXPECT_EQ(policy.restarts(), 9U);
  EXPECT_EQ(policy.last_end(), "exit code 1");
}

TEST(KeeperPolicy, F46_ADelayOfZeroAndOneAboveItsMost) {
  RestartSpec restart;
  restart.delay_ms = 0;
  Policy at_once = running(restart);
  EXPECT_EQ(delays(at_once, 3), (std::vector<std::uint64_t>{0, 0, 0}));
  restart.delay_ms = 100;
  restart.most_delay_ms = 50;
  Policy cut = running(restart);
  EXPECT_EQ(delays(cut, 2), (std::vector<std::uint64_t>{50, 50}));
}

TEST(KeeperPolicy, F46_HavingRunSteadilyEndsTheRow) {
  Policy policy = running({});
  delays(policy, 3);
  const std::uint64_t late = 3500 + 60'000;
  policy.step(late, kCrash);
  EXPECT_EQ(policy.wake_at(), late + 500);
}

TEST(KeeperPolicy, F46_TooManyInARowAreGivenUp) {
  RestartSpec restart;
  restart.most_in_row = 2;
  Policy policy = running(restart);
  EXPECT_EQ(delays(policy, 5).size(), 2U);
  EXPECT_EQ(policy.phase(), Phase::kFailed);
  EXPECT_EQ(policy.wake_at(), std::nullopt);
  EXPECT_EQ(policy.step(99'999, event::StopAsked{}), kEnd);
}

TEST(KeeperPolicy, F46_WhetherItIsStartedAgainDependsOnHowItEnded) {
  const auto after = [](Restart when, bool clean) {
    RestartSpec restart;
    restart.when = when;
    Policy policy = running(restart);
    EXPECT_EQ(policy.step(1, event::Exited{clean, "ended"}), kKill);
    return policy.phase();
  };
  EXPECT_EQ(after(Restart::kAlways, true), Phase::kBackingOff);
  EXPECT_EQ(after(Restart::kAlways, false), Phase::kBackingOff);
  EXPECT_EQ(after(Restart::kOnFailure, true), Phase::kEnded);
  EXPECT_EQ(after(Restart::kOnFailure, false), Phase::kBackingOff);
  EXPECT_EQ(after(Restart::kNever, true), Phase::kEnded);
  EXPECT_EQ(after(Restart::kNever, false), Phase::kEnded);
}

TEST(KeeperPolicy, F46_WhatNeverRanIsNotTriedAgain) {
  Policy policy({}, kGraceMs);
  policy.step(0, event::Begin{});
  EXPECT_EQ(policy.step(0, event::NotStarted{"not found"}), kEnd);
  EXPECT_EQ(policy.phase(), Phase::kStopped);
  EXPECT_EQ(policy.last_end(), "not found");
}

TEST(KeeperPolicy, F46_WhatCannotBeStartedAgainIsTriedLater) {
  Policy policy = running({});
  policy.step(100, kCrash);
  EXPECT_EQ(policy.step(600, event::Woken{}), kStart);
  EXPECT_EQ(policy.step(600, event::NotStarted{"not found"}), kNothing);
  EXPECT_EQ(policy.phase(), Phase::kBackingOff);
  EXPECT_EQ(policy.wake_at(), 1600U);
}

TEST(KeeperPolicy, F42_AStopGivesTheGraceToTheWholeTree) {
  Policy policy = running({});
  EXPECT_EQ(policy.step(100, event::StopAsked{}), (Actions{.terminate = true}));
  EXPECT_EQ(policy.step(110, event::StopAsked{}), kNothing);
  EXPECT_EQ(policy.step(120, event::Exited{true, "exit code 0"}), kNothing);
  EXPECT_EQ(policy.phase(), Phase::kStopping);
  EXPECT_EQ(policy.step(130, event::TreeEmpty{}), kEnd);
  EXPECT_EQ(policy.phase(), Phase::kStopped);
  EXPECT_EQ(policy.last_end(), "exit code 0");
}

TEST(KeeperPolicy, F42_AfterTheGraceAllIsKilled) {
  Policy policy = running({});
  policy.step(100, event::StopAsked{});
  EXPECT_EQ(policy.wake_at(), 100 + kGraceMs);
  EXPECT_EQ(policy.step(99 + kGraceMs, event::Woken{}), kNothing);
  EXPECT_EQ(policy.step(100 + kGraceMs, event::Woken{}), kEnd);
}

TEST(KeeperPolicy, F42_AStopWhileNothingRunsEndsAtOnce) {
  Policy policy = running({});
  policy.step(100, kCrash);
  EXPECT_EQ(policy.step(200, event::StopAsked{}), kEnd);
}

TEST(KeeperPolicy, F43_TooManyTasksAreAFailure) {
  Policy policy = running({});
  EXPECT_EQ(policy.step(100, event::TooMany{"more than 5 tasks"}), kKill);
  EXPECT_EQ(policy.phase(), Phase::kBackingOff);
  EXPECT_EQ(policy.last_end(), "more than 5 tasks");
  Policy stopping = running({});
  stopping.step(100, event::StopAsked{});
  EXPECT_EQ(stopping.step(110, event::TooMany{"more than 5 tasks"}), kEnd);
}

TEST(KeeperPolicy, OnlyWhatRunsIsRefreshed) {
  Policy policy = running({});
  EXPECT_EQ(policy.step(1, event::RefreshAsked{}), (Actions{.refresh = true}));
  policy.step(2, kCrash);
  EXPECT_EQ(policy.step(3, event::RefreshAsked{}), kNothing);
  EXPECT_EQ(policy.step(3, event::TreeEmpty{}), kNothing);
}

}  // namespace
}  // namespace groupctl::keeper
