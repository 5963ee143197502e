// group-agent and its members as real processes: made from nothing, steered from outside, and none
// the worse for the agent's death.
#include <gtest/gtest.h>
#include <signal.h>

#include <sstream>

#include "agent/folders.h"
#include "keeper/proc.h"
#include "tests/process/harness_agent.h"
#include "tests/process/harness_disk.h"
#include "tests/schema/output_schema.h"
#include "wire/zmq_client.h"

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

  /// Whether it runs, as another process than that.
  bool is_new(std::uint32_t before) const {
    const AgentMember row = agent.row(m1);
    return row.state == State::kRunning && row.pid != before;
  }

  /// groupctl with a context of its own, which has the agent.
  Answer ctl(std::vector<std::string> words) const {
    words.insert(words.begin(), groupctl_program());
    Said said = run_program(words, {{"XDG_CONFIG_HOME", (group.dir() / "config").string()}});
    return {said.ended.code, std::move(said.out), std::move(said.err)};
  }
  void name_context() const {
    const Answer named =
        ctl({"context", "add", "prod", "-E", group.endpoint("admin"), "-g", "shop"});
    ASSERT_EQ(named.exit_code, 0) << named.err;
    const Answer added =
        ctl({"agent", "add", "host-1", agent.endpoint(), "--agent-key", agent.key().hex()});
    ASSERT_EQ(added.exit_code, 0) << added.err;
    EXPECT_EQ(testing::schema_complaints(ctl({"agent", "list", "-o", "json"}).out), "");
  }
  Answer make(const std::string& name) const {
    return ctl({"member", "spawn", name, "--coordinator", group.endpoint("member"), "--token",
                read_file(group.dir() / "shop.token")});
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

TEST(AgentOnAFullDisk, StopsAMemberAllTheSame) {
  Group group;
  Agent agent;
  std::filesystem::create_directories(agent.dir());
  const SmallDisk disk(agent.dir(), "160m");
  if (!disk.mounted()) GTEST_SKIP() << "this may not mount a file system";
  ASSERT_TRUE(group.start_coordinator());
  ASSERT_TRUE(agent.start());
  const MemberRef m1{"shop", "m1"};
  ASSERT_TRUE(agent.ask(Agent::spawn_of(group, "m1")));
  ASSERT_TRUE(agent.comes_to(m1, State::kRunning));
  disk.fill();
  const auto stopped = agent.ask(SteerMember{SteerMember::What::kStop, m1});
  EXPECT_TRUE(stopped) << stopped.error().text;
  EXPECT_TRUE(agent.comes_to(m1, State::kStopped));
  const auto refused = agent.ask(SteerMember{SteerMember::What::kStart, m1});
  EXPECT_FALSE(refused) << "what cannot be found again is not begun";
  disk.free();
  EXPECT_TRUE(agent.ask(SteerMember{SteerMember::What::kStart, m1}));
  EXPECT_TRUE(agent.comes_to(m1, State::kRunning));
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

TEST_F(AgentTest, G53_AMemberThatDiesAndOneThatHangsAreStartedAgainFromOutside) {
  spawn(group, "m1");
  const std::uint32_t first = agent.row(m1).pid;
  ASSERT_EQ(::kill(static_cast<pid_t>(first), SIGKILL), 0);
  ASSERT_TRUE(eventually([&] { return is_new(first); }));
  ASSERT_TRUE(in_step(group, "m1"));
  const std::uint32_t second = agent.row(m1).pid;
  ASSERT_EQ(::kill(static_cast<pid_t>(second), SIGSTOP), 0);
  ASSERT_TRUE(eventually([&] { return is_new(second); }));
  EXPECT_TRUE(is_gone(second));
  EXPECT_EQ(agent.row(m1).text, "it did not answer, and was killed");
  EXPECT_TRUE(in_step(group, "m1"));
}

TEST_F(AgentTest, G53_OneThatHangsWhileTheNextAgentComesIsStartedAgainToo) {
  spawn(group, "m1");
  const std::uint32_t pid = agent.row(m1).pid;
  agent.process().kill_nine();
  ASSERT_EQ(::kill(static_cast<pid_t>(pid), SIGSTOP), 0);
  ASSERT_TRUE(agent.start({"--hung-after", "1s"}));
  EXPECT_TRUE(eventually([&] { return is_new(pid); }));
  EXPECT_TRUE(in_step(group, "m1"));
}

TEST_F(AgentTest, G55_MembersOfSeveralGroupsUnderOneAgent) {
  Group bank("bank");
  ASSERT_TRUE(bank.start_coordinator());
  spawn(group, "m1");
  // It has the name of the other group's, and nothing else of it.
  spawn(bank, "m1");
  EXPECT_EQ(agent.members().size(), 2U);
  ASSERT_TRUE(agent.ask(SteerMember{SteerMember::What::kStop, {"bank", "m1"}}));
  EXPECT_TRUE(agent.comes_to({"bank", "m1"}, State::kStopped));
  EXPECT_EQ(agent.row(m1).state, State::kRunning);
  EXPECT_EQ(group.ctl({"set", "a=1", "--wait-timeout", "20s"}).exit_code, 0);
}

TEST_F(AgentTest, G56_MembersAreMadeStoppedAndStartedByGroupctl) {
  name_context();
  ASSERT_EQ(make("m1").exit_code, 0);
  ASSERT_EQ(make("m2").exit_code, 0);
  ASSERT_TRUE(in_step(group, "m1") && in_step(group, "m2"));
  const Answer list = ctl({"agent", "show", "-o", "json"});
  EXPECT_EQ(list.json().at("members").size(), 2U);
  EXPECT_EQ(testing::schema_complaints(list.out), "");
  const Answer stopped = ctl({"group", "stop", "-o", "json"});
  EXPECT_EQ(stopped.exit_code, 0) << stopped.out << stopped.err;
  EXPECT_EQ(testing::schema_complaints(stopped.out), "");
  ASSERT_EQ(stopped.json().at("members").size(), 2U);
  for (const auto& row : stopped.json().at("members")) EXPECT_EQ(row.at("state"), "stopped");
  const Answer started = ctl({"group", "start"});
  EXPECT_EQ(started.exit_code, 0) << started.out << started.err;
  EXPECT_TRUE(in_step(group, "m1") && in_step(group, "m2"));
  const std::uint32_t before = agent.row(m1).pid;
  EXPECT_EQ(ctl({"member", "restart", "m1"}).exit_code, 0);
  EXPECT_NE(agent.row(m1).pid, before);
  EXPECT_TRUE(is_gone(before));
  EXPECT_EQ(ctl({"member", "stop", "m3"}).exit_code, 3) << "no agent has it";
  EXPECT_EQ(ctl({"member", "stop", "m2"}).exit_code, 0);
  EXPECT_EQ(agent.row(m1).state, State::kRunning);
}

TEST_F(AgentTest, ItsLogSaysWhoHasAskedForWhatOfWhom) {
  const std::string by = " key=" + fingerprint(admin_keys().own.public_key) + " ";
  spawn(group, "m1");
  ASSERT_TRUE(agent.ask(SteerMember{SteerMember::What::kStop, m1}));
  EXPECT_FALSE(agent.ask(SteerMember{SteerMember::What::kRestart, {"shop", "m9"}}));
  const auto said = [&](const std::string& what, const std::string& end) {
    std::istringstream lines(read_file(agent.log_file()));
    for (std::string line; std::getline(lines, line);) {
      const bool begins = line.find("asked for a change " + what + by) != line.npos;
      if (begins && line.ends_with(end)) return true;
    }
    return false;
  };
  EXPECT_TRUE(said("what=spawn group=shop member=m1", "refused=no"));
  EXPECT_TRUE(said("what=stop group=shop member=m1", "refused=no"));
  EXPECT_TRUE(said("what=restart group=shop member=m9",
                   "refused=\"there is no member m9 of group shop here\""));
}

TEST_F(AgentTest, AnotherProtocolIsRefusedAtTheGreeting) {
  const auto same = agent.ask(AgentHello{kProtocolVersion, "groupctl"});
  ASSERT_TRUE(same) << same.error().text;
  EXPECT_EQ(std::get<AgentHelloReply>(*same).protocol, kProtocolVersion);
  const auto later = agent.ask(AgentHello{kProtocolVersion + 1, "groupctl"});
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().code, ErrorCode::kUnsupported);
}

TEST_F(AgentTest, WhereGroupctlAsksIsNotWhereAnAgentAnswers) {
  agent.process().kill_nine();
  std::filesystem::remove(agent.dir() / "endpoint");
  // A variable counts before a file, and what the README has exported is an address in use.
  const auto config = agent.dir() / "agent.toml";
  write_file(config, "[endpoints]\nagent = \"tcp://127.0.0.1:*\"\n");
  const Process other = Process::start(
      {agent_program(), "run", "--state-dir", agent.dir().string(), "--config", config.string()},
      {{}, agent.log_file(), {{"GROUPCTL_ENDPOINT", group.endpoint("admin")}}});
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(agent.dir() / "endpoint"); }));
  EXPECT_NE(agent.endpoint(), group.endpoint("admin"));
  EXPECT_TRUE(agent.ask(AgentMembersQuery{}));
}

