// The inside of CoordinatorCore: what its source files share. Each part that can stand alone does
// (sequencer, ledger, requests, pacer, sessions); here they meet.
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "coordinator/access.h"
#include "coordinator/core.h"
#include "coordinator/join_gate.h"
#include "coordinator/ledger.h"
#include "coordinator/member_reads.h"
#include "coordinator/pacer.h"
#include "coordinator/predictions.h"
#include "coordinator/recorded_answers.h"
#include "coordinator/recovery.h"
#include "coordinator/relay.h"
#include "coordinator/requests.h"
#include "coordinator/rollout_step.h"
#include "coordinator/rollouts.h"
#include "coordinator/sequencer.h"
#include "coordinator/sessions.h"
#include "coordinator/sluggish.h"

namespace groupctl {

/// Whom a request is about, for the audit.
std::string subject_of(const Enrol& asked);
std::string subject_of(const RotateKey& asked);

/// Hash of what is commanded to whom: with a reason given for it, or another, it is the same.
Hash content_of(const std::vector<SubmittedCommand>& commands);

struct CoordinatorCore::Impl {
  Impl(CoordinatorConfig config, const CommandTable& table, Sequencer sequencer, Ledger ledger,
       Requests requests, Access access);

  // ---- core.cc: the cycle
  CoordinatorOutput step(LocalTime now, CoordinatorEvent event);
  LocalTime next_tick() const;

  // ---- what waits for a batch to become durable
  struct AnswerWaits {
    Peer peer;
    AdminRequestId id;
    AdminReply reply;
  };
  struct SubmitWaits {
    Peer peer;
    AdminRequestId id;
    Submit submit;
  };
  struct JoinWaits {
    Peer peer;
    Join join;
  };
  struct LeaveWaits {
    SessionNumber session;
  };
  struct PutWaits {
    Peer peer;
    AdminRequestId id;
    ArtefactDigest digest;
    CataloguedReply reply;
  };
  /// What was said of a key, until it is written down. Without an id: on the member plane.
  struct KeyWaits {
    Peer peer;
    std::optional<AdminRequestId> id;
    Verb verb;
    std::variant<Enrolled, KeyInfo> reply;
    std::string about;  // for the audit
  };
  using Waiter = std::variant<AnswerWaits, SubmitWaits, JoinWaits, LeaveWaits, PutWaits, KeyWaits>;

  // ---- what waits for a read
  struct WatchRead {
    Peer peer;
    AdminRequestId id;
    Watch watch;
  };
  struct LogQueryRead {
    Peer peer;
    AdminRequestId id;
    LogQuery query;
  };
  using ReadWaiter = std::variant<WatchRead, LogQueryRead, SubmitWaits>;

  /// A newcomer under the name or server id of an open session, until the old one answers or not.
  struct Challenge {
    Peer newcomer;
    Join join;
    SessionNumber old_session;
    LocalTime until;
  };
  struct RecentEntry {
    EntryClass entry_class;
    TargetSet targets;
  };
  struct Watcher {
    Peer peer;
    AdminRequestId id;
    Watch watch;
    RecentEntry entry;
    LocalTime not_before = {};
    LocalTime until = {};         // then it is answered without news: whoever asked may be gone
    std::size_t open_target = 0;  // the targets before this one were not open when looked at
    std::uint64_t looked_at = 0;  // the change up to which there was no news
  };

  // core.cc
  void on(const CoordinatorTick&);
  void on(const FromMember& event);
  void on(const BadFromMember& event);
  void on(const FromAdmin& event);
  void on(const SubscriberCame&);
  void on(const BatchDone& event);
  void on(const ReadDone& event);
  void on(const RepoDone& event);
  void on(const FromProcess& event) { answer(event.peer, event.id, event.reply); }
  void finish_step();
  void heartbeat_if_due();
  void publish_what_may();
  GroupTime group_now() const;

