// Looks on a thread of their own.
#include "member/host/scanner.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

#include "tests/unit/member_host/idle_deployer.h"
#include "tests/unit/member_host/idle_host.h"

namespace groupctl {
namespace {

/// Inspects as the test says, spending what it says.
class FakePlace : public testing::IdleHost, private testing::IdleDeployer {
 public:
  Deployer* deployer(std::string_view name) override { return name == "dir" ? this : nullptr; }
  std::vector<std::string> deployer_names() override { return {"dir"}; }

  std::atomic<std::uint64_t> asked{0};
  std::uint64_t files = 1;

 private:
  StepResult<Inspection> inspect(const std::string& name, const Pace& pace) override {
    ++asked;
    if (name == "throws") throw std::runtime_error("library says no");
    for (std::uint64_t i = 0; i < files; ++i) {
      if (!pace(1)) return tl::unexpected(StepError{Outcome::kFailed, "inspect", "ended"});
    }
    return Inspection{Placed{"1.0", {}}, ""};
  }
};

class ScannerTest : public ::testing::Test {
 protected:
  void look(Scanner& scanner, std::vector<LookRequest::At> at) {
    ASSERT_TRUE(scanner.submit({++number_, std::move(at)}));
  }
  std::optional<LookResult> result(Scanner& scanner) {
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, std::chrono::seconds(20), [&] { return done_; });
    done_ = false;
    return scanner.take();
  }
  std::function<void()> wake() {
    return [this] {
      const std::lock_guard lock(mutex_);
      done_ = true;
      woken_.notify_all();
    };
  }
  FakePlace place_;
  std::uint64_t number_ = 0;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool done_ = false;
};

TEST_F(ScannerTest, LooksAtAllAndSaysWhatItCouldNot) {
  Scanner scanner(place_, 0, wake());
  scanner.start();
  look(scanner, {{"shop", "dir"}, {"throws", "dir"}, {"unit", "systemd"}});
  const auto found = result(scanner);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->number, 1U);
  EXPECT_EQ(found->by_name.at("shop")->placed->version, "1.0");
  EXPECT_EQ(found->by_name.at("throws").error().text, "library says no");
  EXPECT_EQ(found->by_name.at("unit").error().text, "no deployer \"systemd\"");
}

TEST_F(ScannerTest, F47_IsNoFasterThanItIsAllowedToBe) {
  place_.files = 60;
  Scanner scanner(place_, 200, wake());
  scanner.start();
  const auto begin = std::chrono::steady_clock::now();
  look(scanner, {{"shop", "dir"}});
  ASSERT_TRUE(result(scanner));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(250));
}

TEST_F(ScannerTest, AStopEndsALook) {
  place_.files = 1'000'000;
  Scanner scanner(place_, 100, wake());
  scanner.start();
  look(scanner, {{"shop", "dir"}, {"blog", "dir"}});
  while (place_.asked == 0) std::this_thread::yield();
  scanner.stop();
  EXPECT_FALSE(scanner.take());
  EXPECT_EQ(place_.asked, 1U);
  EXPECT_FALSE(scanner.submit({2, {}}));
}

}  // namespace
}  // namespace groupctl
