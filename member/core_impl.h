// The parts of a member's core and how an event runs through them. Private to member/core*.cc.
#pragma once

#include "member/actuals.h"
#include "member/core.h"
#include "member/fence.h"
#include "member/follower.h"
#include "member/group_clock.h"
#include "member/kept_log.h"
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
  Delta delta() const;
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

  /// Whether an envelope may be listened to.
  bool listens(const Envelope& envelope, bool to_publication);
  void foreign(const LogId& log_id);
  void heard(const Envelope& envelope, const Offer& offer);
  void heard(const Envelope& envelope, const Welcome& welcome);
  void heard(const Envelope& envelope, const ReplayPage& page);
  void heard(const Envelope& envelope, const SnapshotChunk& chunk);
  void heard(const Envelope& envelope, const Recorded& recorded);
  void heard(const Envelope& envelope, const Probe& probe);
  void heard(const Envelope& envelope, const Rejoin& rejoin);
  void heard(const Envelope& envelope, const Resynchronise& resynchronise);
  void heard(const Envelope& envelope, const Left& left);
  void heard(const Envelope& envelope, const Evicted& evicted);
  void heard(const Envelope& envelope, const Refused& refused);
  void heard_heartbeat(const Envelope& envelope, const Heartbeat& heartbeat);
  void keep_tag(const TagClaim& claim);

  // ---- what follows from any event (core.cc)
  void pump();
  void fetch();
  void replay();
  void acknowledge();
  Join make_join() const;
  WorkView view() const;
  Books books() { return {stage_, outcomes_, actuals_}; }
  DeltaCounts delta_counts();
  Sequence received() const { return follower_.head().last; }
  void image_is_whole();
  void note(NoteLevel level, std::string text, std::vector<NoteField> fields = {}) {
    out_.notes.push_back({level, std::move(text), std::move(fields)});
  }

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
  Follower follower_;
  WorkQueue queue_;
  KeptLog kept_;
  SnapshotFetch fetch_;
  Session session_;
  ReplayAsker replay_;
  TagClaim tag_;

  std::optional<CheckedSnapshot> swap_;  ///< checked, waits for its commit
  std::optional<InFlight> in_flight_;
  StoredMarks durable_marks_;
  Backoff commit_backoff_;
  LocalTime commit_retry_;
  bool log_full_ = false;    ///< the last batch with frames was refused for want of room
  bool shrink_log_ = false;  ///< and nothing has gone for it yet
  LocalTime fetch_due_;
  Backoff fetch_backoff_;
  LocalTime ack_due_;
  Watermarks acked_;
  Sequence acked_held_;
  MemberId welcomed_as_;
  bool started_ = false;

  /// Counting the delta reads every artefact's row: done again only when something has changed.
  DeltaCounts counts_;
  std::uint64_t counts_of_actuals_ = 0;
  bool counts_stale_ = true;

  friend class MemberCore;
};

}  // namespace groupctl
