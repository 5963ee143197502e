// How work ends: outcomes, what is in place, and the span that a reconcile closes.
#include <fmt/format.h>

#include "member/work_queue.h"

namespace groupctl {

void WorkQueue::done(const WorkResult& result, Books& books) {
  if (!current_ || !current_->out || current_->id != result.id) return;
  const Current current = std::move(*current_);
  current_.reset();
  shown_ = {};
  ExecuteResult ended;
  if (const auto* reconciled = std::get_if<ReconcileResult>(&result.what)) {
    ended = whole(current, *reconciled, books);
    if (current.job) {
      LocalJobEnd end = *current.job;
      end.by_name.insert(reconciled->by_name.begin(), reconciled->by_name.end());
      ended_jobs_.push_back(std::move(end));
    }
  } else {
    ended = std::get<ExecuteResult>(result.what);
    books.actuals.ended(current.steps, current.entry ? current.entry->sequence : Sequence{}, ended,
                        books.stage);
  }
  if (current.again && start_wanted_) {
    for (const ArtefactStep& step : current.steps) tried_again_.insert(step.name);
  }
  if (current.entry) {
    const Sequence at = current.entry->sequence;
    end_entry(*current.entry, {at, at, ended.outcome, ended.step, ended.text}, books);
  } else if (span_ && current.span_last == span_->last) {
    close_span(span_->last, books);
  }
}

/// What is in place of it is on record from now on, as soon as anything is durable.
void WorkQueue::forget_begun(const std::string& name, const ExecuteResult& ended, Books& books) {
  if (!ended.actual.contains(name) || begun_.erase(name) == 0) return;
  books.stage.erase(begun_row(name));
}

/// Writes down the result of every step; behind a span, what failed is reported where it came from.
/// Returns all of it as one result.
ExecuteResult WorkQueue::whole(const Current& current, const ReconcileResult& result,
                               Books& books) {
  ExecuteResult sum;
  for (const ArtefactStep& step : current.steps) {
    auto found = result.by_name.find(step.name);
    if (found == result.by_name.end()) continue;
    const ExecuteResult& one = found->second;
    const Sequence assigned = step.desired.sequence;
    books.actuals.ended({step}, assigned, one, books.stage);
    forget_begun(step.name, one, books);
    if (group_of(one.outcome) != OutcomeGroup::kBad) continue;
    sum.outcome = Outcome::kFailed;
    sum.step = one.step;
    sum.text += fmt::format("{}{}: {}", sum.text.empty() ? "" : "; ", step.name, one.text);
    if (const auto told = current.told_of.find(step.name); told != current.told_of.end()) {
      const Sequence of = told->second;
      books.outcomes.add({of, of, Outcome::kFailed, one.step, one.text}, books.stage);
    }
  }
  return sum;
}

void WorkQueue::end_entry(const Entry& entry, OutcomeReport report, Books& books) {
  books.stage.erase(intent_row(entry.sequence));
  // Within a span it must say for itself how it ended, or the span would say it.
  const auto within = [&](const std::optional<Span>& span) {
    return span && entry.sequence >= span->first && entry.sequence <= span->last;
  };
  const bool apart = !within(span_) && !within(coming_);
  if (apart && report.outcome == Outcome::kDone && report.text.empty()) return;
  if (apart && report.outcome == Outcome::kSuperseded && entry.entry_class == EntryClass::kState) {
    return books.outcomes.add_superseded(entry.sequence, books.stage);
  }
  books.outcomes.add(std::move(report), books.stage);
}

void WorkQueue::close_span(Sequence last, Books& books) {
  if (span_->first <= last) {
    books.outcomes.add({span_->first, last, Outcome::kBySnapshot, {}, {}}, books.stage);
  }
  span_.reset();
}

}  // namespace groupctl
