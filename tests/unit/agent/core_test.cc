// The core of an agent with a clock and processes that are made up.
#include "agent/core.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace groupctl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using State = AgentMemberState;
using What = SteerMember::What;

class AgentCoreTest : public ::testing::Test {
 protected:
  AgentOutput step(const AgentEvent& event) { return core.step(LocalTime(now), event); }
  /// Ticks in their time until `ms` are over; everything that came of them together.
  AgentOutput pass(std::uint64_t ms) {
    AgentOutput all;
    for (const std::uint64_t until = now + ms; now < until;) {
      now += AgentCore::kTickMs;
      AgentOutput one = step(AgentTick{});
      const auto append = [](auto& to, const auto& from) {
        to.insert(to.end(), from.begin(), from.end());
      };
      append(all.start, one.start);
      append(all.kill, one.kill);
      append(all.terminate, one.terminate);
      append(all.look, one.look);
    }
    return all;
  }
  void found_and_started() {
    EXPECT_THAT(step(MemberFound{m1, true, 0}).start, ElementsAre(m1));
    step(MemberStarted{m1, 100});
  }
  void running() {
    found_and_started();
    step(MemberAnswered{m1, "in_step"});
    ASSERT_EQ(row().state, State::kRunning);
  }
  AgentMember row() const { return core.row(LocalTime(now), m1); }

  std::uint64_t now = 1000;
  AgentCore core{AgentConfig{10'000, 5'000}};
  const MemberRef m1{"shop", "m1"};
};

TEST_F(AgentCoreTest, OneThatIsWantedIsStartedAndRunsOnceItHasAnswered) {
  found_and_started();
  EXPECT_EQ(row().state, State::kStarting);
  EXPECT_EQ(row().pid, 100U);
  step(AgentTick{});
  EXPECT_THAT(pass(1000).look, ElementsAre(m1, m1)) << "it is asked whether it is there";
  step(MemberAnswered{m1, "joining"});
  EXPECT_EQ(row().state, State::kRunning);
  EXPECT_EQ(row().phase, "joining");
}

TEST_F(AgentCoreTest, OneThatRunsIsAttachedToAndNotStarted) {
  EXPECT_THAT(step(MemberFound{m1, true, 77}).start, IsEmpty());
  EXPECT_EQ(row().pid, 77U);
  EXPECT_THAT(step(MemberSteered{What::kStop, m1}).terminate, ElementsAre(m1));
}

TEST_F(AgentCoreTest, OneThatIsNotWantedAndRunsIsToldToEnd) {
  EXPECT_THAT(step(MemberFound{m1, false, 77}).terminate, ElementsAre(m1));
  EXPECT_EQ(row().state, State::kStopping);
}

