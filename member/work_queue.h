// The entries that count this member, from their turn to their outcome: one runs at a time, in
// order.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "member/actuals.h"
#include "member/memory.h"
#include "member/outcomes.h"
#include "member/settle.h"
#include "member/work.h"

namespace groupctl {

/// Where outcomes and what is in place are written down.
struct Books {
  RowStage& stage;
  Outcomes& outcomes;
  Actuals& actuals;
};

struct LocalJobEnd {
  std::uint64_t number = 0;
  std::map<std::string, ExecuteResult> by_name;  ///< none for what was as wanted, or is held
};
/// Bring these artefacts to what is wanted of them, on somebody's word.
struct LocalJob {
  std::uint64_t number = 0;
  std::vector<std::string> names;
  RowStage::Ticket ticket;  ///< of what it rests on; zero: nothing
};

class WorkQueue {
 public:
  WorkQueue(std::vector<Entry> open, std::vector<Entry> started, std::optional<Span> span,
            std::set<std::string> begun);

  /// Entries whose rows are durable, ascending, after all that were there.
  void add(std::vector<Entry> mine);
  /// What the state at `at` desires came otherwise than by entries: everything up to it that has
  /// not started ends with one reconcile. `executed` is E before. Returns the span to be stored.
  Span widened(Sequence executed, Sequence at) const;
  /// The rows of entries that end with the span without having started; erased as it becomes
  /// durable.
  std::vector<RowKey> covered(Sequence last) const;
  /// A commit with that span is under way: until its answer nothing begins, and what ends within
  /// the span says so.
  void expect_span(Span span) { coming_ = span; }
  void span_refused() { coming_.reset(); }
  /// That span is durable, and what it covers erased.
  void reconcile_span(Span span);
  /// At start: what is in place is asked for, and what differs becomes work.
  void reconcile_at_start() { start_wanted_ = true; }

  /// Goes before the entries that wait: it waits for no group.
  void add(LocalJob job);
  /// Another local command says how this key is to be: those that wait end superseded for it.
  void replaced(const std::string& key);
  /// Put this back before the entries that wait, if it still deviates then. Said twice, once.
  void revert(const std::string& name) { reverts_.insert(name); }
  /// Those that have ended since the last call.
  std::vector<LocalJobEnd> take_ended_jobs() { return std::exchange(ended_jobs_, {}); }
  /// Whether the step under way, or about to be, is on this artefact.
  bool works_on(const std::string& name) const;

  /// Decides what can be decided and gives the next item out once its intent is durable.
  std::optional<WorkItem> pump(const WorkView& view, Books& books);
  void done(const WorkResult& result, Books& books);
  void moved(const WorkProgress& progress);

  /// E, when everything <= `received` is applied.
  Sequence executed(Sequence received) const;
  std::optional<Span> span() const { return span_; }
  const RunningStep& running() const { return shown_; }
  bool full() const { return open_.size() >= kMaxOpen; }

 private:
  static constexpr std::size_t kMaxOpen = 100000;
  /// What has the executor, or gets it once its intent is durable.
  struct Current {
    WorkId id;
    std::optional<Entry> entry;  ///< none: a reconcile of its own
    std::vector<ArtefactStep> steps;
    bool reconcile = false;
    bool again = false;
    RowStage::Ticket ticket;
    bool out = false;
    bool noted = false;  ///< it waits, or has waited, for rows of begun_
    Sequence span_last;  ///< of the span that this reconcile closes; 0: none
    /// Of a reconcile that closes a span: the entry that an artefact's failure is told of.
    std::map<std::string, Sequence> told_of;
    std::optional<LocalJobEnd> job;  ///< what is known of it beside the steps
  };

  bool current_waits(Sequence last) const;
  bool begin_next(const WorkView& view, Books& books);
  bool begin_job(const WorkView& view, Books& books);
  bool begin_revert(const WorkView& view, Books& books);
  bool begin_at_start(const WorkView& view, Books& books);
  bool begin_started(const WorkView& view, Books& books);
  bool begin_open(const WorkView& view, Books& books);
  void tell_by_what_they_came(const WorkView& view);
  void begin_reconcile(std::vector<ArtefactStep> steps, Sequence span_last, Books& books);
  bool mark_begun(const std::string& name, Books& books);
  void note_begun(Books& books);
  void note_left_behind(const Entry& entry, const WorkView& view, Books& books);
  void ask_for_begun(std::vector<ArtefactStep>& steps, const WorkView& view) const;
  void forget_begun(const std::string& name, const ExecuteResult& ended, Books& books);
  void decided(Entry entry, Verdict verdict, bool again, Books& books);
  void begin_entry(Entry entry, CarryOut what, bool again, Books& books);
  WorkItem item() const;
  void end_entry(const Entry& entry, OutcomeReport report, Books& books);
  void close_span(Sequence last, Books& books);
  ExecuteResult whole(const Current& current, const ReconcileResult& result, Books& books);

  std::map<Sequence, Entry> open_;
  LastOfKind last_;                    ///< of those
  std::map<Sequence, Entry> started_;  ///< before a restart
  std::set<std::string> tried_again_;  ///< artefacts of those that have ended since
  struct WaitingJob {
    LocalJob job;
    LocalJobEnd end;  ///< what is known of it already
  };
  std::deque<WaitingJob> jobs_;
  RowStage::Ticket told_;  ///< of the last local command: nothing rests on what is not durable
  std::set<std::string> reverts_;
  /// Their row is written before a step puts them in place, and goes with the record of it: by then
  /// nothing else may speak of them any more.
  std::set<std::string> begun_;
  std::vector<LocalJobEnd> ended_jobs_;
  std::optional<Span> span_;
  std::optional<Span> coming_;
  std::optional<Current> current_;
  RunningStep shown_;
  WorkId last_id_;
  bool start_wanted_ = false;
};

}  // namespace groupctl