  // committing.cc
  void commit_if_useful();
  void on_committed(BatchNumber batch);
  void on_refused(const Error& error);
  void on_unknown(const Error& error);
  void take_facts(const EntryFacts& facts);
  void end_session_of(const EntryFacts& facts);
  std::vector<Waiter> take_waiters(BatchNumber batch);
  void wake(Waiter waiter);
  void refuse_fallen(const std::vector<BatchNumber>& batches, const Error& error);
  void tell_refused(const Waiter& waiter, const Error& error);
  bool reads_full() const { return read_waiters_.size() >= kMaxReadWaiters; }
  /// As many wait, for their turn or for a batch, as may.
  bool waiters_full() const { return submits_.size() + waiting() >= config_.bounds.waiters; }
  std::size_t waiting() const;
  void keep(const SubmitWaits& submit);
  void release(const SubmitWaits& submit);
  void wait_for(BatchNumber batch, Waiter waiter) { waiters_[batch].push_back(std::move(waiter)); }

  // retaining.cc
  Sequence received_by_all() const;
  void look_at_floor();
  void floor_may_rise(const FloorReadDone& done);
  void count_log_bytes(Batch& batch);
  void floor_committed();
  /// Where the log will begin, durable or not: who is below it takes a snapshot.
  Sequence floor() const { return std::max(risen_floor_, sequencer_.durable().floor); }
  bool rows_wait() const {
    return ledger_.marks_unwritten() || !ledger_rows_.empty() ||
           risen_floor_ > sequencer_.durable().floor;
  }

  // joining.cc
  bool may_knock(const JoinGate::Verdict& verdict, const Peer& peer, const std::string& name);
  void on_message(const Peer& peer, const Hello& hello);
  void on_message(const Peer& peer, const Join& join);
  void look_at(const Peer& peer, const Join& join);
  std::optional<Error> check_greeting(std::uint32_t protocol, const std::string& group) const;
  std::optional<Error> check_join(const Join& join) const;
  std::optional<std::string> lost_history(const TagClaim& tag) const;
  std::optional<Error> check_history(const Join& join);
  void stop_writing(std::string why);
  void quarantine_if_due(const Join& join, const Error& refusal);
  void join_again(const Peer& peer, const Join& join);
  std::optional<BatchNumber> batch_before(const Join& join) const;
  bool passes(const Peer& peer, const Join& join);
  std::vector<Draft> drafts_for(const Join& join) const;
  void draft_for_join(const Peer& peer, const Join& join, std::vector<Draft> drafts);
  void wait_to_join(BatchNumber batch, const Peer& peer, const Join& join);
  void welcome(const Peer& peer, const Join& join);
  CatchUp plan_for(const Join& join, const MemberRow& row) const;
  Sequence known_executed(const Join& join, const MemberRow& row) const;
  void refuse(const Peer& peer, const Error& error, const std::string& name);

  // admitting.cc
  std::optional<Error> refusal_of(const Peer& peer, Verb verb) const;
  bool admitted(const FromMember& event);
  bool admitted(FromAdmin& event);
  std::optional<Error> check_name(const Peer& peer, const std::string& name) const;
  std::optional<Error> check_identity(const Peer& peer, const Join& join) const;
  std::optional<Error> identity_refusal(const Peer& peer, const MemberMessage& message) const;
  std::string issuer_of(const Peer& peer, const std::string& claimed) const;
  void on_message(const Peer& peer, const Enrol& enrol);
  void on_message(const Peer& peer, const RotateKey& rotate);
  void on_request(const Peer& peer, AdminRequestId id, const Enrol& enrol);
  void on_request(const Peer& peer, AdminRequestId id, const RotateKey& rotate);
  void on_request(const Peer& peer, AdminRequestId id, const KeysQuery& query);
  void on_request(const Peer& peer, AdminRequestId id, const ChangeKey& change);
  void enrol(const Peer& peer, std::optional<AdminRequestId> id, const Enrol& enrol, KeyRole role);
  void rotate(const Peer& peer, std::optional<AdminRequestId> id, const RotateKey& rotate);
  void answer_key(const KeyWaits& waits);
  void refuse_key(const Peer& peer, std::optional<AdminRequestId> id, Verb verb,
                  const Error& error);
  enum KeyAnswer : std::uint8_t { kKeyAsked, kKeyRuled };
  static KeyAnswer kind_of(const KeyWaits& waits) {
    return std::holds_alternative<KeyInfo>(waits.reply) ? kKeyRuled : kKeyAsked;
  }
  std::optional<Error> no_room_for(KeyAnswer kind) const;
  void answer_when_written(KeyWaits waits, const PublicKey& key, bool changed);
  bool keys_changed(RowChanges rows);
  bool holds(const MemberSession& session) const;
  void cut_off();
  void expire_keys();
  bool is_let_in(const Peer& peer) const;
  bool is_member(const Peer& peer) const;
  void say_nothing_to_strangers();
  LocalTime local_of(GroupTime time) const;