TEST_F(AgentCoreTest, AStoppedOneStaysSo) {
  running();
  EXPECT_THAT(step(MemberSteered{What::kStop, m1}).terminate, ElementsAre(m1));
  EXPECT_THAT(step(MemberEnded{m1, "exit code 0", true}).unwanted, IsEmpty());
  EXPECT_EQ(row().state, State::kStopped);
  EXPECT_EQ(row().pid, 0U);
  EXPECT_THAT(pass(200'000).start, IsEmpty());
  EXPECT_THAT(step(MemberSteered{What::kStart, m1}).start, ElementsAre(m1));
}

TEST_F(AgentCoreTest, OneThatDoesNotEndIsKilledOnce) {
  running();
  step(MemberSteered{What::kStop, m1});
  EXPECT_THAT(pass(4'500).kill, IsEmpty());
  EXPECT_THAT(pass(100'000).kill, ElementsAre(m1));
}

TEST_F(AgentCoreTest, ARestartStartsItAgainAsSoonAsItHasEnded) {
  running();
  const AgentOutput told = step(MemberSteered{What::kRestart, m1});
  EXPECT_THAT(told.terminate, ElementsAre(m1));
  EXPECT_THAT(told.start, IsEmpty()) << "two of them would share a directory";
  EXPECT_THAT(step(MemberEnded{m1, "exit code 0", true}).start, ElementsAre(m1));
}

TEST_F(AgentCoreTest, AStartWhileItEndsHasItStartedAgain) {
  running();
  step(MemberSteered{What::kStop, m1});
  EXPECT_THAT(step(MemberSteered{What::kStart, m1}).start, IsEmpty());
  EXPECT_THAT(step(MemberEnded{m1, "signal 15"}).start, ElementsAre(m1));
}

TEST_F(AgentCoreTest, OneThatDiesIsStartedAgainLaterEachTimeAndNotSeldomerThanOnceAMinute) {
  found_and_started();
  std::vector<std::uint64_t> delays;
  for (int i = 0; i < 9; ++i) {
    step(MemberEnded{m1, "signal 9"});
    EXPECT_EQ(row().state, State::kFailing);
    EXPECT_EQ(row().text, "signal 9");
    const std::uint64_t since = now;
    while (pass(AgentCore::kTickMs).start.empty()) ASSERT_LT(now - since, 100'000U);
    delays.push_back(now - since);
    step(MemberStarted{m1, 101});
  }
  EXPECT_THAT(delays, ElementsAre(1000, 2000, 4000, 8000, 16'000, 32'000, 60'000, 60'000, 60'000));
  step(MemberAnswered{m1, "in_step"});
  now += 60'000;
  step(MemberEnded{m1, "signal 9"});
  EXPECT_THAT(pass(1000).start, ElementsAre(m1)) << "a run that lasted is no failure to start";
}

TEST_F(AgentCoreTest, OneThatCannotBeStartedIsTriedAgain) {
  step(MemberFound{m1, true, 0});
  step(MemberNotStarted{m1, "no such file"});
  EXPECT_EQ(row().state, State::kFailing);
  EXPECT_EQ(row().text, "no such file");
  EXPECT_THAT(pass(1000).start, ElementsAre(m1));
}

TEST_F(AgentCoreTest, OneThatLeavesItsGroupIsNotStartedAgain) {
  running();
  EXPECT_THAT(step(MemberEnded{m1, "exit code 0", true}).unwanted, ElementsAre(m1));
  EXPECT_EQ(row().state, State::kStopped);
  EXPECT_FALSE(row().wanted);
  EXPECT_THAT(pass(100'000).start, IsEmpty());
}

TEST_F(AgentCoreTest, G53_OneThatHangsIsKilledOnceAndStartedAgain) {
  running();
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(pass(9'000).kill, IsEmpty());
    step(MemberAnswered{m1, "in_step"});
  }
  EXPECT_THAT(pass(10'000).kill, ElementsAre(m1));
  EXPECT_THAT(pass(10'000).kill, IsEmpty()) << "once is enough";
  step(MemberEnded{m1, "signal 9"});
  EXPECT_EQ(row().text, "it did not answer, and was killed");
  EXPECT_THAT(pass(1000).start, ElementsAre(m1));
}

TEST_F(AgentCoreTest, OneThatStartsHasFiveTimesAsLong) {
  found_and_started();
  EXPECT_THAT(pass(49'000).kill, IsEmpty());
  EXPECT_THAT(pass(1'500).kill, ElementsAre(m1));
}

TEST_F(AgentCoreTest, WhatTheAgentMissesItselfIsNoSilence) {
  running();
  now += 3'600'000;  // it was stopped, or the machine slept
  EXPECT_THAT(step(AgentTick{}).kill, IsEmpty());
  EXPECT_THAT(pass(5'000).kill, IsEmpty());
}

TEST_F(AgentCoreTest, NobodyHangsWhereThatIsNotLookedFor) {
  core = AgentCore(AgentConfig{0, 5'000});
  running();
  EXPECT_THAT(pass(1'000'000).kill, IsEmpty());
}

TEST_F(AgentCoreTest, ARestartOfOneThatHangsForgetsThatItDid) {
  running();
  EXPECT_THAT(pass(10'500).kill, ElementsAre(m1));
  step(MemberSteered{What::kRestart, m1});
  EXPECT_THAT(step(MemberEnded{m1, "signal 9"}).start, ElementsAre(m1));
  step(MemberStarted{m1, 102});
  step(MemberEnded{m1, "exit code 74"});
  EXPECT_EQ(row().text, "exit code 74");
}

TEST_F(AgentCoreTest, AStopEndsTheTrying) {
  found_and_started();
  step(MemberEnded{m1, "exit code 73"});
  step(MemberSteered{What::kStop, m1});
  EXPECT_EQ(row().state, State::kStopped);
  EXPECT_THAT(pass(100'000).start, IsEmpty());
}

TEST_F(AgentCoreTest, WhatComesLateOfAProcessThatIsGoneIsNothing) {
  running();
  step(MemberSteered{What::kStop, m1});
  step(MemberEnded{m1, "exit code 0", true});
  EXPECT_THAT(step(MemberEnded{m1, "exit code 0", true}).unwanted, IsEmpty());
  step(MemberAnswered{{"shop", "nobody"}, "in_step"});
  EXPECT_EQ(core.size(), 1U);
  EXPECT_EQ(row().state, State::kStopped);
}

}  // namespace
}  // namespace groupctl
