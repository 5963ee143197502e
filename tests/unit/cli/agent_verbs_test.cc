// agent list, show, add and rm, and what members are told from outside, against agents by script.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/agent_client.h"
#include "cli/contexts.h"
#include "cli/parser.h"
#include "cli/run.h"
#include "daemon/key_files.h"
#include "daemon/paths.h"
#include "tests/unit/cli/scripted_coordinator.h"
#include "wire/limits.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <class Kind>
bool is(const AgentRequest& request) {
  return std::holds_alternative<Kind>(request);
}

/// An agent with members that do what they are told, a look later.
struct ScriptedAgent {
  std::map<MemberRef, AgentMember> members = {};
  AgentMemberState end_of_start = AgentMemberState::kRunning;
  bool reachable = true;
  std::uint32_t protocol = kProtocolVersion;
  /// What it does and does not answer.
  std::function<bool(const AgentRequest&)> mute = [](const AgentRequest&) { return false; };
  std::vector<AgentRequest> requests = {};
  std::uint32_t last_pid = 100;

  void add(const std::string& group, const std::string& name, AgentMemberState state) {
    AgentMember row;
    row.member = {group, name};
    row.state = state;
    row.pid = state == AgentMemberState::kRunning ? ++last_pid : 0;
    members[row.member] = row;
  }
  AgentReply answer(const AgentRequest& request) {
    requests.push_back(request);
    if (is<AgentHello>(request)) return AgentHelloReply{protocol, "group-agent 7"};
    if (is<AgentMembersQuery>(request)) return look();
    if (const auto* spawn = std::get_if<SpawnMember>(&request)) {
      add(spawn->member.group, spawn->member.name, AgentMemberState::kStarting);
      return members.at(spawn->member);
    }
    const auto& steer = std::get<SteerMember>(request);
    const auto found = members.find(steer.member);
    if (found == members.end()) return AgentRefused{ErrorCode::kNotFound, "no such member"};
    found->second.state = steer.what == SteerMember::What::kStart ? AgentMemberState::kStarting
                                                                  : AgentMemberState::kStopping;
    restarts = steer.what == SteerMember::What::kRestart;
    return found->second;
  }
  AgentReply look() {
    AgentMembersReply reply;
    for (auto& [ref, row] : members) {
      reply.rows.push_back(row);
      if (row.state == AgentMemberState::kStarting) {
        row.state = end_of_start;
        row.pid = ++last_pid;
        row.text = end_of_start == AgentMemberState::kFailing ? "exit code 2" : "";
      } else if (row.state == AgentMemberState::kStopping) {
        row.state = restarts ? AgentMemberState::kStarting : AgentMemberState::kStopped;
        row.pid = 0;
      }
    }
    return reply;
  }
  template <class Kind>
  std::size_t asked() const {
    return static_cast<std::size_t>(std::count_if(requests.begin(), requests.end(), is<Kind>));
  }
  bool restarts = false;
};

class AgentChannel : public AdminChannel {
 public:
  AgentChannel(ScriptedAgent& agent, ScriptedCoordinator& clock) : agent_(agent), clock_(clock) {}
  Status send(ByteView message, std::uint64_t timeout_ms) override {
    if (!agent_.reachable) {
      pass(timeout_ms);
      return fail(ErrorCode::kUnreachable, "nobody answered");
    }
    const auto request = decode_agent_request(message);
    GROUPCTL_INVARIANT(request.has_value(), "the client sent bytes that are no request");
    const AgentReply reply = agent_.answer(request->request);
    if (!agent_.mute(request->request)) replies_.push_back(encode(request->id, reply));
    return {};
  }
  Result<Bytes> receive(std::uint64_t timeout_ms) override {
    if (replies_.empty()) {
      pass(timeout_ms);
      return fail(ErrorCode::kTimeout, "no answer");
    }
    Bytes reply = std::move(replies_.front());
    replies_.pop_front();
    return reply;
  }
  std::uint64_t now_ms() override { return clock_.now_ms(); }

 private:
  void pass(std::uint64_t ms) { static_cast<void>(clock_.receive(ms)); }

