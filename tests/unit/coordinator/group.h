// A coordinator's core with a MemoryStore beside it; the test says when commits and reads are
// answered, so several batches can be gathered.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/core.h"
#include "coordinator/replayer.h"
#include "log/memory_store.h"
#include "tests/unit/commands/builders.h"

namespace groupctl::testing {

inline constexpr KindId kSetKind{0x8f3a6d5c2b1e4102};
inline constexpr KindId kPingKind{0x8f3a6d5c2b1e4104};

ServerId server(std::uint8_t number);
Peer peer(const std::string& name);
SubmittedCommand set_command(const std::string& key, const std::string& value,
                             Target target = Target::all());
SubmittedCommand ping_command(std::uint64_t ttl_ms);
RequestId drawn(std::uint64_t client, std::uint64_t number);
/// Of an answer to a Join: why not (kOk: it is not refused), and of a Welcome the plan.
ErrorCode refusal(const std::optional<MemberReply>& reply);
CatchUp plan(const std::optional<MemberReply>& reply);

/// A member as its Join and acks need it.
struct Follower {
  Peer peer;
  Join join;
  SessionNumber session;
  MemberId id;
  std::uint64_t acks = 0;
};

class Group {
 public:
  explicit Group(CoordinatorConfig config = default_config(),
                 const CommandTable& table = command_table());
  static CoordinatorConfig default_config();

  /// A new process on what the store holds; its epoch is durable afterwards.
  void restart();
  /// Reads the store again without starting; the error when it refuses.
  Result<std::unique_ptr<CoordinatorCore>> load() const;

  /// One step. With hold_commits and hold_reads off, commits and reads are answered until none is
  /// left, each with a step of its own.
  CoordinatorOutput step(CoordinatorEvent event);
  /// Answers the batch in commit and takes what its step gives.
  CoordinatorOutput commit();
  CoordinatorOutput refuse_commit();
  CoordinatorOutput lose_commit(bool written);
  CoordinatorOutput answer_reads();
  CoordinatorOutput tick(std::uint64_t after_ms = 0);
  /// A heartbeat, with which the floor is looked at, and the batch that raises it.
  void raise_floor();

  // ---- members
  Follower newcomer(const std::string& name, std::uint8_t server_number, Labels labels = {}) const;
  CoordinatorOutput say(const Follower& member, MemberMessage message);
  /// Sends the Join as it stands; the last answer to it.
  std::optional<MemberReply> try_join(Follower& member);
  /// Joins, and is at the head with everything done.
  Follower joined(const std::string& name, std::uint8_t server_number, Labels labels = {});
  CoordinatorOutput ack(Follower& member, Sequence received, Sequence executed,
                        std::vector<OutcomeReport> outcomes = {});
  /// Every session's member has all, done.
  void ack_all(std::vector<Follower*> members);

  // ---- admins
  AdminRequestId ask(AdminRequest request, const Peer& from = peer("admin"));
  /// What has been answered to that request; null: nothing yet.
  const AdminReply* reply(AdminRequestId id) const;
  template <class Reply>
  const Reply* reply_as(AdminRequestId id) const {
    const AdminReply* any = reply(id);
    return any == nullptr ? nullptr : std::get_if<Reply>(any);
  }
  AdminRequestId submit(RequestId first, std::vector<SubmittedCommand> commands);
  /// The next request of a client of its own.
  AdminRequestId submit(SubmittedCommand command);
  template <class Reply>
  Reply asked(AdminRequest request) {
    const AdminRequestId id = ask(std::move(request));
    const Reply* got = reply_as<Reply>(id);
    return got != nullptr ? *got : Reply{};
  }

  /// The last message of this type to that peer since the last look; all its messages are dropped.
  template <class Reply>
  std::optional<Reply> told(const Peer& to) {
    std::optional<Reply> last;
    for (const MemberReply& reply : inbox_[to]) {
      if (const auto* one = std::get_if<Reply>(&reply)) last = *one;
    }
    inbox_[to].clear();
    return last;
  }
  std::size_t messages_for(const Peer& to) { return inbox_[to].size(); }

  Sequence head() const { return core->durable_head().last; }
  MemberState state_of(MemberId id);

  CoordinatorConfig config;
  const CommandTable& table;
  MemoryStore store;
  std::unique_ptr<CoordinatorCore> core;
  LocalTime now{1000};
  bool hold_commits = false;
  bool hold_reads = false;
  std::optional<Batch> in_commit;
  std::vector<ReadRequest> reads;
  std::vector<RepoRequest> repository;
  std::vector<FramePtr> published;
  std::vector<Heartbeat> heartbeats;
  std::vector<Note> notes;
  std::optional<int> exit;

 private:
  void take(const CoordinatorOutput& output);
  void settle();
  std::map<Peer, std::deque<MemberReply>> inbox_;
  std::map<AdminRequestId, std::vector<AdminReply>> answers_;
  std::uint64_t next_id_ = 0;
  std::uint64_t next_client_ = 1'000'000'000'000;
  std::unique_ptr<Replayer> replayer_;
};

inline CoordinatorConfig bounded(const PeerBounds& bounds) {
  CoordinatorConfig config = Group::default_config();
  config.bounds = bounds;
  return config;
}

}  // namespace groupctl::testing
