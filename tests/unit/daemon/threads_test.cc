// Mailboxes and signals: what threads tell each other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <thread>

#include "daemon/mailbox.h"
#include "daemon/signals.h"

namespace groupctl {
namespace {

using ::testing::ElementsAre;

// Mailboxes live in worker loops: what is asked for must come within the test's ceiling.
template <class Condition>
bool comes_true(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

TEST(MailboxTest, KeepsOrderAndWakesTheReader) {
  int wakes = 0;
  Mailbox<int> box(3, [&] { ++wakes; });
  EXPECT_TRUE(box.put(1));
  EXPECT_TRUE(box.put(2));
  EXPECT_EQ(wakes, 2);
  EXPECT_THAT(box.take_all(), ElementsAre(1, 2));
  EXPECT_THAT(box.take_all(), ElementsAre());
}

TEST(MailboxTest, IsBounded) {
  Mailbox<int> box(2);
  EXPECT_TRUE(box.put(1));
  EXPECT_TRUE(box.put(2));
  EXPECT_FALSE(box.put(3));
  EXPECT_THAT(box.take_all(), ElementsAre(1, 2));
  EXPECT_TRUE(box.put(4));
}

TEST(MailboxTest, WhatIsThereWhenItClosesIsStillTaken) {
  Mailbox<std::unique_ptr<int>> box(8);
  EXPECT_TRUE(box.put(std::make_unique<int>(7)));
  box.close();
  EXPECT_FALSE(box.put(std::make_unique<int>(8)));
  EXPECT_EQ(*box.wait().value(), 7);
  EXPECT_FALSE(box.wait().has_value());
}

TEST(MailboxTest, NothingIsLostBetweenThreads) {
  Mailbox<int> box(100'000);
  constexpr int kEach = 2000;
  const auto putter = [&] {
    for (int i = 1; i <= kEach; ++i) ASSERT_TRUE(box.put(i));
  };
  std::thread a(putter);
  std::thread b(putter);
  long sum = 0;
  for (int taken = 0; taken < 2 * kEach; ++taken) sum += box.wait().value();
  a.join();
  b.join();
  EXPECT_EQ(sum, 2L * kEach * (kEach + 1) / 2);
}

TEST(SignalsTest, AStopSignalWakesAndIsSeen) {
  std::atomic<int> wakes{0};
  auto signals = Signals::start(SignalsFor::kCommand, [&] { ++wakes; });
  ASSERT_TRUE(signals) << signals.error().text;
  EXPECT_FALSE((*signals)->stop_requested());
  ASSERT_EQ(::kill(::getpid(), SIGTERM), 0);
  EXPECT_TRUE(comes_true([&] { return (*signals)->stop_requested() && wakes == 1; }));
}

TEST(SignalsTest, WhoGoesOnAfterAStopIsToldAndNotWoken) {
  std::atomic<int> wakes{0};
  std::atomic<int> told{0};
  auto signals = Signals::start(SignalsFor::kCommand, [&] { ++wakes; }, {[] {}, [&] { ++told; }});
  ASSERT_TRUE(signals) << signals.error().text;
  ASSERT_EQ(::kill(::getpid(), SIGCONT), 0);
  EXPECT_TRUE(comes_true([&] { return told == 1; }));
  EXPECT_EQ(wakes, 0);
  EXPECT_FALSE((*signals)->stop_requested());
}

// However long the loop takes that was asked to end.
TEST(SignalsDeathTest, TheSecondStopSignalEndsTheProcessAtOnce) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto stop_twice = [] {
    const auto signals = Signals::start(SignalsFor::kDaemon, {});
    ::kill(::getpid(), SIGINT);
    comes_true([&] { return (*signals)->stop_requested(); });
    ::kill(::getpid(), SIGTERM);
    comes_true([] { return false; });
  };
  EXPECT_EXIT(stop_twice(), testing::ExitedWithCode(128 + SIGTERM), "");
}

TEST(SignalsTest, ADaemonIsToldToReadAgainAndToSumUp) {
  std::atomic<int> wakes{0};
  auto signals = Signals::start(SignalsFor::kDaemon, [&] { ++wakes; });
  ASSERT_TRUE(signals) << signals.error().text;
  ASSERT_EQ(::kill(::getpid(), SIGHUP), 0);
  EXPECT_TRUE(comes_true([&] { return wakes == 1; }));
  EXPECT_TRUE((*signals)->take_reread());
  EXPECT_FALSE((*signals)->take_reread());
  EXPECT_FALSE((*signals)->take_summary());
  ASSERT_EQ(::kill(::getpid(), SIGUSR1), 0);
  EXPECT_TRUE(comes_true([&] { return (*signals)->take_summary(); }));
  EXPECT_FALSE((*signals)->stop_requested());
}

TEST(SignalsTest, ABrokenPipeIsAnErrorAndNoEnd) {
  const auto signals = Signals::start(SignalsFor::kCommand, {});
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  EXPECT_EQ(::write(ends[1], "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  ::close(ends[1]);
}

}  // namespace
}  // namespace groupctl