  ScriptedAgent& agent_;
  ScriptedCoordinator& clock_;
  std::deque<Bytes> replies_;
};

class AgentVerbs : public ::testing::Test {
 protected:
  AgentVerbs() : coordinator([](const AdminRequest&) { return std::vector<AdminReply>(); }) {}
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "gca-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir = pattern;
    for (const char* name : {"GROUPCTL_ENDPOINT", "GROUPCTL_CONTEXT", "GROUPCTL_GROUP"}) {
      ::unsetenv(name);
    }
    ::setenv("XDG_CONFIG_HOME", dir.c_str(), 1);
    ::setenv("GROUPCTL_KEY_DIR", dir.c_str(), 1);
    ASSERT_TRUE(read_or_make_key(dir.string(), kGroupctlKey));
    ASSERT_TRUE(
        write_public_key(public_file(dir.string(), kCoordinatorKey), draw_keys().public_key));
    run_words({"context", "add", "prod", "-E", "tcp://127.0.0.1:1", "-g", "shop"});
  }
  void TearDown() override {
    ::unsetenv("XDG_CONFIG_HOME");
    ::unsetenv("GROUPCTL_KEY_DIR");
    fs::remove_all(dir);
  }
  /// Known to the context by this name.
  ScriptedAgent& agent(const std::string& name) {
    const std::string endpoint = "tcp://127.0.0.1:" + std::to_string(++last_port);
    const Said added = run_words({"agent", "add", name, endpoint, "--agent-key", key});
    EXPECT_EQ(added.exit_code, 0) << err;
    return agents[endpoint];
  }

  Said run_words(const std::vector<std::string>& words) {
    err.clear();
    Parsed parsed = parse_command_line(words, syntax_table());
    if (const auto* error = std::get_if<UsageError>(&parsed)) {
      err = error->failure.message;
      return {"", error->failure.exit_code};
    }
    const auto& invocation = std::get<Invocation>(parsed);
    Client client(coordinator, [this] { return stop; });
    Surroundings around{
        "ana@bastion", [] { return WallClock{}; }, [this](std::string_view text) { err += text; },
        [](std::string_view) -> std::optional<std::string> { return std::nullopt; }};
    around.connect_to = [this](const std::string& endpoint,
                               const ClientKeys&) -> Result<std::unique_ptr<AdminChannel>> {
      return std::make_unique<AgentChannel>(agents[endpoint], coordinator);
    };
    const Done done = run(invocation, client, around);
    if (done) return *done;
    const ShownFailure shown = show(done.error(), invocation.global.format);
    err += shown.err;
    return {shown.out, done.error().exit_code};
  }
  nlohmann::json rows(const Said& said) const {
    return nlohmann::json::parse(said.out).at("members");
  }

  fs::path dir;
  const std::string key = std::string(64, 'a');
  int last_port = 1000;
  std::map<std::string, ScriptedAgent> agents;  // by endpoint
  ScriptedCoordinator coordinator;
  std::string err;
  bool stop = false;
  const std::vector<std::string> spawn_m1 = {
      "member",  "spawn", "m1",      "--coordinator", "tcp://10.0.0.5:7400",
      "--token", key,     "--label", "role=web"};
};

TEST_F(AgentVerbs, AContextKeepsItsAgents) {
  EXPECT_EQ(run_words({"agent", "show"}).exit_code, 3) << "there are none yet";
  agent("host-2");
  agent("host-1");
  EXPECT_THAT(run_words({"agent", "list"}).out, HasSubstr("host-1  tcp://127.0.0.1:1002"));
  const auto contexts = read_contexts(user_config_file());
  ASSERT_TRUE(contexts) << contexts.error().text;
  EXPECT_EQ(contexts->by_name.at("prod").agents.at("host-2"),
            (AgentAddress{"tcp://127.0.0.1:1001", key}));
  EXPECT_EQ(
      run_words({"agent", "add", "host-1", "tcp://127.0.0.1:9", "--agent-key", key}).exit_code, 7);
  EXPECT_EQ(run_words({"agent", "rm", "host-2"}).exit_code, 0);
  EXPECT_EQ(run_words({"agent", "rm", "host-2"}).exit_code, 3);
  EXPECT_EQ(run_words({"agent", "add", "x", "nowhere", "--agent-key", key}).exit_code, 2);
  EXPECT_EQ(run_words({"agent", "add", "x", "tcp://127.0.0.1:9", "--agent-key", "short"}).exit_code,
            2);
  EXPECT_EQ(run_words({"-E", "tcp://127.0.0.1:1", "agent", "list"}).exit_code, 2)
      << "no context is meant";
}

