// A real group-agent in a folder of its own. What it has started does not outlive the test.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/process/harness_group.h"
#include "wire/agent_messages.h"

namespace groupctl::process_test {

std::string agent_program();

class Agent {
 public:
  /// `group-agent init` has run: it lets in the first admin.
  Agent();
  /// Kills what it has started, and shows its log and theirs when the test has failed.
  ~Agent();

  std::filesystem::path dir() const { return temp_.path() / "agent"; }
  std::filesystem::path log_file() const { return temp_.path() / "agent.log"; }
  std::filesystem::path folder(const MemberRef& member) const {
    return dir() / "members" / member.group / member.name;
  }
  Process& process() { return process_; }
  /// Starts it and waits until it can be reached.
  bool start(const std::vector<std::string>& flags = {});
  std::string endpoint() const;
  PublicKey key() const;
  /// group-agent VERB, about this one.
  Said about(const std::vector<std::string>& words) const;

  /// Asks it from within the test. Errors: those of ZmqClient and of what it refuses.
  Result<AgentReply> ask(const AgentRequest& request, std::uint64_t limit_ms = 10000) const;
  Result<AgentReply> ask_as(const KeyPair& own, const AgentRequest& request,
                            std::uint64_t limit_ms = 10000) const;
  /// As it says; nothing while it does not.
  std::vector<AgentMember> members() const;
  /// What it says of one; of one that it does not know nothing but its name.
  AgentMember row(const MemberRef& member) const;
  /// Whether it comes to be in this state.
  bool comes_to(const MemberRef& member, AgentMemberState state) const;
  /// What it takes to make this member of a group, with the token that its init gave.
  static SpawnMember spawn_of(const Group& group, const std::string& name);

 private:
  TempDir temp_;
  Process process_;
};

}  // namespace groupctl::process_test