TEST_F(AgentTest, OneThatDoesNotStartIsAFailureThatSaysWhy) {
  name_context();
  ASSERT_EQ(make("m1").exit_code, 0);
  ASSERT_EQ(ctl({"member", "stop", "m1"}).exit_code, 0);
  // Its configuration is of another group: it refuses its own directory.
  const auto config = agent.folder(m1) / "member.toml";
  std::string text = read_file(config);
  text.replace(text.find("group = \"shop\""), 14, "group = \"bank\"");
  write_file(config, text);
  const Answer failed = ctl({"member", "start", "m1", "-o", "json"});
  EXPECT_EQ(failed.exit_code, 1) << failed.out;
  EXPECT_EQ(testing::schema_complaints(failed.out), "");
  const auto row = failed.json().at("members").at(0);
  EXPECT_EQ(row.at("result"), "failed");
  EXPECT_NE(row.at("message").get<std::string>().find("exit code 2: error: "), std::string::npos)
      << row;
}

TEST_F(AgentTest, WhatAMemberRunsGoesOnWhenItIsStopped) {
  spawn(group, "m1");
  const auto marks = group.dir() / "marks";
  const std::string archive =
      group.pack("clock", "1.0",
                 {{"serve", "#!/bin/sh\nwhile :; do echo $$ >\"$MARKS\"; sleep 0.05; done\n"}});
  ASSERT_EQ(group.ctl({"repo", "put", "clock@1.0", archive}).exit_code, 0);
  const Answer deployed =
      group.ctl({"deploy", "clock@1.0", "--deployer", "process", "--config",
                 R"({"command":["./serve"],"environment":{"MARKS":")" + marks.string() + "\"}}"});
  ASSERT_EQ(deployed.exit_code, 0) << deployed.out << deployed.err;
  ASSERT_TRUE(eventually([&] { return !read_file(marks).empty(); }));
  ASSERT_TRUE(agent.ask(SteerMember{SteerMember::What::kStop, m1}));
  ASSERT_TRUE(agent.comes_to(m1, State::kStopped));
  std::filesystem::remove(marks);
  EXPECT_TRUE(eventually([&] { return !read_file(marks).empty(); })) << "it is not the member's";
  ASSERT_TRUE(agent.ask(SteerMember{SteerMember::What::kStart, m1}));
  ASSERT_TRUE(in_step(group, "m1"));
  EXPECT_EQ(group.ctl({"undeploy", "clock", "--wait-timeout", "30s"}).exit_code, 0)
      << "it was found again";
}