TEST_F(AgentVerbs, MembersAreFoundWhereverTheyAreAndWaitedFor) {
  agent("host-1").add("shop", "m1", AgentMemberState::kStopped);
  agent("host-2").add("shop", "m2", AgentMemberState::kStopped);
  const Said started = run_words({"member", "start", "m2", "m1", "-o", "json"});
  EXPECT_EQ(started.exit_code, 0) << started.out << err;
  ASSERT_EQ(rows(started).size(), 2U);
  EXPECT_EQ(rows(started)[0].at("agent"), "host-1");
  EXPECT_EQ(rows(started)[1].at("state"), "running");
  const Said shown = run_words({"agent", "show"});
  EXPECT_THAT(shown.out, HasSubstr("host-2  shop   m2      running"));
}

TEST_F(AgentVerbs, ARestartIsDoneWhenAnotherProcessRuns) {
  agent("host-1").add("shop", "m1", AgentMemberState::kRunning);
  const auto before = agents.begin()->second.last_pid;
  const Said restarted = run_words({"member", "restart", "m1", "-o", "json"});
  EXPECT_EQ(restarted.exit_code, 0) << restarted.out << err;
  EXPECT_NE(rows(restarted)[0].at("pid"), before);
}

TEST_F(AgentVerbs, OneThatDoesNotStartIsABadRowAmongGoodOnes) {
  agent("host-1").add("shop", "m1", AgentMemberState::kStopped);
  agent("host-2").add("shop", "m2", AgentMemberState::kStopped);
  agents.begin()->second.end_of_start = AgentMemberState::kFailing;
  const Said started = run_words({"group", "start", "-o", "json"});
  EXPECT_EQ(started.exit_code, 1);
  EXPECT_EQ(rows(started)[0].at("result"), "failed");
  EXPECT_EQ(rows(started)[0].at("message"), "exit code 2");
  EXPECT_EQ(rows(started)[1].at("result"), "done");
}

TEST_F(AgentVerbs, AGroupIsItsOwnMembersAlone) {
  ScriptedAgent& one = agent("host-1");
  one.add("shop", "m1", AgentMemberState::kRunning);
  one.add("bank", "m1", AgentMemberState::kRunning);
  EXPECT_EQ(run_words({"group", "stop"}).exit_code, 0) << "the context's group";
  EXPECT_EQ(one.members.at({"shop", "m1"}).state, AgentMemberState::kStopped);
  EXPECT_EQ(one.members.at({"bank", "m1"}).state, AgentMemberState::kRunning);
  EXPECT_EQ(run_words({"group", "stop", "bank"}).exit_code, 0);
  EXPECT_EQ(one.members.at({"bank", "m1"}).state, AgentMemberState::kStopped);
  EXPECT_EQ(run_words({"group", "start", "park"}).exit_code, 3);
}

TEST_F(AgentVerbs, AnAgentThatDoesNotAnswerIsARowOfTheGroupAndNoneOfOthersMembers) {
  agent("host-1").add("shop", "m1", AgentMemberState::kRunning);
  agent("host-2").reachable = false;
  const Said stopped = run_words({"group", "stop", "-o", "json"});
  EXPECT_EQ(stopped.exit_code, 1);
  ASSERT_EQ(rows(stopped).size(), 2U);
  EXPECT_EQ(rows(stopped)[0].at("result"), "unknown");
  EXPECT_EQ(rows(stopped)[0].at("agent"), "host-2");
  EXPECT_EQ(run_words({"member", "start", "m1"}).exit_code, 0) << "it is elsewhere";
  EXPECT_EQ(run_words({"member", "start", "m9"}).exit_code, 4) << "it may be there";
  EXPECT_EQ(run_words({"agent", "show"}).exit_code, 1);
}

