#include "member/work_queue.h"

#include <algorithm>

#include "commands/state/rollout.h"
#include "commands/step_order.h"

namespace groupctl {
namespace {

ExecuteResult superseded() {
  return {Outcome::kSuperseded, {}, "another local command came before its turn", {}};
}

/// Whether somebody has changed it, started it or stopped it.
bool deviates(const ArtefactStep& step, const Actual& actual) {
  if (actual.drifts.contains(artefact_key(step.name))) return true;
  const auto run = actual.runs.find(step.name);
  const bool to_run = step.desired.release && step.desired.running;
  return run != actual.runs.end() && (run->second.run == Run::kRunning) != to_run;
}

ExecuteResult left_alone() {
  return {Outcome::kUnchanged,
          {},
          "left as it is: this member is not in the roster, so what the group wants is not known",
          {}};
}

}  // namespace

WorkQueue::WorkQueue(std::vector<Entry> open, std::vector<Entry> started, std::optional<Span> span,
                     std::set<std::string> begun)
    : begun_(std::move(begun)), span_(span) {
  add(std::move(open));
  for (Entry& entry : started) {
    const Sequence at = entry.sequence;
    started_.emplace(at, std::move(entry));
  }
}

void WorkQueue::add(std::vector<Entry> mine) {
  for (Entry& entry : mine) {
    const Sequence at = entry.sequence;
    last_.add(entry);
    open_.emplace_hint(open_.end(), at, std::move(entry));
  }
}

Span WorkQueue::widened(Sequence executed, Sequence at) const {
  const Sequence first = span_ ? span_->first : std::min(executed.next(), at);
  return {first, at};
}

/// An entry whose intent is not durable yet has not started.
bool WorkQueue::current_waits(Sequence last) const {
  return current_ && current_->entry && !current_->out && !current_->again &&
         current_->entry->sequence <= last;
}

std::vector<RowKey> WorkQueue::covered(Sequence last) const {
  std::vector<RowKey> rows;
  for (const auto& [sequence, entry] : open_) {
    if (sequence > last) break;
    rows.push_back(open_row(sequence));
  }
  if (current_waits(last)) rows.push_back(intent_row(current_->entry->sequence));
  return rows;
}

void WorkQueue::reconcile_span(Span span) {
  span_ = span;
  coming_.reset();
  open_.erase(open_.begin(), open_.upper_bound(span.last));
  if (current_waits(span.last)) current_.reset();
}

Sequence WorkQueue::executed(Sequence received) const {
  Sequence first = received.next();
  if (!open_.empty()) first = std::min(first, open_.begin()->first);
  if (!started_.empty()) first = std::min(first, started_.begin()->first);
  if (current_ && current_->entry) first = std::min(first, current_->entry->sequence);
  if (span_) first = std::min(first, span_->first);
  return first.previous();
}

std::optional<WorkItem> WorkQueue::pump(const WorkView& view, Books& books) {
  while (!current_ && !coming_ && begin_next(view, books)) {
  }
  if (!current_ || current_->out || !books.stage.durable(current_->ticket)) return std::nullopt;
  if (current_->noted) {
    // The roster, or what is wanted, may have changed while the note was written.
    for (ArtefactStep& step : current_->steps) step = step_at_start(step.name, view);
    note_begun(books);
    if (!books.stage.durable(current_->ticket)) return std::nullopt;
  }
  if (current_->span_last) tell_by_what_they_came(view);
  current_->out = true;
  shown_ = {current_->entry ? current_->entry->sequence : current_->span_last, "", 0};
  return item();
}

/// False: nothing can begin now.
bool WorkQueue::begin_next(const WorkView& view, Books& books) {
  if (!books.stage.durable(told_)) return false;
  if (begin_job(view, books) || begin_revert(view, books)) return true;
  // One that waits for the group's time does not keep the member from asking what is in place.
  if (!started_.empty()) return begin_started(view, books) || begin_at_start(view, books);
  if (span_) {
    start_wanted_ = start_wanted_ && !view.me;
    auto steps = steps_for_all(view);
    ask_for_begun(steps, view);
    begin_reconcile(std::move(steps), span_->last, books);
    if (!current_) close_span(span_->last, books);
    return true;
  }
  return begin_at_start(view, books) || begin_open(view, books);
}

void WorkQueue::add(LocalJob job) {
  told_ = std::max(told_, job.ticket);
  jobs_.push_back({std::move(job), {}});
  jobs_.back().end.number = jobs_.back().job.number;
}

void WorkQueue::replaced(const std::string& key) {
  const auto name = artefact_in(key);
  if (!name) return;
  for (WaitingJob& waiting : jobs_) {
    if (std::erase(waiting.job.names, *name) == 0) continue;
    waiting.end.by_name[std::string(*name)] = superseded();
  }
}

bool WorkQueue::begin_job(const WorkView& view, Books& books) {
  if (jobs_.empty()) return false;
  WaitingJob waiting = std::move(jobs_.front());
  jobs_.pop_front();
  for (const std::string& name : waiting.job.names) {
    if (!is_known_how(name, view)) waiting.end.by_name[name] = left_alone();
  }
  begin_reconcile(steps_for(waiting.job.names, view), Sequence{}, books);
  if (current_) {
    current_->job = std::move(waiting.end);
  } else {
    ended_jobs_.push_back(std::move(waiting.end));
  }
  return true;
}

/// What is held meanwhile, or was put back, is left as it is.
bool WorkQueue::begin_revert(const WorkView& view, Books& books) {
  auto steps = steps_for({reverts_.begin(), reverts_.end()}, view);
  std::erase_if(
      steps, [&](const ArtefactStep& step) { return step.leave || !deviates(step, view.actual); });
  reverts_.clear();
  begin_reconcile(std::move(steps), Sequence{}, books);
  return current_.has_value();
}

bool WorkQueue::works_on(const std::string& name) const {
  return current_ && std::any_of(current_->steps.begin(), current_->steps.end(),
                                 [&](const ArtefactStep& step) { return step.name == name; });
}

/// All artefacts, for what the store says is in place may be older than what is: a crash can have
/// come between work and its record.
bool WorkQueue::begin_at_start(const WorkView& view, Books& books) {
  if (!start_wanted_) return false;
  start_wanted_ = false;
  auto steps = steps_at_start(view);
  // What has just failed again is not to fail a third time.
  std::erase_if(steps, [&](const ArtefactStep& step) { return tried_again_.contains(step.name); });
  tried_again_.clear();
  ask_for_begun(steps, view);
  begin_reconcile(std::move(steps), Sequence{}, books);
  return true;
}

bool WorkQueue::begin_started(const WorkView& view, Books& books) {
  const Entry& entry = started_.begin()->second;
  Verdict verdict = settle_again(entry, view);
  if (std::holds_alternative<MustWait>(verdict)) return false;
  Entry taken = std::move(started_.extract(started_.begin()).mapped());
  if (std::holds_alternative<EndsAs>(verdict)) note_left_behind(taken, view, books);
  decided(std::move(taken), std::move(verdict), true, books);
  return true;
}

/// It will not be carried out again, but a crash can have come after its work: the reconcile at the
/// start must ask for what no record speaks of.
void WorkQueue::note_left_behind(const Entry& entry, const WorkView& view, Books& books) {
  for (const std::string& key : entry.keys) {
    const auto name = artefact_name(key);
    if (!name || in_place(view.actual, std::string(*name))) continue;
    mark_begun(std::string(*name), books);
  }
}

/// False: it was marked already.
bool WorkQueue::mark_begun(const std::string& name, Books& books) {
  if (!begun_.insert(name).second) return false;
  books.stage.put(begun_row(name), {});
  return true;
}

bool WorkQueue::begin_open(const WorkView& view, Books& books) {
  if (open_.empty()) last_.clear();
  if (open_.empty() || view.catching_up) return false;
  Verdict verdict = settle(open_.begin()->second, view, last_);
  if (std::holds_alternative<MustWait>(verdict)) return false;
  Entry taken = std::move(open_.extract(open_.begin()).mapped());
  books.stage.erase(open_row(taken.sequence));
  decided(std::move(taken), std::move(verdict), false, books);
  return true;
}

void WorkQueue::decided(Entry entry, Verdict verdict, bool again, Books& books) {
  if (auto* ends = std::get_if<EndsAs>(&verdict)) {
    const Sequence at = entry.sequence;
    return end_entry(entry, {at, at, ends->outcome, {}, std::move(ends->text)}, books);
  }
  begin_entry(std::move(entry), std::get<CarryOut>(std::move(verdict)), again, books);
}

void WorkQueue::begin_entry(Entry entry, CarryOut what, bool again, Books& books) {
  Current next;
  next.id = last_id_ = last_id_.next();
  next.steps = std::move(what.steps);
  next.reconcile = what.reconcile;
  next.again = again;
  if (!again) {
    books.stage.put(intent_row(entry.sequence), encode_entry(entry));
    next.ticket = books.stage.ticket();
  }
  next.entry = std::move(entry);
  current_ = std::move(next);
  if (current_->reconcile) note_begun(books);
}

/// What a crash may have left in place is asked for whoever else still speaks of it.
void WorkQueue::ask_for_begun(std::vector<ArtefactStep>& steps, const WorkView& view) const {
  for (const std::string& name : begun_) {
    const bool asked = std::any_of(steps.begin(), steps.end(),
                                   [&](const ArtefactStep& step) { return step.name == name; });
    if (!asked) steps.push_back(step_at_start(name, view));
  }
}

/// A reconcile may be repeated after a crash, so it needs no intent but for what it puts in place
/// where nothing is on record. Nothing to do: none begins.
void WorkQueue::begin_reconcile(std::vector<ArtefactStep> steps, Sequence span_last, Books& books) {
  if (steps.empty()) return;
  Current next;
  next.id = last_id_ = last_id_.next();
  next.steps = in_order(std::move(steps));
  next.reconcile = true;
  next.span_last = span_last;
  current_ = std::move(next);
  note_begun(books);
}

/// Writes down which of the steps are to put something in place where nothing is on record.
void WorkQueue::note_begun(Books& books) {
  for (const ArtefactStep& step : current_->steps) {
    if (step.actual || !step.desired.release || !mark_begun(step.name, books)) continue;
    current_->ticket = books.stage.ticket();
    current_->noted = true;
  }
}

/// A failure within a span is that of the entry by which the artefact came, or the span would say
/// that it ended well.
void WorkQueue::tell_by_what_they_came(const WorkView& view) {
  for (const ArtefactStep& step : current_->steps) {
    const Sequence assigned = step.desired.sequence;
    if (!assigned) continue;
    current_->told_of[step.name] = view.me ? came_by(view.state, assigned, view.me->id) : assigned;
  }
}

WorkItem WorkQueue::item() const {
  if (!current_->reconcile) {
    return {current_->id, ExecuteRequest{*current_->entry, current_->steps, current_->again}};
  }
  const Sequence at = current_->entry ? current_->entry->sequence : current_->span_last;
  return {current_->id, ReconcileRequest{at, current_->steps}};
}

void WorkQueue::moved(const WorkProgress& progress) {
  if (!current_ || current_->id != progress.id) return;
  shown_.step = progress.step;
  shown_.percent = static_cast<std::uint32_t>(std::clamp(progress.percent, 0, 100));
}

}  // namespace groupctl
