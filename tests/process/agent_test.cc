// group-agent and its members as real processes: made from nothing, steered from outside, and none
// the worse for the agent's death.
#include <gtest/gtest.h>

#include "keeper/proc.h"
#include "tests/process/harness_agent.h"

namespace groupctl::process_test {
namespace {

using State = AgentMemberState;

class AgentTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(group.start_coordinator());
    ASSERT_TRUE(agent.start({"--hung-after", "2s"}));
  }

  /// Made, let in and in step.
  void spawn(const Group& of, const std::string& name) {
    const auto made = agent.ask(Agent::spawn_of(of, name));
    ASSERT_TRUE(made) << made.error().text;
    ASSERT_TRUE(in_step(of, name)) << agent.row({of.name(), name}).text;
  }
  /// Whether nothing but an exit code is left of it: who has to fetch that may not.
  static bool is_gone(std::uint32_t pid) {
    const auto stat = keeper::proc_stat(static_cast<pid_t>(pid));
    return !stat || stat->ended;
  }
  static bool in_step(const Group& of, const std::string& name) {
    return of.ctl({"wait", "--for", "member=" + name, "--wait-timeout", "30s"}).exit_code == 0;
  }

  Group group;
  Agent agent;
  const MemberRef m1{"shop", "m1"};
};

TEST_F(AgentTest, G54_AMemberIsMadeFromACoordinatorsAddressAndAToken) {
  EXPECT_TRUE(agent.members().empty());
  spawn(group, "m1");
  const AgentMember row = agent.row(m1);
  EXPECT_TRUE(row.wanted);
  EXPECT_TRUE(agent.comes_to(m1, State::kRunning));
  EXPECT_TRUE(eventually([&] { return !std::filesystem::exists(agent.folder(m1) / "token"); }))
      << "it has done its work";
  EXPECT_EQ(read_file(agent.folder(m1) / "member.toml").find("token"), std::string::npos);
  const auto again = agent.ask(Agent::spawn_of(group, "m1"));
  ASSERT_TRUE(again) << again.error().text;
  EXPECT_EQ(std::get<AgentMember>(*again).pid, row.pid) << "asked again it is answered again";
  SpawnMember other = Agent::spawn_of(group, "m1");
  other.labels["role"] = "web";
  const auto refused = agent.ask(other);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
}

TEST_F(AgentTest, G57_TheAgentsDeathHarmsNoMemberAndTheNextOneFindsThem) {
  spawn(group, "m1");
  const std::uint32_t pid = agent.row(m1).pid;
  agent.process().kill_nine();
  EXPECT_EQ(group.ctl({"set", "a=1", "--wait-timeout", "20s"}).exit_code, 0)
      << "the member goes on";
  ASSERT_TRUE(agent.start());
  EXPECT_EQ(agent.row(m1).pid, pid) << "attached to, not started again";
  EXPECT_TRUE(agent.comes_to(m1, State::kRunning));
  const auto stopped = agent.ask(SteerMember{SteerMember::What::kStop, m1});
  ASSERT_TRUE(stopped) << stopped.error().text;
  EXPECT_TRUE(agent.comes_to(m1, State::kStopped));
  EXPECT_TRUE(is_gone(pid));
}

}  // namespace
}  // namespace groupctl::process_test