TEST_F(AgentVerbs, AWaitThatEndsFirstSaysSo) {
  agent("host-1").add("shop", "m1", AgentMemberState::kStopped);
  agents.begin()->second.end_of_start = AgentMemberState::kStarting;
  const Said open = run_words({"member", "start", "m1", "--wait-timeout", "1s", "-o", "json"});
  EXPECT_EQ(open.exit_code, 5);
  EXPECT_EQ(rows(open)[0].at("result"), "open");
  EXPECT_EQ(run_words({"member", "start", "m1", "--no-wait"}).exit_code, 0);
}

TEST_F(AgentVerbs, AMemberIsSpawnedWithTheServerKeyThatIsPinned) {
  ScriptedAgent& one = agent("host-1");
  EXPECT_EQ(run_words(spawn_m1).exit_code, 0) << err;
  const auto& spawn = std::get<SpawnMember>(one.requests.at(1));
  EXPECT_EQ(spawn.member, (MemberRef{"shop", "m1"}));
  EXPECT_EQ(spawn.server_key, *read_public_key(public_file(dir.string(), kCoordinatorKey)));
  EXPECT_EQ(spawn.labels, (Labels{{"role", "web"}}));
  agent("host-2");
  EXPECT_EQ(run_words(spawn_m1).exit_code, 2) << "on which of them?";
  EXPECT_EQ(
      run_words({"member", "spawn", "m1", "--coordinator", "ipc:///x", "--token", key}).exit_code,
      2);
  EXPECT_EQ(
      run_words({"member", "spawn", "m1", "--coordinator", "tcp://a:1", "--token", "x"}).exit_code,
      2);
}

TEST_F(AgentVerbs, ARestartThatIsNotAnsweredIsNotSentAgain) {
  ScriptedAgent& one = agent("host-1");
  one.add("shop", "m1", AgentMemberState::kRunning);
  one.mute = is<SteerMember>;
  const Said told = run_words({"member", "restart", "m1", "-o", "json"});
  EXPECT_EQ(told.exit_code, 1);
  EXPECT_EQ(rows(told)[0].at("result"), "unknown");
  EXPECT_EQ(one.asked<SteerMember>(), 1U);
  EXPECT_EQ(run_words({"member", "stop", "m1"}).exit_code, 1);
  EXPECT_GT(one.asked<SteerMember>(), 2U) << "a stop may be said again";
}

TEST_F(AgentVerbs, AnAgentThatIsConnectedToAndMuteIsNoneThatAnswers) {
  ScriptedAgent& one = agent("host-1");
  one.add("shop", "m1", AgentMemberState::kStopped);
  one.mute = [](const AgentRequest&) { return true; };
  EXPECT_EQ(run_words({"member", "start", "m1"}).exit_code, 4);
  EXPECT_THAT(err, HasSubstr("agent host-1: the agent does not answer"));
  EXPECT_EQ(run_words({"group", "start"}).exit_code, 4);
  EXPECT_EQ(run_words({"agent", "show"}).exit_code, 1);
  EXPECT_EQ(run_words(spawn_m1).exit_code, 4);
  EXPECT_EQ(one.asked<AgentHello>(), one.requests.size()) << "it was told nothing else";
  one.mute = is<AgentMembersQuery>;
  EXPECT_EQ(run_words({"member", "start", "m1"}).exit_code, 4) << "a question changes nothing";
  EXPECT_EQ(one.asked<SteerMember>(), 0U);
}

TEST_F(AgentVerbs, ASpawnThatIsNotAnsweredMayHaveBeenDone) {
  agent("host-1").mute = is<SpawnMember>;
  EXPECT_EQ(run_words(spawn_m1).exit_code, 9);
  EXPECT_THAT(err, HasSubstr("groupctl agent show says whether it is there"));
}