  // auditing.cc
  void audit(const Peer& peer, std::string verb, const Error* error = nullptr,
             std::string text = {});
  void audit(const Peer& peer, AdminRequestId id, const AdminReply& reply);
  void audit_refused(const FromAdmin& event, const Error& error);
  void remember_asked(const Peer& peer, const IdentifiedRequest& request);
  void forget_asked(const Peer& peer, AdminRequestId id, Verb verb);

  // other_groups.cc: what is not this group's
  void refuse_double(const Peer& peer, const Join& join, const std::string& other_group);
  bool of_another_group(const FromAdmin& event);
  void on_request(const Peer& peer, AdminRequestId id, const GroupsQuery&);
  void on_request(const Peer& peer, AdminRequestId id, const CreateGroup&);
  void on_request(const Peer& peer, AdminRequestId id, const DeleteGroup&);

  // challenging.cc
  bool challenged(const Peer& peer, const Join& join);
  void challenge(const Peer& peer, const Join& join, const MemberSession& old);
  void expire_challenges();
  void on_message(const Peer& peer, const ProbeReply& reply);

  // catching_up.cc
  void on_message(const Peer& peer, const ReplayRequest& request);
  void on_message(const Peer& peer, const SnapshotRequest& request);
  void read_for_members();
  void on_member_read(const MemberRead& read);
  void session_ends(SessionNumber session);

  // members.cc
  void on_message(const Peer& peer, const Ack& ack);
  void on_message(const Peer& peer, const Leave& leave);
  MemberSession* session_of(const Peer& peer, SessionNumber number);
  /// What of a report is in the ledger, or on its way there.
  struct Taken {
    bool all = true;
    Sequence until = Sequence(std::numeric_limits<std::uint64_t>::max());  ///< no E beyond this
  };
  Taken record_outcomes(MemberId member, const std::vector<OutcomeReport>& outcomes);
  void note_bad_ack(MemberSession& session, const Ack& ack);
  void note_held_back(MemberSession& session);
  void answer_when_durable(const MemberSession& session, const Ack& ack);
  void compare_digest(MemberSession& session, const Ack& ack);
  void wake_the_sluggish();
  static std::string lag_text(const Sluggish::Lag& lag);
  void finish_leave(SessionNumber number);

  // submitting.cc
  void on_request(const Peer& peer, AdminRequestId id, const Submit& submit);
  void on_request(const Peer& peer, AdminRequestId id, const Foresee& foresee);
  void pump_submits();
  void process(const SubmitWaits& submit);
  void sequence(const SubmitWaits& submit, const Hash& content);
  void look_up(const SubmitWaits& submit, const RequestVerdict& verdict);
  void found(const SubmitWaits& submit, const Result<std::vector<Entry>>& entries);
  static std::optional<SubmitRefused> check_size(const Submit& submit);
  std::optional<SubmitRefused> check_eviction(const Submit& submit) const;
  std::optional<SubmitRefused> check_at_sequence(const Submit& submit) const;
  void refuse_submit(const SubmitWaits& submit, SubmitRefused refused);
  static std::vector<Draft> drafts_of(const Submit& submit, const Peer& peer);
  std::vector<std::string> warnings_for(const Submit& submit) const;

  // foreseeing.cc
  void on_request(const Peer& peer, AdminRequestId id, const Predict& predict);
  void on_request(const Peer& peer, AdminRequestId id, const PredictionQuery& query);
  AdminReply foreseen(const Peer& peer, Submit submit, std::size_t skip);

  // repository_asks.cc
  void on_message(const Peer& peer, const ArtefactRequest& request);
  void on_request(const Peer& peer, AdminRequestId id, const PutArtefact& put);
  void on_request(const Peer& peer, AdminRequestId id, const PutChunk& chunk);
  void on_request(const Peer& peer, AdminRequestId id, const VerifyQuery& query);
  void on_request(const Peer& peer, AdminRequestId id, const CollectGarbage& collect);
  Status check_put(const PutArtefact& put) const;
  void catalogue(const PutWhole& whole);
  void settle(const ArtefactDigest& digest);
  void chunk_read(const BlobChunk& done);
  void read_chunks();