TEST_F(AgentTest, I12_StrangersAreRefusedAndSoIsWhoeverIsRevoked) {
  const auto as_stranger = agent.ask_as(draw_keys(), AgentMembersQuery{});
  ASSERT_FALSE(as_stranger);
  EXPECT_EQ(as_stranger.error().code, ErrorCode::kKeyRefused);
  const auto without = ZmqClient::open(agent.endpoint());
  ASSERT_TRUE(without);
  EXPECT_FALSE((*without)->request(encode(AgentRequestId(1), AgentMembersQuery{}), 3000));
  const KeyPair ana = draw_keys();
  ASSERT_EQ(agent.about({"allow", "ana", ana.public_key.hex()}).ended, (Ended{0, 0}));
  EXPECT_TRUE(eventually([&] { return agent.ask_as(ana, AgentMembersQuery{}).has_value(); }))
      << "without a restart";
  const auto connected = ZmqClient::open(agent.endpoint(), ClientKeys{ana, agent.key()});
  ASSERT_TRUE(connected);
  const Bytes question = encode(AgentRequestId(1), AgentMembersQuery{});
  ASSERT_TRUE((*connected)->request(question, 5000));
  EXPECT_NE(agent.about({"keys"}).out.find("ana"), std::string::npos);
  ASSERT_EQ(agent.about({"revoke", "ana"}).ended, (Ended{0, 0}));
  EXPECT_TRUE(eventually([&] { return !(*connected)->request(question, 500).has_value(); }))
      << "a connection that is there ends too";
  EXPECT_TRUE(agent.ask(AgentMembersQuery{})) << "the others are served";
}

