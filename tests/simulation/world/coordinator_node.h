// The coordinator in a simulated world: its core, its replay thread, its disk.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "coordinator/core.h"
#include "coordinator/quota.h"
#include "coordinator/replayer.h"
#include "coordinator/server_registry.h"
#include "tests/simulation/world/sim_disk.h"
#include "tests/simulation/world/stage.h"
#include "tests/simulation/world/ticker.h"
#include "tests/simulation/world/true_keys.h"

namespace groupctl::sim {

class CoordinatorNode {
 public:
  CoordinatorNode(Stage& stage, const CommandTable& table, CoordinatorConfig defaults);

  /// What `init` does: a group with an empty log on an empty disk.
  void create(const LogId& log_id);
  void start();
  void crash();
  /// After it has ended by itself it is started again when so much time has passed; 0: never.
  void set_restart_ms(Millis ms) { restart_ms_ = ms; }
  void set_retention(const Faults& faults);
  void set_bounds(const Faults& faults);
  /// What is barred is never said: a world in which nobody has tried it.
  void mute_the_barred() { mutes_ = true; }
  /// Its group has keys from now on, these for a beginning. Before it is started for the first
  /// time.
  void set_keys(const std::vector<KeyInfo>& keys);
  /// Whose members are whose, of the groups of its process; it outlives this. Null: it is alone.
  void set_registry(ServerRegistry* registry) { registry_ = registry; }
  void set_chunk_bytes(std::size_t bytes) { chunk_bytes_ = bytes; }
  CoordinatorConfig& defaults() { return defaults_; }

  bool up() const { return core_ != nullptr; }
  std::optional<int> exit_code() const { return exit_code_; }
  const std::string& last_error() const { return last_error_; }
  const CoordinatorCore* core() const { return core_.get(); }
  SimDisk& disk() { return disk_; }
  const SimDisk& disk() const { return disk_; }
  const std::string& group() const { return defaults_.group; }

  /// Asks beside the network; the answer comes when it comes, or never if it ends before.
  using Answer = std::function<void(const AdminReply&)>;
  void ask(AdminRequest request, Answer answer);
  /// A second core from a copy of the disk, as a restart would load it.
  Result<std::unique_ptr<CoordinatorCore>> reload() const;
  /// Hands a member's message over as if it had come from `peer`.
  void hear(const Peer& peer, const MemberMessage& message) { step(FromMember{peer, message}); }

  // ---- coordinator_door.cc: who is beside the network, whatever its key is worth
  using Listener = std::function<void(const MemberReply&)>;
  /// A peer with that key and no other like it. What it is told on the member plane goes to
  /// `listener`; a restart of the coordinator changes nothing of that.
  Peer open_door(const std::string& name, const PublicKey& key, Listener listener);
  /// Bytes arrive from there, on the member or the admin plane.
  void hear_at_door(Plane plane, const Peer& peer, ByteView bytes);
  /// Whoever has this key is judged as if at a door, though it comes over the network.
  void suspect(const PublicKey& key) { suspects_.insert(key); }
  /// Something that says nothing at all.
  void hear_noise(const Peer& peer);
  /// Its members' servers, as the registry was told.
  const std::map<MemberId, ServerId>& servers() const { return servers_; }
  /// What honest peers have said last, in order.
  struct Said {
    Plane plane = Plane::kMember;
    Bytes bytes;
  };
  const std::deque<Said>& tape() const { return tape_; }
  const TrueKeys& keys() const { return keys_; }
  /// Another one after each end.
  std::uint64_t life() const { return life_; }
  /// Whether it may have taken this member for lost within the last `within` milliseconds.
  bool may_have_lost(MemberId id, Millis within) const;

 private:
  void show_written(Sequence before);
  CoordinatorConfig config() const;
  void serve();
  void hear_member(const Peer& peer, ByteView bytes);
  void hear_admin(const Peer& peer, ByteView bytes);
  void keep_on_tape(Plane plane, const Peer& peer, ByteView bytes);
  bool is_suspect(const Peer& peer) const {
    return doors_.contains(peer.routing_id) || suspects_.contains(peer.key);
  }
  void step_without_effect(CoordinatorEvent event, const Peer& peer, const std::string& text,
                           Barred barred = Barred::kNo);
  void step_with_own_effects(CoordinatorEvent event, const Peer& peer);
  void note_hostile(const CoordinatorEvent& event);
  std::string claimed_by_others(const Peer& peer, const MemberMessage& message);
  void note_roster(const std::vector<RosterChange>& changes);
  void register_all();
  void settle();
  bool passes(Quota& quota, const QuotaLimits& limits, const Peer& peer, ByteView bytes);
  void step(CoordinatorEvent event);
  void carry_out(CoordinatorOutput output);
  void send(const Envelope& envelope, const ToMember& message);
  void hears_from(const Peer& peer, const MemberMessage& message);
  void note_contact(MemberId id);
  Millis lost_after() const {
    return defaults_.heartbeat_interval_ms * defaults_.lost_after_heartbeats;
  }
  void judge(const Peer& peer, const Resynchronise& told);
  void reply(const ToAdmin& message);
  void publish(const Envelope& envelope, const Publication& publication);
  void read(const ReadRequest& request);
  void repository(const RepoRequest& request);
  void go_down(bool orderly);
  void end(int code);

  Stage& stage_;
  const CommandTable& table_;
  CoordinatorConfig defaults_;
  std::size_t chunk_bytes_ = kChunkBytes;
  SimDisk disk_;
  Ticker ticker_;
  std::unique_ptr<CoordinatorCore> core_;
  std::unique_ptr<Replayer> replayer_;
  QuotaLimits member_limits_ = kMemberQuota;
  Quota member_quota_;
  Quota admin_quota_;
  TrueKeys keys_;
  ServerRegistry* registry_ = nullptr;
  std::map<MemberId, ServerId> servers_;
  GroupTime group_now_;
  bool mutes_ = false;
  std::map<std::string, Listener> doors_;  // by routing id
  std::set<PublicKey> suspects_;
  std::deque<Said> tape_;
  bool capped_ = false;  // the floor may pass a member that is here
  std::uint64_t life_ = 0;
  std::uint64_t wall_error_ms_ = 0;
  Millis restart_ms_ = 0;
  Millis reads_until_ = 0;  // the replay thread serves one read after the other
  /// How long a member has been silent at most since it was welcome.
  struct Silence {
    Millis heard = 0;
    MemberId member = {};
    SessionNumber session = {};
    Millis longest = 0;
  };
  std::map<Peer, Silence> silences_;
  /// When each member was heard, over all its sessions and this node's lives.
  struct Contact {
    Millis heard = 0;
    std::optional<Millis> back;  ///< when it was heard again after so long that it was lost
  };
  std::map<MemberId, Contact> contacts_;
  std::map<AdminRequestId, Answer> answers_;
  AdminRequestId next_ask_;
  std::optional<int> exit_code_;
  std::string last_error_;
};

}  // namespace groupctl::sim
