#include "tests/process/harness_agent.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <iostream>

#include "agent/folders.h"
#include "agent/process.h"
#include "daemon/key_files.h"
#include "keeper/kept.h"
#include "wire/zmq_client.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kAgentComesUpMs = 20000;
constexpr std::uint64_t kKilledMs = 10000;

}  // namespace

std::string agent_program() { return GROUPCTL_AGENT; }

Agent::Agent() {
  const Said made = about({"init"});
  EXPECT_EQ(made.ended, (Ended{0, 0})) << made.err;
}

Agent::~Agent() {
  process_.kill_nine();
  const AgentFolders folders(dir().string());
  for (const MemberRef& member : folders.all().value_or(std::vector<MemberRef>())) {
    const auto record = folders.record(member);
    const auto left = record ? MemberProcess::attach(*record) : tl::unexpected(record.error());
    if (left) static_cast<void>(left->send(SIGKILL));
    if (left) eventually([&] { return left->ended().has_value(); }, kKilledMs);
    // What it has started lives on without it, but not beyond the test.
    std::error_code none;
    for (const auto& run : fs::directory_iterator(folder(member) / "state/run", none)) {
      static_cast<void>(keeper::Kept(keeper_program(), run.path().string()).stop(kKilledMs));
    }
  }
  if (!testing::Test::HasFailure()) return;
  std::cerr << "--- agent\n" << read_file(log_file());
  for (const MemberRef& member : folders.all().value_or(std::vector<MemberRef>())) {
    std::cerr << "--- " << member.group << " " << member.name << "\n"
              << read_file(folders.log_file(member));
  }
}

Said Agent::about(const std::vector<std::string>& words) const {
  std::vector<std::string> all = {agent_program()};
  all.insert(all.end(), words.begin(), words.end());
  all.insert(all.end(), {"--state-dir", dir().string()});
  return run_program(all);
}

bool Agent::start(const std::vector<std::string>& flags) {
  fs::remove(dir() / "endpoint");
  std::vector<std::string> words = {
      agent_program(),     "run",          "--state-dir", dir().string(), "--agent-endpoint",
      "tcp://127.0.0.1:*", "--log-format", "text"};
  words.insert(words.end(), flags.begin(), flags.end());
  process_ = Process::start(words, {{}, log_file(), {}});
  const auto told = [this] { return fs::exists(dir() / "endpoint"); };
  eventually([&] { return told() || !process_.running(); }, kAgentComesUpMs);
  return told();
}

std::string Agent::endpoint() const {
  const std::string text = read_file(dir() / "endpoint");
  return text.substr(0, text.find('\n'));
}

PublicKey Agent::key() const {
  return read_public_key(public_file(key_dir(), "agent")).value_or(PublicKey());
}

Result<AgentReply> Agent::ask(const AgentRequest& request, std::uint64_t limit_ms) const {
  return ask_as(admin_keys().own, request, limit_ms);
}

Result<AgentReply> Agent::ask_as(const KeyPair& own, const AgentRequest& request,
                                 std::uint64_t limit_ms) const {
  auto client = ZmqClient::open(endpoint(), ClientKeys{own, key()});
  if (!client) return tl::unexpected<Error>(client.error());
  const auto answer = (*client)->request(encode(AgentRequestId(1), request), limit_ms);
  if (!answer) return tl::unexpected<Error>(answer.error());
  auto reply = decode_agent_reply(*answer);
  if (!reply) return tl::unexpected<Error>(reply.error());
  if (const auto* refused = std::get_if<AgentRefused>(&reply->reply)) {
    return fail(refused->code, refused->text);
  }
  return reply->reply;
}

std::vector<AgentMember> Agent::members() const {
  const auto reply = ask(AgentMembersQuery{});
  const auto* rows = reply ? std::get_if<AgentMembersReply>(&*reply) : nullptr;
  return rows == nullptr ? std::vector<AgentMember>() : rows->rows;
}

AgentMember Agent::row(const MemberRef& member) const {
  for (const AgentMember& row : members()) {
    if (row.member == member) return row;
  }
  AgentMember none;
  none.member = member;
  return none;
}

bool Agent::comes_to(const MemberRef& member, AgentMemberState state) const {
  return eventually([&] { return row(member).state == state; });
}

SpawnMember Agent::spawn_of(const Group& group, const std::string& name) {
  SpawnMember spawn;
  spawn.member = {group.name(), name};
  spawn.coordinator = group.endpoint("member");
  spawn.server_key = admin_keys().server;
  const std::string token = read_file(group.dir() / (group.name() + ".token"));
  spawn.token = parse_secret_key(token).value_or(SecretKey());
  return spawn;
}

}  // namespace groupctl::process_test