  // watching.cc
  void on_request(const Peer& peer, AdminRequestId id, const Watch& watch);
  void found(const WatchRead& read, const LogReadDone& done);
  void start_watch(Watcher watcher);
  void serve_watchers();
  bool serve(Watcher& watcher);
  bool serve_head(const Watcher& watcher);
  void note_update(const Watcher& watcher);
  bool news_for(Watcher& watcher) const;
  bool may_be_closed(Watcher& watcher) const;
  std::uint64_t version_of(MemberId member) const;
  void forget_old_changes();
  Update update_for(const Watcher& watcher) const;
  LedgerRow row_for(const Watcher& watcher, MemberId id) const;
  void note_lost();
  void changed(MemberId member) { changed_at_[member] = ++change_; }
  Presence presence(MemberId member) const;
  OutcomeReport ledger_row(Sequence sequence, EntryClass entry_class, MemberId member) const;
  std::vector<OutcomeCount> tally(Sequence sequence, EntryClass entry_class,
                                  const std::vector<MemberId>& targets) const;

  // rolling.cc
  void refresh_rollouts();
  void steer_rollouts();
  void steer(Rollouts::Kept& kept);
  std::vector<RolloutMember> rollout_members(const RolloutRow& row) const;
  OutcomeReport rollout_outcome(const RolloutRow& rollout, MemberId member) const;

  // relaying.cc
  void on_request(const Peer& peer, AdminRequestId id, const MemberAsk& ask);
  void on_message(const Peer& peer, const MemberAnswer& message);
  void give_up_questions();

  // recovering.cc
  struct RecoverWaits {
    Peer peer;
    AdminRequestId id;
    Recover recover;
    RecoverReply reply;
  };
  void on_request(const Peer& peer, AdminRequestId id, const Recover& recover);
  RecoverReply recovery_view() const;
  void commit_recovery();
  void recovered(const CommitResult& result);

  // queries.cc
  void on_request(const Peer& peer, AdminRequestId id, const AdminHello& hello);
  void on_request(const Peer& peer, AdminRequestId id, const StatusQuery& query);
  void on_request(const Peer& peer, AdminRequestId id, const MembersQuery& query);
  void on_request(const Peer& peer, AdminRequestId id, const LogQuery& query);
  void on_request(const Peer& peer, AdminRequestId id, const StateQuery& query);
  void answer_log(const LogQueryRead& query, const LogReadDone& read);
  HelloReply hello_reply() const;
  StatusReply status_reply() const;
  MemberInfo info(const MemberRow& row) const;
  MemberState state_of(const MemberRow& row, const MemberSession* session) const;

  // showing.cc
  void on_request(const Peer& peer, AdminRequestId id, const MemberQuery& query);
  MemberDetail detail(const MemberRow& row) const;
  Error not_here(const std::string& name) const;

  void to_member(const Peer& peer, MemberReply reply) {
    output_.to_members.push_back({peer, std::move(reply)});
  }
  void answer(const Peer& peer, AdminRequestId id, AdminReply reply) {
    audit(peer, id, reply);
    output_.to_admins.push_back({peer, id, std::move(reply)});
  }
  void note(NoteLevel level, std::string text, std::vector<NoteField> fields = {}) {
    output_.notes.push_back({level, std::move(text), std::move(fields)});
  }

  // sizes.cc
  void add_sizes_of_requests(CoreSizes& sizes) const;
  void add_sizes_of_sessions(CoreSizes& sizes) const;
  void add_sizes_of_roster(CoreSizes& sizes) const;
  CoreSizes sizes() const;

  /// Bounds that nobody configures.
  static constexpr std::size_t kRecentEntries = 8192;
  /// Requests whose answer is awaited; beyond it a refusal is logged without its verb.
  static constexpr std::size_t kAskedRemembered = 65536;
  static constexpr std::size_t kLeftRemembered = 1024;
  static constexpr std::size_t kEvictedRemembered = 1024;
  static constexpr std::size_t kUpdatesRemembered = 4;  // for each watcher that there may be
  /// Chunks of archives: of one session, wanted or being read; at the repository thread; waiting.
  static constexpr std::size_t kChunksOfAMember = 8;
  static constexpr std::size_t kChunksBeingRead = 32;
  static constexpr std::size_t kChunksWanted = 4096;

