// The coordinator's pure core: sequences, publishes, keeps the roster, the sessions and the ledger.
//
// step(now, event) -> Output, and nothing else: no clock, socket, thread, file or randomness of its
// own. The shell carries an Output out in the order of its fields, top to bottom: the next batch
// is with the storage thread before the finished one is answered and published.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "commands/command.h"
#include "coordinator/access_table.h"
#include "coordinator/core_sizes.h"
#include "coordinator/peer_bounds.h"
#include "coordinator/reads.h"
#include "coordinator/repo_requests.h"
#include "log/hash.h"
#include "log/note.h"
#include "log/store.h"
#include "wire/admin_messages.h"
#include "wire/bus.h"
#include "wire/member_messages.h"

namespace groupctl {

struct CoordinatorConfig {
  std::string group;
  std::string product;
  std::string command_endpoint;  ///< told in Offer
  std::string member_endpoint;   ///< shown in status
  TagSecret secret;
  ServerId server_id;   ///< its own: a member may not have it
  GroupTime wall_time;  ///< at start; group time begins at the later of this and the last recorded
  PublicKey guest;      ///< of the key that its server's key gives guests; zero: leave them
  bool open = false;    ///< without keys: whoever gets to its planes may do everything

  std::uint64_t heartbeat_interval_ms = 2000;
  std::uint32_t lost_after_heartbeats = 5;
  std::uint64_t watermark_interval_ms = 100;  ///< how often watermarks are written when idle
  std::uint32_t bursts_in_flight = 2;      ///< published and not yet received by all in the window
  std::uint64_t pace_limit_ms = 50;        ///< then who has not received leaves the window
  std::uint64_t sluggish_entries = 10000;  ///< behind by so many and not catching up, or ...
  std::uint64_t sluggish_ms = 30000;       ///< ... for so long: told to resynchronise
  std::size_t gathered_batches = 4;        ///< waiting behind the one in commit
  std::size_t queued_submits = 65536;
  std::size_t queued_submit_bytes = 64 << 20;
  std::size_t watchers = 1000;
  std::uint64_t watch_interval_ms = 100;
  std::size_t questions = 256;                           ///< to single members, without an answer
  std::uint64_t answer_ms = 5000;                        ///< how long a member has for one
  std::uint64_t request_rows = 100000;                   ///< at least so many are kept ...
  std::uint64_t request_row_age_ms = 24 * 3600 * 1000;   ///< ... and each at least so long
  std::vector<std::string> shared_tail = {"group:"};     ///< repositories of every member, in order
  std::uint64_t keep_entries = 100000;                   ///< the newest so many stay in the log ...
  std::uint64_t keep_age_ms = 24 * 3600 * 1000;          ///< ... and each at least so long, unless:
  std::uint64_t log_cap_bytes = std::uint64_t{4} << 30;  ///< the log is larger; 0: no cap
  std::uint64_t log_cap_age_ms = std::uint64_t{7} * 24 * 3600 * 1000;  ///< it is older; 0: no cap
  PeerBounds bounds;  ///< of what peers may make it keep or do
};

// ---- events

struct CoordinatorTick {};
struct FromMember {
  Peer peer;
  MemberMessage message;
  /// Of a Join: the other group of this process whose member the server is; empty: of none.
  std::string other_group = {};
};
/// What a member sent does not decode.
struct BadFromMember {
  Peer peer;
  Error error;
};
struct FromAdmin {
  Peer peer;
  IdentifiedRequest request;
  /// For who asks for another group: the groups of this process and where they answer.
  std::string groups_here = {};
};
/// The group that a request names; empty: it is for whoever hears it.
const std::string& group_asked(const AdminRequest& request);
struct SubscriberCame {};
struct BatchDone {
  BatchNumber batch;
  CommitResult result;
};
/// The answer to what was ToProcess.
struct FromProcess {
  Peer peer;
  AdminRequestId id;
  AdminReply reply;
};
using CoordinatorEvent = std::variant<CoordinatorTick, FromMember, BadFromMember, FromAdmin,
                                      SubscriberCame, BatchDone, ReadDone, RepoDone, FromProcess>;

// ---- output

struct ToMember {
  Peer peer;
  MemberReply reply;
  bool stranger = false;  ///< of another group: its envelope says nothing of this one
};
struct ToAdmin {
  Peer peer;
  AdminRequestId id;
  AdminReply reply;
};
/// For the process, which answers: it is allowed.
struct ToProcess {
  Peer peer;
  AdminRequestId id;
  std::variant<GroupsQuery, CreateGroup, DeleteGroup> request;
  std::vector<KeyInfo> admins = {};  ///< of a CreateGroup: who is to be let in there
};
/// One line of the audit log: who asked for what, and what became of it.
struct AuditRecord {
  PublicKey key;        ///< zero: through a door without keys
  std::string name;     ///< of the key
  std::string address;  ///< as the transport tells it
  std::string verb;
  Sequence first;  ///< of the entries that came of it; 0: none
  Sequence last;
  std::string result;  ///< "ok", or the word of an error code
  std::string text;    ///< what it was about, or why not
  bool idle = false;   ///< it changed nothing: refused, or it only reads
};
/// A member came or went.
struct RosterChange {
  MemberId member;
  std::optional<ServerId> joined;  ///< nullopt: it left
  bool operator==(const RosterChange&) const = default;
};
struct CoordinatorOutput {
  std::optional<Batch> commit;  ///< for the storage thread; answered by BatchDone, one at a time
  std::vector<RosterChange> roster;  ///< what has become durable of it, in order: before who came
                                     ///< or left hears of it
  std::shared_ptr<const Admissions> admit;  ///< who is let in from now on; null: as before
  std::vector<ToAdmin> to_admins;
  std::vector<ToProcess> to_process;
  std::vector<Publication> publish;
  std::vector<ToMember> to_members;
  Envelope envelope;  ///< around all that goes to members and is published
  std::vector<ReadRequest> reads;
  std::vector<RepoRequest> repository;
  std::vector<Note> notes;
  std::vector<AuditRecord> audit;
  std::optional<int> exit;  ///< end the process with this code (74: commit unknown), or kLoadAnew
};

/// CoordinatorOutput::exit: the process goes on with a core that it loads anew from the store.
inline constexpr int kLoadAnew = -1;

/// What goes around a message for a member.
inline Envelope envelope_of(const CoordinatorOutput& output, const ToMember& message) {
  return message.stranger ? Envelope{} : output.envelope;
}

class CoordinatorCore {
 public:
  /// Reads what the store knows; nothing is replayed. Errors: kCorrupt, kIo; kNotFound for a
  /// store without a group; kUnsupported with the id of a state kind that this build lacks.
  static Result<std::unique_ptr<CoordinatorCore>> load(CoordinatorConfig config,
                                                       const CommandTable& table,
                                                       const Store& store);
  ~CoordinatorCore();

  /// The first step's output commits the new epoch; until that is durable nothing is answered.
  CoordinatorOutput step(LocalTime now, CoordinatorEvent event);
  /// When it wants a tick at the latest.
  LocalTime next_tick() const;

  Epoch epoch() const;
  const LogHead& durable_head() const;
  /// At the durable head when nothing is gathered or in commit; else ahead of it.
  const GroupState& speculative_state() const;
  /// What the coordinator believes of a member; nullopt: not in its ledger.
  std::optional<Watermarks> marks_of(MemberId id) const;
  bool read_only() const;
  /// Whether this may be said with that key, as the keys are now, and in that name.
  bool may(const Peer& peer, const MemberMessage& message) const;
  bool is_let_in(const Peer& peer) const;
  /// Who is let in, as of the last step.
  std::shared_ptr<const Admissions> admissions() const;
  /// What it answers to a StatusQuery, as of the last step.
  StatusReply status() const;
  /// What it holds now; nothing is ever beyond its bound.
  CoreSizes sizes() const;

 private:
  struct Impl;
  explicit CoordinatorCore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace groupctl
