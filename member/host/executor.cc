#include "member/host/executor.h"

#include <exception>

#include "log/text.h"

namespace groupctl {
namespace {

/// Libraries below a step may throw; for the group that is a step that failed.
template <class Step>
ExecuteResult guarded(const Step& step) {
  ExecuteResult failed;
  failed.outcome = Outcome::kFailed;
  failed.step = "execute";
  try {
    return step();
  } catch (const std::exception& thrown) {
    failed.text = cut_text(thrown.what(), kMaxOutcomeText);
  } catch (...) {
    failed.text = "an exception without a text";
  }
  return failed;
}

}  // namespace

Executor::Executor(Host& host, ExecutorVerbs verbs, std::function<void()> wake)
    : host_(host), verbs_(verbs), queue_(kMaxOpenWork), results_(kMaxOpenWork, std::move(wake)) {}

Executor::~Executor() { stop(); }

void Executor::start() {
  thread_ = std::jthread([this](const std::stop_token& stopping) { run(stopping); });
}

void Executor::request_stop() {
  thread_.request_stop();
  queue_.close();
}

void Executor::stop() {
  request_stop();
  if (thread_.joinable()) thread_.join();
}

void Executor::submit(WorkItem item) {
  GROUPCTL_INVARIANT(open_ < kMaxOpenWork, "work is given out as it can be taken");
  if (queue_.put(std::move(item))) ++open_;
}

std::vector<WorkResult> Executor::drain() {
  auto taken = results_.take_all();
  open_ -= taken.size();
  return {std::make_move_iterator(taken.begin()), std::make_move_iterator(taken.end())};
}

std::optional<WorkProgress> Executor::progress() const {
  const std::lock_guard lock(progress_mutex_);
  return progress_;
}

void Executor::note_progress(std::string_view step, int percent) {
  const std::lock_guard lock(progress_mutex_);
  if (!progress_) return;
  progress_->step = step;
  progress_->percent = percent;
}

void Executor::begin(WorkId id) {
  const std::lock_guard lock(progress_mutex_);
  progress_ = WorkProgress{id, {}, 0};
}

void Executor::end() {
  const std::lock_guard lock(progress_mutex_);
  progress_.reset();
}

void Executor::run(const std::stop_token& stopping) {
  while (auto item = queue_.wait()) {
    if (stopping.stop_requested()) return;
    carry_out(*item, stopping);
  }
}

void Executor::carry_out(const WorkItem& item, const std::stop_token& stopping) {
  begin(item.id);
  auto result = result_of(item, stopping);
  end();
  if (!result) return;
  // submit() bounds what is open, so there is room for every result.
  GROUPCTL_INVARIANT(results_.put(std::move(*result)), "a place for every result");
}

std::optional<WorkResult> Executor::result_of(const WorkItem& item,
                                              const std::stop_token& stopping) {
  if (const auto* request = std::get_if<ForetellRequest>(&item.what)) {
    return WorkResult{item.id, foretell(*request)};
  }
  if (const auto* request = std::get_if<ReconcileRequest>(&item.what)) {
    auto ended = reconcile(*request, stopping);
    return ended ? std::optional(WorkResult{item.id, std::move(*ended)}) : std::nullopt;
  }
  const auto& request = std::get<ExecuteRequest>(item.what);
  ExecuteResult ended = guarded([&] { return execute_entry(verbs_.find, request, host_); });
  // It may have failed because of the end: what can be carried out again is, at the next start.
  const bool cut_short = stopping.stop_requested() &&
                         request.entry.entry_class != EntryClass::kNeverLate &&
                         group_of(ended.outcome) == OutcomeGroup::kBad;
  return cut_short ? std::nullopt : std::optional(WorkResult{item.id, std::move(ended)});
}

ForetellResult Executor::foretell(const ForetellRequest& request) {
  ForetellResult result{request.job, {}};
  const ExecuteResult thrown = guarded([&] {
    result.ends = rehearse(request.entries, verbs_.find, host_);
    return ExecuteResult{};
  });
  for (const Rehearsal& one : request.entries) {
    if (group_of(thrown.outcome) != OutcomeGroup::kBad) break;
    result.ends.push_back({one.request.entry.sequence, thrown});
  }
  return result;
}

std::optional<ReconcileResult> Executor::reconcile(const ReconcileRequest& request,
                                                   const std::stop_token& stopping) {
  ReconcileResult result;
  for (const ArtefactStep& step : request.steps) {
    if (stopping.stop_requested()) return std::nullopt;
    ExecuteResult ended = guarded([&] { return verbs_.reconcile(step, host_); });
    const bool bad = group_of(ended.outcome) == OutcomeGroup::kBad;
    if (bad && stopping.stop_requested()) return std::nullopt;
    result.by_name[step.name] = std::move(ended);
  }
  return result;
}

}  // namespace groupctl