  CoordinatorConfig config_;
  const CommandTable& table_;
  Sequencer sequencer_;
  Ledger ledger_;
  Requests requests_;
  Predictions predictions_;
  Access access_;
  std::uint64_t cut_off_at_ = 0;  // Access::let_in_changes() then
  Pacer pacer_;
  Sluggish sluggish_;
  std::optional<Sessions> sessions_;  // from the first step on, which tells the time

  CoordinatorOutput output_;  // of the step under way
  LocalTime now_;
  LocalTime started_;
  GroupTime time_base_;    // group time at started_
  bool ready_ = false;     // the epoch is durable
  std::string read_only_;  // why; empty: it writes
  Recovery recovery_;
  std::optional<RecoverWaits> recovering_;

  Heartbeat published_;
  LocalTime next_heartbeat_;
  LocalTime last_heartbeat_;

  RowChanges ledger_rows_;    // for the next batch
  bool urgent_rows_ = false;  // among them exceptions
  LocalTime marks_written_;
  RecordedAnswers recorded_later_;
  RecordedAnswers recorded_in_commit_;
  std::set<RowKey> keys_in_commit_;  // of the rows that went with the batch in commit
  Sequence ledger_floor_;  // below it the ledger is forgotten, be the floor durable already or not
  Sequence risen_floor_;   // for the next batch; below the durable one: none
  std::uint64_t risen_bytes_ = 0;        // of the frames that go with it
  bool rises_on_ = false;                // it may rise further
  std::optional<Sequence> floor_asked_;  // a FloorRead is out: what all had received
  std::uint64_t log_bytes_ = 0;          // of all frames, durable
  std::uint64_t log_bytes_in_commit_ = 0;

  std::shared_ptr<const Admissions> admitted_;   // as the shell knows them
  std::vector<KeyWaits> key_waits_;              // for the next batch
  std::array<std::size_t, 2> key_answers_ = {};  // that wait, these and those of batches
  struct Asked {
    Verb verb;
    std::string about;
  };
  std::map<std::pair<Peer, AdminRequestId>, Asked> asked_;  // for the audit of answers

  std::map<BatchNumber, std::vector<Waiter>> waiters_;
  std::deque<SubmitWaits> submits_;
  std::size_t submit_bytes_ = 0;  // of all submits that wait, here or for a batch or a read
  std::map<std::uint64_t, ReadWaiter> read_waiters_;
  std::uint64_t next_token_ = 0;
  MemberReads member_reads_;

  std::deque<ReadBlob> chunks_wanted_;
  std::size_t chunks_being_read_ = 0;
  std::map<SessionNumber, std::size_t> chunks_of_;  // wanted and being read

  JoinGate join_gate_;
  std::map<ServerId, Challenge> challenges_;  // by the newcomer
  std::uint64_t next_nonce_ = 0;
  std::set<SessionNumber> left_sessions_;
  std::map<SessionNumber, std::string> evicted_sessions_;  // what each is told
  std::map<MemberId, std::string> quarantined_;
  std::map<MemberId, TokenBucket> outcome_budgets_;  // of who is in the roster

  Rollouts rollouts_;
  bool rollouts_known_ = false;         // they were read since the start
  std::uint64_t steered_at_ = 0;        // the change up to which they have been looked at
  std::optional<LocalTime> next_wave_;  // a pause of one of them is over
  Relay relay_;
  std::vector<Watcher> watchers_;
  std::map<std::pair<Peer, Sequence>, LocalTime> last_update_;  // as long as it delays the next
  LocalTime liveness_checked_;
  std::uint64_t change_ = 0;  // begins with the epoch: versions of one before are older than all
  std::map<MemberId, std::uint64_t> changed_at_;
  std::map<MemberId, bool> was_live_;
  std::map<Sequence, RecentEntry> recent_;
  GroupTime last_command_;
  std::string last_issuer_;
  /// The last entry that a Submit may say it comes behind: of a command, or of a rollout's step.
  /// Which of the entries before this coordinator started was one is not known any more: all count.
  Sequence last_counted_;
};

/// Bytes of all frames in the log, in Table::kMeta.
inline RowKey log_bytes_key() { return {Table::kMeta, "log_bytes"}; }

}  // namespace groupctl