TEST_F(AgentTest, ItSaysOnceThatItsListCannotBeReadAndGoesOnWithTheOneBefore) {
  const auto list = agent.dir() / "allowed";
  const std::string fault = "the file allowed cannot be read: the keys before stay why=";
  const auto said = [&] { return count_in(read_file(agent.log_file()), fault); };
  const auto next = agent.dir() / "allowed.next";
  // In one step: an empty list would let in nobody.
  const auto put = [&](const std::string& text) {
    write_file(next, text);
    std::filesystem::rename(next, list);
  };
  const std::string before = read_file(list);
  put("nonsense\n");
  ASSERT_TRUE(eventually([&] { return said() == 1; }));
  EXPECT_TRUE(agent.ask(AgentMembersQuery{}));
  std::filesystem::create_symlink(list, next);
  std::filesystem::rename(next, list);  // to itself
  ASSERT_TRUE(eventually([&] { return said() == 2; }));
  EXPECT_TRUE(agent.ask(AgentMembersQuery{}));
  put(before + "ana " + draw_keys().public_key.hex() + "\n");
  EXPECT_TRUE(eventually([&] {
    return count_in(read_file(agent.log_file()), "the file allowed is read anew keys=2") == 1;
  }));
  EXPECT_EQ(said(), 2U);
}

TEST_F(AgentTest, F36_WhatIsNoRequestIsRefusedAndWhatIsTooLargeIsNotRead) {
  const auto client = ZmqClient::open(agent.endpoint(), ClientKeys{admin_keys().own, agent.key()});
  ASSERT_TRUE(client);
  const auto answer = (*client)->request(Bytes(100, 0xff), 5000);
  ASSERT_TRUE(answer) << answer.error().text;
  const auto reply = decode_agent_reply(*answer);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->id, AgentRequestId(0));
  EXPECT_TRUE(std::holds_alternative<AgentRefused>(reply->reply));
  EXPECT_FALSE((*client)->request(Bytes(kMaxAgentRequestBytes + 1, 0), 2000));
  EXPECT_TRUE(agent.process().running());
  EXPECT_TRUE(agent.ask(AgentMembersQuery{}));
}

TEST_F(AgentTest, F36_AnAgentHasNoMoreMembersThanItsBound) {
  agent.process().kill_nine();
  const AgentFolders folders(agent.dir().string());
  for (std::size_t i = 0; i < kMaxAgentMembers; ++i) {
    const SpawnMember one = Agent::spawn_of(group, "n" + std::to_string(i));
    ASSERT_TRUE(folders.make(one));
    MemberRecord record;
    record.wanted = false;
    ASSERT_TRUE(folders.keep(one.member, record));
  }
  ASSERT_TRUE(agent.start());
  EXPECT_EQ(agent.members().size(), kMaxAgentMembers);
  const auto refused = agent.ask(Agent::spawn_of(group, "one-more"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kBusy);
}

TEST_F(AgentTest, OneAgentAStateDirectory) {
  const Said second = agent.about({"run", "--agent-endpoint", "tcp://127.0.0.1:*"});
  EXPECT_EQ(second.ended.code, kLocked) << second.err;
}

}  // namespace
}  // namespace groupctl::process_test
