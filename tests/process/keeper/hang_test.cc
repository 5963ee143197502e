// F42: what hangs, and what does not want to end.
#include <signal.h>

#include <atomic>
#include <thread>

#include "tests/process/keeper/keeper_fixture.h"

namespace groupctl::keeper {
namespace {

using process_test::eventually;
using process_test::now_ms;

class KeeperHang : public KeeperTest {};

TEST_F(KeeperHang, F42_WhatIgnoresTermIsKilledAfterItsGrace) {
  const std::uint64_t start = now_ms();
  const Ended ended = once(subject({"hang"}), 200);
  EXPECT_EQ(ended.kind, EndKind::kTimedOut) << ended.text;
  EXPECT_EQ(ended.out.head, "hanging\n");
  EXPECT_GE(now_ms() - start, 500U);
  EXPECT_EQ(left(), 0U);
}

TEST_F(KeeperHang, F42_WhatEndsAtTermHasItsLastWord) {
  ProgramSpec spec = subject({"polite"});
  spec.grace_ms = kLongMs;
  const std::uint64_t start = now_ms();
  const Ended ended = once(spec, 200);
  EXPECT_EQ(ended.kind, EndKind::kTimedOut) << ended.text;
  EXPECT_EQ(ended.out.head, "ready\nbye\n");
  EXPECT_LT(now_ms() - start, kLongMs);
}

TEST_F(KeeperHang, F42_WhatIsStoppedHearsTermToo) {
  ProgramSpec spec = subject({"stop"});
  spec.grace_ms = kLongMs;
  const Ended ended = once(spec, 200);
  EXPECT_EQ(ended.kind, EndKind::kTimedOut) << ended.text;
  EXPECT_EQ(ended.code, SIGTERM);
}

TEST_F(KeeperHang, F42_ItIsKilledAtOnceWhenItIsCancelled) {
  ProgramSpec spec = subject({"leave-and-stay"});
  spec.grace_ms = 3'600'000;
  std::atomic<bool> enough{false};
  const auto on_line = [&](std::string_view line) { enough = enough || line == "left"; };
  const auto ended = run_once(GROUPCTL_KEEPER, spec, {}, 0, on_line, [&] { return enough.load(); });
  ASSERT_TRUE(ended) << ended.error().text;
  EXPECT_EQ(ended->kind, EndKind::kCancelled);
  EXPECT_EQ(left(), 0U);
}

TEST_F(KeeperHang, F42_ItIsKilledWhenItsStarterIs) {
  auto process = starter("once", {"leave-and-stay"});
  ASSERT_TRUE(eventually([this] { return left() >= 3; }));
  process.kill_nine();
  EXPECT_TRUE(nothing_left());
}

TEST_F(KeeperHang, F42_ManyAtATimeDoNotMeet) {
  std::vector<std::jthread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const std::string code = std::to_string(i);
      for (int j = 0; j < 5; ++j) {
        const Ended ended = once(subject({"exit", code}));
        if (ended.kind == EndKind::kExited && ended.code == i) ++good;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(good.load(), 40);
}

TEST_F(KeeperHang, F42_AWorkloadThatIgnoresTermIsKilledAfterItsGrace) {
  Kept workload = this->workload();
  ASSERT_TRUE(workload.start(kept(subject({"leave-and-stay"})), kLongMs));
  ASSERT_TRUE(eventually([this] { return left() >= 3; }));
  EXPECT_TRUE(workload.stop(kLongMs));
  EXPECT_EQ(left(), 0U);
  EXPECT_EQ(workload.state()->phase, Phase::kStopped);
  EXPECT_EQ(workload.state()->pid, 0U);
}

TEST_F(KeeperHang, F42_TheGraceIsForTheWholeGroup) {
  KeptSpec spec = kept(subject({"tidy"}));
  spec.program.grace_ms = kLongMs;
  Kept workload = this->workload();
  ASSERT_TRUE(workload.start(spec, kLongMs));
  ASSERT_TRUE(eventually([&] { return workload.output() == "ready\n"; }));
  EXPECT_TRUE(workload.stop(2 * kLongMs));
  EXPECT_EQ(workload.output(), "ready\ntidy\n");
  EXPECT_EQ(workload.state()->last_end, "killed by SIGTERM");
}

}  // namespace
}  // namespace groupctl::keeper
