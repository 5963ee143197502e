// The member's pure core: joins, follows the log, catches up, keeps watermarks and outcomes.
//
// step(now, event) -> Output, and nothing else: no clock, socket, thread, file or randomness of its
// own. The shell carries an Output out in the order of its fields, top to bottom.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "commands/command.h"
#include "log/note.h"
#include "log/store.h"
#include "member/work.h"
#include "wire/bus.h"
#include "wire/local_messages.h"
#include "wire/member_messages.h"

namespace groupctl {

struct MemberConfig {
  std::string group;
  std::string name;
  std::string participant;
  std::uint32_t replica = 0;
  Labels labels;
  std::vector<std::string> shared_tail;  ///< empty: as the coordinator says
  std::string product;
  ServerId server_id;       ///< of the state directory
  Incarnation incarnation;  ///< counted up at this start
  std::uint64_t seed = 1;   ///< of its jitter
  PublicKey key;            ///< its own; zero: it has none
  bool has_token = false;   ///< that lets it in

  std::uint64_t heartbeat_interval_ms = 2000;  ///< until an Offer says otherwise
  std::uint64_t retry_min_ms = 500;  ///< Hello and Join are repeated with jittered back-off
  std::uint64_t retry_max_ms = 30000;
  std::uint32_t replay_pages = 4;          ///< credit
  std::size_t max_queued_bytes = 8 << 20;  ///< live frames held while catching up
  std::size_t max_snapshot_bytes = 1ULL << 30;
  std::size_t chunk_bytes = kChunkBytes;    ///< of a snapshot: how far apart it asks
  std::uint64_t max_log_bytes = 256 << 20;  ///< of frames kept; the oldest executed ones go
  std::uint64_t scan_interval_ms = 60000;   ///< between looks at what is in place; 0: none
  bool reverts_drift = false;               ///< what a look finds changed is put back
};

/// Everything a member's store knows, read once at start.
struct MemberMemory;

/// Where a member is with its coordinator.
enum class MemberPhase : std::uint8_t {
  kSeeking,      ///< says Hello until an Offer comes
  kSubscribing,  ///< has subscribed; waits to hear a heartbeat, one interval at most
  kJoining,      ///< says Join until a Welcome comes
  kSnapshot,     ///< fetches a snapshot
  kReplaying,    ///< a session, and behind what it knows of
  kInStep,       ///< a session, and R is at the head it has heard
  kLeaving,      ///< says Leave until Left comes
  kLeft,         ///< done; the process may end
  kPending,      ///< its key is not let in; asks that it be
  kQuarantined,  ///< refused for a reason that time does not mend; keeps what it runs, tries rarely
};
std::string_view to_word(MemberPhase phase);

// ---- events

struct MemberTick {};
struct FromCoordinator {
  EnvelopedReply message;
};
/// In order, those that were there at one wake-up: one commit and one acknowledgement for them.
struct FromCommandPlane {
  std::vector<EnvelopedPublication> messages;
};
struct MemberCommitDone {
  CommitResult result;
};
struct WorkDone {
  WorkResult result;
};
struct WorkMoved {
  WorkProgress progress;
};
struct LeaveAsked {};
/// On the member's own socket. Answered by a LocalDone with this token; 0: nobody waits.
struct LocalAsked {
  std::uint64_t token = 0;
  std::variant<LocalCommand, Question> what;
};
struct LookDone {
  LookResult result;
};
/// The connection with the coordinator does not come about.
struct LinkTroubled {
  LinkTrouble trouble = LinkTrouble::kKeyRefused;
};
using MemberEvent =
    std::variant<MemberTick, FromCoordinator, FromCommandPlane, MemberCommitDone, WorkDone,
                 WorkMoved, LeaveAsked, LocalAsked, LookDone, ChunkWanted, LinkTroubled>;

// ---- output

/// With whose keys a member connects.
enum class LinkAs : std::uint8_t {
  kMember,  ///< its own
  kToken,   ///< those of the join token
  kGuest,   ///< those of everybody who knows the server key
};

struct SubscribeTo {
  std::string endpoint;
  LogId topic;
};

struct LocalDone {
  std::uint64_t token = 0;
  LocalReply reply;
};

/// A piece of a bundle is asked for. Whoever carries this out reads it and answers where it says:
/// to the coordinator in a MemberAnswer, or a LocalDone.
struct BundleAsked {
  BundleQuestion question;
  std::optional<SessionNumber> session;  ///< nullopt: the token is that of a LocalAsked
  std::uint64_t token = 0;
};

struct MemberOutput {
  std::optional<Batch> commit;  ///< first: then step(MemberCommitDone) with its answer
  std::optional<LinkAs> link;   ///< connect anew, before anything is sent
  std::optional<SubscribeTo> subscribe;
  std::vector<MemberMessage> send;
  /// What the executor asks behind the private repositories: before it gets the next work.
  std::optional<std::vector<std::string>> shared_tail;
  std::vector<WorkItem> work;
  std::optional<LookRequest> look;  ///< beside the work; answered by LookDone, one at a time
  std::vector<LocalDone> local_done;
  std::vector<ChunkAnswer> chunks;
  std::vector<BundleAsked> bundles;
  std::vector<Note> notes;
  std::optional<int> exit;  ///< end the process with this code (74: commit unknown)
};

class MemberCore {
 public:
  /// Reads what the store knows. Errors: kCorrupt, kIo, kUnsupported; kWrongGroup when the store
  /// belongs to another group (a state directory is bound to one group for ever).
  static Result<std::unique_ptr<MemberCore>> load(MemberConfig config, const CommandTable& table,
                                                  const Store& store);
  ~MemberCore();

  MemberOutput step(LocalTime now, MemberEvent event);
  /// When it wants a tick at the latest.
  LocalTime next_tick() const;

  MemberPhase phase() const;
  Watermarks marks() const;
  const LogHead& head() const;
  const GroupState& state() const;
  const Actual& actual() const;
  const Intended& intended() const;
  /// Where it is going: state + intended deltas.
  Aim aim() const;
  /// The observed deltas: aim() + delta() is what is in place.
  Delta delta() const;
  /// What `group-member status` shows.
  LocalStatus status() const;

 private:
  struct Impl;
  explicit MemberCore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace groupctl
