#include "tests/simulation/world/sim_exec.h"

namespace groupctl::sim {
namespace {

ReconcileResult reconcile(const ReconcileRequest& request, Host& host) {
  ReconcileResult result;
  for (const ArtefactStep& step : request.steps) {
    result.by_name[step.name] = reconcile_artefact(step, host);
  }
  return result;
}

WorkResult carry_out(const WorkItem& item, SimHost& host) {
  if (const auto* request = std::get_if<ExecuteRequest>(&item.what)) {
    return {item.id, execute_entry(find_execute, *request, host)};
  }
  if (const auto* request = std::get_if<ForetellRequest>(&item.what)) {
    const auto before = host.placed();
    WorkResult told{item.id,
                    ForetellResult{request->job, rehearse(request->entries, find_execute, host)}};
    GROUPCTL_INVARIANT(host.placed() == before, "a dry run changes nothing on the machine");
    return told;
  }
  return {item.id, reconcile(std::get<ReconcileRequest>(item.what), host)};
}

}  // namespace

SimExec::SimExec(EventQueue& queue, Pcg& random, const Faults& faults, Trace& trace, Done done)
    : queue_(queue),
      random_(random),
      faults_(faults),
      trace_(trace),
      done_(std::move(done)),
      host_(random, faults) {}

void SimExec::add(std::vector<WorkItem> items) {
  for (WorkItem& item : items) {
    items_.push_back(std::move(item));
    if (items_.size() == 1) start_next();
  }
}

void SimExec::start_next() {
  const Millis time = step_ms_ > 0 ? step_ms_ : 1 + random_.below(faults_.step_max_ms);
  queue_.after(time, [this, life = life_] {
    if (life == life_) finish();
  });
}

void SimExec::finish() {
  const WorkItem item = std::move(items_.front());
  WorkResult result = carry_out(item, host_);
  items_.pop_front();
  if (!items_.empty()) start_next();
  done_(item, std::move(result));
}

void SimExec::crash() {
  ++life_;
  if (!items_.empty() && random_.chance(500)) {
    trace_.sometimes("crash after the work, before its outcome");
    carry_out(items_.front(), host_);
  }
  items_.clear();
}

}  // namespace groupctl::sim