TEST_F(AgentVerbs, AnAgentOfAnotherProtocolIsSaidToBeAndIsAskedNothing) {
  ScriptedAgent& one = agent("host-1");
  one.add("shop", "m1", AgentMemberState::kStopped);
  one.protocol = kProtocolVersion + 1;
  const std::string why = "the agent (group-agent 7) speaks protocol 2, this groupctl 1";
  EXPECT_EQ(run_words({"member", "start", "m1"}).exit_code, 2);
  EXPECT_THAT(err, HasSubstr(why));
  EXPECT_EQ(run_words(spawn_m1).exit_code, 2);
  EXPECT_THAT(err, HasSubstr(why));
  const Said shown = run_words({"agent", "show"});
  EXPECT_EQ(shown.exit_code, 1);
  EXPECT_THAT(shown.out, HasSubstr(why));
  EXPECT_EQ(one.asked<AgentHello>(), one.requests.size());
}

TEST_F(AgentVerbs, AConnectionBeginsWithAGreetingAndSoDoesTheNextOne) {
  ScriptedAgent one;
  AgentClient client(std::make_unique<AgentChannel>(one, coordinator), [] { return false; });
  ASSERT_TRUE(client.members(1000));
  ASSERT_TRUE(client.members(1000));
  EXPECT_TRUE(is<AgentHello>(one.requests.front()));
  EXPECT_EQ(one.asked<AgentHello>(), 1U);
  one.reachable = false;
  EXPECT_EQ(client.members(1000).error().code, ErrorCode::kUnreachable);
  one.reachable = true;
  one.protocol = kProtocolVersion + 1;
  EXPECT_EQ(client.members(1000).error().code, ErrorCode::kUnsupported) << "it is another one now";
}

TEST_F(AgentVerbs, WhoeverStopsItBeforeAnythingWasSentIsToldSo) {
  ScriptedAgent& one = agent("host-1");
  one.add("shop", "m1", AgentMemberState::kStopped);
  stop = true;
  for (const auto& words : {std::vector<std::string>{"member", "start", "m1"},
                            std::vector<std::string>{"agent", "show"}, spawn_m1}) {
    EXPECT_EQ(run_words(words).exit_code, 130) << words.at(1);
    EXPECT_THAT(err, HasSubstr("interrupted; nothing was sent"));
  }
  EXPECT_EQ(one.asked<SteerMember>() + one.asked<SpawnMember>(), 0U);
}

TEST_F(AgentVerbs, WithoutAKeyThatMayBeUsedNoAgentIsAsked) {
  ScriptedAgent& one = agent("host-1");
  const std::string own = secret_file(dir.string(), kGroupctlKey);
  fs::permissions(own, fs::perms::others_read, fs::perm_options::add);
  EXPECT_EQ(run_words({"agent", "show"}).exit_code, 7) << "others may read it";
  fs::remove(own);
  EXPECT_EQ(run_words({"agent", "show"}).exit_code, 4);
  EXPECT_THAT(err, HasSubstr("there is no key of yours at " + own));
  EXPECT_TRUE(one.requests.empty());
}

TEST_F(AgentVerbs, AKeyOfAnAgentThatIsNoneSaysWhatToDo) {
  agent("host-1");
  auto contexts = read_contexts(user_config_file());
  ASSERT_TRUE(contexts);
  contexts->by_name.at("prod").agents.at("host-1").key = "nonsense";
  ASSERT_TRUE(write_contexts(*contexts));
  EXPECT_EQ(run_words({"agent", "show"}).exit_code, 2);
  EXPECT_THAT(err, HasSubstr("the key of agent host-1 is no public key"));
  EXPECT_THAT(err, HasSubstr("groupctl agent rm host-1"));
  EXPECT_EQ(run_words({"agent", "rm", "host-1"}).exit_code, 0) << err;
}

TEST_F(AgentVerbs, AMemberHasNoMoreLabelsThanTheBound) {
  agent("host-1");
  std::vector<std::string> words = spawn_m1;
  for (std::size_t i = 1; i < kMaxLabels; ++i) {
    words.insert(words.end(), {"--label", "l" + std::to_string(i) + "=x"});
  }
  EXPECT_EQ(run_words(words).exit_code, 0) << err;
  words.insert(words.end(), {"--label", "one-more=x"});
  EXPECT_EQ(run_words(words).exit_code, 2);
  EXPECT_THAT(err, HasSubstr("--label: a member has at most 64 labels"));
}

}  // namespace
}  // namespace groupctl
