// The loop of a group-member: owns the sockets, the store and the core, and hands work to the
// executor.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "daemon/signals.h"
#include "log/store.h"
#include "member/core.h"
#include "member/host/artefact_desk.h"
#include "member/host/executor.h"
#include "member/host/left_files.h"
#include "member/host/scanner.h"
#include "wire/bus.h"

namespace groupctl {

/// What the loop works with; all of it outlives the shell.
struct MemberShellParts {
  MemberCore& core;
  Store& store;
  MemberBus& bus;
  Executor& executor;
  Scanner& scanner;
  ArtefactDesk& desk;
  const LeftFiles& dumps;
  const LeftFiles& outputs;
  /// nullopt: the member's own.
  std::function<std::optional<KeyPair>(LinkAs)> keys_for;
};

/// One thread: carries out what the core asks for, in the order of its output.
class MemberShell {
 public:
  explicit MemberShell(MemberShellParts parts) : parts_(parts) {}

  /// Runs until the member has left, a stop signal comes, or the core ends the process. Gives the
  /// exit code. The running step is finished first; nothing else of the group is touched. `reread`
  /// is called when the configuration is to be read again.
  int run(Signals& signals, const std::function<void()>& reread);

 private:
  void step(MemberEvent event);
  void carry_out(MemberOutput output);
  void listen();
  void results();
  void unreadable(std::string_view what, const Error& error);
  void answer_local(const Peer& peer, ByteView request);
  void answer_from_bundles(const BundleAsked& asked);
  void answer_local_token(std::uint64_t token, const LocalReply& reply);
  void ask_core(const Peer& peer, std::variant<LocalCommand, Question> what);
  void answer_leavers();
  void log_summary() const;
  bool ends(const Signals& signals) const;
  void finish();

  MemberShellParts parts_;
  std::optional<int> exit_;
  std::uint64_t unreadable_ = 0;  ///< messages of the coordinator that did not decode
  std::optional<WorkProgress> shown_;
  std::vector<Peer> leavers_;             ///< wait to hear that the member has left
  std::map<std::uint64_t, Peer> askers_;  ///< by token: of local commands under way
  std::uint64_t last_token_ = 0;
};

}  // namespace groupctl
