// The parts of a member's core and how an event runs through them. Private to member/core*.cc.
#pragma once

#include "commands/member_view.h"
#include "member/actuals.h"
#include "member/core.h"
#include "member/fence.h"
#include "member/follower.h"
#include "member/foretellings.h"
#include "member/group_clock.h"
#include "member/intentions.h"
#include "member/jobs.h"
#include "member/kept_log.h"
#include "member/local_plan.h"
#include "member/memory.h"
#include "member/outcomes.h"
#include "member/replay_asker.h"
#include "member/row_stage.h"
#include "member/session.h"
#include "member/snapshot_fetch.h"
#include "member/work_queue.h"

namespace groupctl {

struct MemberCore::Impl {
  Impl(MemberConfig config, const CommandTable& table, MemberMemory memory);

  MemberOutput step(LocalTime now, MemberEvent event);
  LocalTime next_tick() const;
  Watermarks marks() const;
  Aim aim() const { return aim_for(follower_.state(), follower_.me(), intentions_.rows()); }
  const Aim& artefact_aim() const;
  Delta delta() const { return observed_delta(artefact_aim(), actuals_.actual()); }
  LocalStatus status() const;

 private:
  // ---- events (core.cc, core_heard.cc)
  void on(MemberTick) {}
  void on(FromCoordinator event);
  void on(FromCommandPlane event);
  void on(MemberCommitDone event);
  void on(WorkDone event);
  void on(WorkMoved event) { queue_.moved(event.progress); }
  void on(LeaveAsked);
  void on(LinkTroubled event);
  void on(LocalAsked event);
  void on(LookDone event);
  void on(ChunkWanted event);

  /// Whether an envelope may be listened to.
  bool listens(const Envelope& envelope, bool to_publication);
  void foreign(const LogId& log_id);
  void heard(const EnvelopedPublication& message);
  void heard(const Envelope& envelope, const Offer& offer);
  void heard(const Envelope& envelope, const Welcome& welcome);
  void heard(const Envelope& envelope, const ReplayPage& page);
  void heard(const Envelope& envelope, const SnapshotChunk& chunk);
  void heard(const Envelope& envelope, const Recorded& recorded);
  void heard(const Envelope& envelope, const Heard& answer);
  void heard(const Envelope& envelope, const Enrolled& enrolled);
  void heard(const Envelope& envelope, const Probe& probe);
  void heard(const Envelope& envelope, const Rejoin& rejoin);
  void heard(const Envelope& envelope, const Resynchronise& resynchronise);
  void heard(const Envelope& envelope, const Left& left);
  void heard(const Envelope& envelope, const Evicted& evicted);
  void heard(const Envelope& envelope, const Refused& refused);
  void heard(const Envelope& envelope, const MemberQuestion& question);
  void heard(const Envelope& envelope, const ArtefactChunk& chunk);
  void heard(const Envelope& envelope, const NoArtefact& none);
  void share_tail(const Welcome& welcome);
  void heard_heartbeat(const Envelope& envelope, const Heartbeat& heartbeat);
  void keep_tag(const TagClaim& claim);

  // ---- what follows from any event (core.cc)
  void pump();
  void fetch();
  void replay();
  void acknowledge();
  bool history_is_shown() const;
  Join make_join();
  WorkView view() const;
  bool catching_up() const;
  MemberView member_view() const;
  Books books() { return {stage_, outcomes_, actuals_}; }
  DeltaCounts delta_counts();
  void aim_changed();
  Sequence received() const { return follower_.head().last; }
  void image_is_whole();
  void note(NoteLevel level, std::string text, std::vector<NoteField> fields = {}) {
    out_.notes.push_back({level, std::move(text), std::move(fields)});
  }

  // ---- what is this member's alone (core_local.cc, core_look.cc)
  LocalView local_view() const {
    return {follower_.state(), follower_.me(), intentions_.rows(), actuals_.actual()};
  }
  void obey(const LocalCommand& command, std::uint64_t token);
  Result<Reconciling> begin_job(const LocalCommand& command, std::uint64_t token);
  void end_jobs();
  Answer answer_to(const Question& question);
  Answer begin_foretelling(const ForetellQuestion& question);
  void drop_void_intentions();
  void repositories_said(const ExecuteResult& result);
  void look_if_due();
  void looked(const std::string& name, const Inspection& found);
  bool looked_at_run(const std::string& name, const Inspection& found);
  void reply(std::uint64_t token, LocalReply reply);

  // ---- one commit at a time (core_commit.cc)
  struct InFlight {
    std::optional<FollowPlan> plan;
    bool swap = false;
    LogHead head;  ///< after it
    StoredMarks marks;
  };
  void commit();
  bool plan_frames(InFlight& next);
  void held(const Held& held);
  void add_plan(const FollowPlan& plan, InFlight& next, Batch& batch);
  bool make_room(InFlight& next, Batch& batch);
  void add_swap(InFlight& next, Batch& batch);
  void committed(InFlight done);
  void swapped(const InFlight& done);

  const MemberConfig config_;
  const CommandTable& table_;
  LocalTime now_;
  MemberOutput out_;

  Fence fence_;
  GroupClock clock_;
  RowStage stage_;
  Outcomes outcomes_;
  Actuals actuals_;
  Intentions intentions_;
  Jobs jobs_;
  Foretellings foretellings_;
  Follower follower_;
  WorkQueue queue_;
  KeptLog kept_;
  SnapshotFetch fetch_;
  Session session_;
  ReplayAsker replay_;
  TagClaim tag_;
  std::vector<std::string> shared_tail_;

  std::optional<CheckedSnapshot> swap_;  ///< checked, waits for its commit
  std::optional<InFlight> in_flight_;
  StoredMarks durable_marks_;
  Backoff commit_backoff_;
  LocalTime commit_retry_;
  bool log_full_ = false;    ///< the last batch with frames was refused for want of room
  bool shrink_log_ = false;  ///< and nothing has gone for it yet
  LocalTime fetch_due_;
  Backoff fetch_backoff_;
  Watermarks acked_;
  Sequence acked_held_;
  MemberId welcomed_as_;
  Sequence welcomed_at_;                 ///< the coordinator's head at the welcome
  Sequence ledger_has_;                  ///< the coordinator's E of this member, at the welcome
  std::optional<Sequence> replay_from_;  ///< R at a welcome that said: replay
  LocalTime look_due_;
  std::uint64_t look_ = 0;  ///< the number of the last look
  bool looking_ = false;
  std::vector<std::uint64_t> look_waiters_;   ///< tokens of those who wait for the next one
  std::vector<std::uint64_t> look_watchers_;  ///< of those who wait for the one under way
  bool started_ = false;

  /// The aim is read from every artefact's row, and the counts from that and all that is in place:
  /// done again only when one of these may have changed.
  struct CachedAim {
    Aim aim;
    std::uint64_t of_intentions = 0;
  };
  mutable std::optional<CachedAim> aim_;  ///< nullopt: the state has changed
  DeltaCounts counts_;
  std::uint64_t counts_of_actuals_ = 0;
  std::uint64_t counts_of_intentions_ = 0;
  bool counts_stale_ = true;

  friend class MemberCore;
};

}  // namespace groupctl
