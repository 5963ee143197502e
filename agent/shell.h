// The loop of group-agent: its sockets, the processes of its members and their folders around the
// core.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "agent/core.h"
#include "agent/folders.h"
#include "agent/process.h"
#include "daemon/signals.h"
#include "wire/zmq_agent_bus.h"

namespace groupctl {

class AgentShell {
 public:
  struct Parts {
    AgentConfig config;
    AgentFolders folders;
    ZmqAgentBus& bus;
    std::string member_program;                    ///< absolute
    std::function<Result<std::string>()> allowed;  ///< the file of that name, as it is now
    std::string allowed_now;                       ///< as the bus lets them in
  };
  explicit AgentShell(Parts parts) : parts_(std::move(parts)), core_(parts_.config) {}

  /// Attaches to the members that run, and starts those that should. Errors: kIo.
  Status load();
  /// Until a signal ends it. The members go on.
  void run(Signals& signals, const std::function<void()>& reread);

 private:
  void listen();
  void answer(const Peer& peer, ByteView bytes);
  AgentReply reply_to(const AgentRequest& request);
  AgentReply steer(const SteerMember& steer);
  static void say_off_the_record(const MemberRef& member, const Error& why);
  AgentReply spawn(const SpawnMember& spawn);
  void heard(const std::string& at, const LocalStatus& status);
  void reap();
  void admit_anew();

  void step(const AgentEvent& event);
  void carry_out(const AgentOutput& output);
  void begin(const MemberRef& member);
  Result<std::uint32_t> start_process(const MemberRef& member);
  void send(const MemberRef& member, int signal);
  Status keep(const MemberRef& member, bool wanted);

  Parts parts_;
  AgentCore core_;
  std::map<MemberRef, MemberProcess> processes_;
  std::map<std::string, MemberRef> by_socket_;
  LocalTime tick_next_;
  LocalTime admit_next_;
  std::string allowed_fault_;  // why that file cannot be read, as it was said last; empty: it can
};

}  // namespace groupctl
