// Links that go down and up again each second.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "tests/process/harness_link.h"
#include "tests/process/harness_load.h"

namespace groupctl::process_test {
namespace {

constexpr std::uint64_t kPeriodMs = 1000;
constexpr std::uint64_t kGrowthOfAFlappingLink = std::uint64_t{8} << 20;

int periods() { return std::getenv("GROUPCTL_LONG") == nullptr ? 6 : 30; }

/// The most that a process had since the first look.
class Memory {
 public:
  explicit Memory(const Process& process) : process_(process), first_(process.private_memory()) {}
  void look() { most_ = std::max(most_, process_.private_memory()); }
  std::uint64_t growth() const { return most_ > first_ ? most_ - first_ : 0; }

 private:
  const Process& process_;
  const std::uint64_t first_;
  std::uint64_t most_ = 0;
};

class Flapping : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(group.start_coordinator({.flags = links.flags()})); }
  void start_behind_the_links(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      group.start_member(name, {"--coordinator", links.member.endpoint()});
    }
    group.expect_converged(names);
  }
  void expect_bounded(Down how);

  Group group;
  MemberLinks links{group};
};

/// While it flaps and commands flow; and the member is in step afterwards, by replay.
void Flapping::expect_bounded(Down how) {
  start_behind_the_links({"m1"});
  Load load(group, 2);
  ASSERT_TRUE(load.goes_on(20));
  Memory coordinator(group.coordinator());
  Memory member(group.member("m1").process());
  links.flap(kPeriodMs, how);
  EXPECT_TRUE(eventually(
      [&] {
        coordinator.look();
        member.look();
        return links.member.downs() >= periods();
      },
      (static_cast<std::uint64_t>(periods()) + 10) * kPeriodMs));
  links.heal();
  load.stop();
  group.expect_converged({"m1"});
  load.expect_nothing_lost(group);
  RecordProperty("coordinator_grown_kib", std::to_string(coordinator.growth() >> 10));
  RecordProperty("member_grown_kib", std::to_string(member.growth() >> 10));
  EXPECT_LT(coordinator.growth(), kGrowthOfAFlappingLink);
  EXPECT_LT(member.growth(), kGrowthOfAFlappingLink);
  const auto most = static_cast<std::size_t>(3 * links.member.downs() + 3);
  EXPECT_LT(links.member.accepted(), most) << "it comes back once, and not over and over";
  EXPECT_LT(links.command.accepted(), most);
  EXPECT_EQ(group.logged("joined member=m1", "plan=snapshot"), 1U) << "it had all but the tail";
}

TEST_F(Flapping, F18_ALinkThatBreaksCostsABoundedMemory) { expect_bounded(Down::kBroken); }

TEST_F(Flapping, F18_ALinkThatIsSilentCostsABoundedMemory) { expect_bounded(Down::kSilent); }

TEST_F(Flapping, F18_MembersThatWereCutOffComeBackOneByOne) {
  constexpr std::size_t kMembers = 12;
  constexpr std::uint64_t kSpreadMs = 20;  // they draw from 100 ms
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kMembers; ++i) names.push_back("m" + std::to_string(i));
  start_behind_the_links(names);
  const std::size_t before = links.member.accepted();
  links.member.drop();
  ASSERT_TRUE(eventually([&] { return links.member.accepted() >= before + kMembers; }));
  const std::vector<std::uint64_t> arrivals = links.member.arrivals_ms();
  EXPECT_GE(arrivals.back() - arrivals.at(before), kSpreadMs);
  group.expect_converged(names);
}

}  // namespace
}  // namespace groupctl::process_test
