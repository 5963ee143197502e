// Whose key may do what, judged apart from the coordinator: by the rows that have reached its disk.
#pragma once

#include <map>
#include <set>
#include <string>

#include "commands/state/group_state.h"
#include "log/store.h"
#include "tests/simulation/world/trace.h"
#include "wire/admin_messages.h"
#include "wire/bus.h"
#include "wire/member_messages.h"

namespace groupctl::sim {

/// Why something must have no effect at all.
enum class Barred : std::uint8_t {
  kNo,      ///< it may have one, as far as can be said
  kKey,     ///< unknown, not accepted, revoked, or its time is over
  kRole,    ///< another role may
  kName,    ///< it speaks in another's name
  kServer,  ///< it claims another member's server
  kGroup,   ///< it claims a server that is a member of another group of the process
};

/// What is in force is ahead of the disk; of a key whose row is on its way nothing is said.
class TrueKeys {
 public:
  explicit TrueKeys(Trace& trace) : trace_(trace) {}

  /// A coordinator starts. Open: nobody is judged.
  void load(const Store& store, bool open);
  /// A batch has gone to the disk; it has reached it; it was refused, and its rows wait again.
  void handed_over();
  void wrote(const Batch& batch);
  void committed() { in_commit_.clear(); }
  void refused() { waiting_.merge(in_commit_); }

  /// `state`: of the group, with its roster.
  Barred judge(const Peer& peer, const MemberMessage& message, GroupTime now,
               const GroupState& state) const;
  Barred judge(const Peer& peer, const AdminRequest& request, GroupTime now) const;
  /// It was not barred, so rows may change by it.
  void said(const Peer& peer, const MemberMessage& message);
  void said(const Peer& peer, const AdminRequest& request);

  const std::map<PublicKey, KeyInfo>& all() const { return rows_; }
  /// As it is on the disk; nullptr: there is no such key.
  const KeyInfo* find(const PublicKey& key) const;
  /// Let in as a member, and so one who may know which history this is.
  bool is_member(const Peer& peer) const;
  /// What broke a promise by itself; empty: nothing.
  const std::string& broken() const { return broken_; }

 private:
  bool cannot_be_judged(const Peer& peer) const;
  Barred judge_key(const Peer& peer, GroupTime now) const;
  template <class Message>
  void note(const Peer& peer, const Message& message);
  void take(const KeyInfo& info);
  void lose(const PublicKey& key, GroupTime now);

  Trace& trace_;
  bool open_ = true;
  std::map<PublicKey, KeyInfo> rows_;
  std::set<PublicKey> waiting_;  // whose rows may be ahead, for the next batch
  std::set<PublicKey> in_commit_;
  std::string broken_;
};

}  // namespace groupctl::sim
