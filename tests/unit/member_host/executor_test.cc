#include "member/host/executor.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <stdexcept>

#include "tests/unit/member_host/idle_host.h"

namespace groupctl {
namespace {

constexpr KindId kNotes{1};  // writes down its sequence
constexpr KindId kWaits{2};  // waits for the gate first
constexpr KindId kThrows{3};

/// A machine that remembers the order of what was done on it, and a gate that holds a step.
class GatedHost : public testing::IdleHost {
 public:
  void progress(std::string_view step, int percent) override {
    executor->note_progress(step, percent);
  }

  void wait_at_gate() {
    std::unique_lock lock(mutex);
    ++waiting;
    changed.notify_all();
    changed.wait(lock, [this] { return open; });
  }
  void await_step_at_gate(int count = 1) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return waiting >= count; });
  }
  void open_gate() {
    const std::lock_guard lock(mutex);
    open = true;
    changed.notify_all();
  }

  Executor* executor = nullptr;
  std::vector<std::uint64_t> order;  ///< the executor's until it has stopped
  std::mutex mutex;
  std::condition_variable changed;
  int waiting = 0;
  bool open = false;
};

ExecuteResult note(const ExecuteRequest& request, Host& host) {
  dynamic_cast<GatedHost&>(host).order.push_back(request.entry.sequence.value);
  return {};
}
ExecuteResult wait_then_note(const ExecuteRequest& request, Host& host) {
  host.progress("unpack", 40);
  dynamic_cast<GatedHost&>(host).wait_at_gate();
  return note(request, host);
}
ExecuteResult throw_up(const ExecuteRequest&, Host&) {
  throw std::runtime_error("library says no");
}

const ExecuteRow* find_row(KindId kind) {
  static const ExecuteRow rows[] = {
      {kNotes, &note}, {kWaits, &wait_then_note}, {kThrows, &throw_up}};
  for (const ExecuteRow& row : rows) {
    if (row.kind == kind) return &row;
  }
  return nullptr;
}

ExecuteResult reconcile_step(const ArtefactStep& step, Host& host) {
  if (step.name == "bad") throw std::runtime_error("library says no");
  if (step.name == "slow") dynamic_cast<GatedHost&>(host).wait_at_gate();
  ExecuteResult result;
  result.text = step.name;
  return result;
}

class ExecutorTest : public ::testing::Test {
 protected:
  ExecutorTest() : executor_(host_, {&find_row, &reconcile_step}, [this] { note_wake(); }) {
    host_.executor = &executor_;
  }
  ~ExecutorTest() override { host_.open_gate(); }

  static WorkItem work(std::uint64_t number, KindId kind = kNotes) {
    ExecuteRequest request;
    request.entry.sequence = Sequence(number);
    request.entry.kind = kind;
    return {WorkId(number), std::move(request)};
  }
  static WorkItem reconcile(std::uint64_t number, const std::vector<std::string>& names) {
    ReconcileRequest request;
    for (const std::string& name : names) request.steps.push_back({name, {}, {}});
    return {WorkId(number), std::move(request)};
  }
  void note_wake() {
    const std::lock_guard lock(mutex_);
    ++wakes_;
    woken_.notify_all();
  }
  /// Drains, woken as the loop of a member is, until there are so many results.
  std::vector<WorkResult> drain(std::size_t count) {
    std::vector<WorkResult> results;
    for (int seen = 0; results.size() < count;) {
      std::unique_lock lock(mutex_);
      woken_.wait(lock, [&] { return wakes_ > seen; });
      seen = wakes_;
      lock.unlock();
      for (WorkResult& result : executor_.drain()) results.push_back(std::move(result));
    }
    return results;
  }

  GatedHost host_;
  std::mutex mutex_;
  std::condition_variable woken_;
  int wakes_ = 0;
  Executor executor_;
};

TEST_F(ExecutorTest, G17_WorkIsDoneInTheOrderGiven) {
  executor_.start();
  for (std::uint64_t i = 1; i <= 100; ++i) executor_.submit(work(i));
  const auto results = drain(100);
  executor_.stop();
  for (std::uint64_t i = 0; i < 100; ++i) {
    EXPECT_EQ(results[i].id, WorkId(i + 1));
    EXPECT_EQ(host_.order[i], i + 1);
    EXPECT_EQ(std::get<ExecuteResult>(results[i].what).outcome, Outcome::kDone);
  }
}

TEST_F(ExecutorTest, G47_TheResultComesOnlyWhenTheStepHasEnded) {
  executor_.start();
  executor_.submit(work(7, kWaits));
  host_.await_step_at_gate();
  EXPECT_TRUE(executor_.drain().empty());
  const auto progress = executor_.progress();
  ASSERT_TRUE(progress);
  EXPECT_EQ(progress->id, WorkId(7));
  EXPECT_EQ(progress->step, "unpack");
  EXPECT_EQ(progress->percent, 40);
  host_.open_gate();
  EXPECT_EQ(drain(1).front().id, WorkId(7));
  EXPECT_FALSE(executor_.progress());
}

TEST_F(ExecutorTest, StopEndsTheRunningStepAndDropsTheRest) {
  executor_.start();
  executor_.submit(work(1, kWaits));
  executor_.submit(work(2));
  host_.await_step_at_gate();
  executor_.request_stop();
  host_.open_gate();
  executor_.stop();
  EXPECT_EQ(host_.order, (std::vector<std::uint64_t>{1}));
  const auto results = executor_.drain();
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results.front().id, WorkId(1));
  executor_.submit(work(3));
  EXPECT_TRUE(executor_.drain().empty());
}

TEST_F(ExecutorTest, AReconcileThatIsCutShortHasNoResult) {
  executor_.start();
  executor_.submit(reconcile(1, {"slow", "after"}));
  host_.await_step_at_gate();
  executor_.request_stop();
  host_.open_gate();
  executor_.stop();
  EXPECT_TRUE(executor_.drain().empty());
}

TEST_F(ExecutorTest, WhatALibraryThrowsIsAFailedStep) {
  executor_.start();
  executor_.submit(work(1, kThrows));
  executor_.submit(reconcile(2, {"bad", "good"}));
  const auto results = drain(2);
  const auto& failed = std::get<ExecuteResult>(results[0].what);
  EXPECT_EQ(failed.outcome, Outcome::kFailed);
  EXPECT_EQ(failed.step, "execute");
  EXPECT_EQ(failed.text, "library says no");
  const auto& by_name = std::get<ReconcileResult>(results[1].what).by_name;
  ASSERT_EQ(by_name.size(), 2U);
  EXPECT_EQ(by_name.at("bad").outcome, Outcome::kFailed);
  EXPECT_EQ(by_name.at("good").text, "good");
}

TEST_F(ExecutorTest, AnUnknownKindIsNotUnderstood) {
  executor_.start();
  executor_.submit(work(1, KindId(99)));
  const auto results = drain(1);
  EXPECT_EQ(std::get<ExecuteResult>(results[0].what).outcome, Outcome::kNotUnderstood);
}

// Work that is neither taken nor refused aloud would leave its entry open for ever.
TEST_F(ExecutorTest, MoreWorkThanThereIsRoomForEndsTheProcess) {
  for (std::size_t i = 1; i <= Executor::kMaxOpenWork; ++i) executor_.submit(work(i));
  EXPECT_DEATH(executor_.submit(work(1)), "work is given out as it can be taken");
  executor_.start();
  drain(Executor::kMaxOpenWork);
  executor_.submit(work(1));
  EXPECT_EQ(drain(1).size(), 1U);
}

}  // namespace
}  // namespace groupctl
