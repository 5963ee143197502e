#include "member/host/process_deployer.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "daemon/clock.h"
#include "member/host/data_folder.h"
#include "member/host/names.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kStartMs = 20'000;
/// More than the grace: to kill what ignores it, and to reap it.
constexpr std::uint64_t kAfterGraceMs = 20'000;
constexpr std::uint64_t kSteadyLookMs = 20;
/// By which variable a running process tells which release it is of.
constexpr const char* kMark = "GROUP_RELEASE";

std::string mark_of(const ReleaseRecord& record) {
  return release_id(record.version, record.digest) + "-" + recipe_of(record);
}

std::string restarts_text(const keeper::KeptState& state) {
  return state.restarts == 0 ? "" : fmt::format(", restarted {} times", state.restarts);
}

/// How a workload runs that was started as `mark`.
void describe(const keeper::KeptState& state, bool current, Placed& into) {
  switch (state.phase) {
    case keeper::Phase::kStarting:
    case keeper::Phase::kRunning:
      into.run = current ? Run::kRunning : Run::kOther;
      return;
    case keeper::Phase::kBackingOff:
      into.run = Run::kFailed;
      into.run_text = state.last_end + restarts_text(state) + "; it is started again";
      return;
    case keeper::Phase::kFailed:
      into.run = Run::kFailed;
      into.run_text = state.last_end + restarts_text(state) + "; given up";
      return;
    case keeper::Phase::kEnded:
      into.run = Run::kStopped;
      into.run_text = "it ended by itself: " + state.last_end;
      return;
    case keeper::Phase::kGone:
      into.run = Run::kStopped;
      into.run_text = "its keeper was killed";
      return;
    case keeper::Phase::kStopping:
    case keeper::Phase::kStopped:
      into.run = Run::kStopped;
      return;
  }
}

}  // namespace

StepResult<void> ProcessDeployer::add_run(const ReleaseRecord& record, Placed& placed) const {
  placed.run = Run::kStopped;
  const keeper::Kept workload = kept(record.name);
  const auto state = workload.state();
  if (!state) {
    if (state.error().code != ErrorCode::kNotFound) placed.run_text = state.error().text;
    return {};
  }
  const auto spec = workload.spec();
  const auto& variables = spec ? spec->program.environment : Environment();
  const auto mark = variables.find(kMark);
  describe(*state, mark != variables.end() && mark->second == mark_of(record), placed);
  return {};
}

Status ProcessDeployer::check_config(const Bytes& config) const {
  return parse_process_config(config).map([](const ProcessConfig&) {});
}

StepResult<void> ProcessDeployer::withdraw(const std::string& name) {
  if (auto stopped = stop(name); !stopped) return stopped;
  std::error_code error;
  std::filesystem::remove_all(run_dir_ + "/" + name, error);
  if (error) return step_failed("undeploy", run_dir_ + "/" + name + ": " + error.message());
  return {};
}

Environment ProcessDeployer::told_of(const ReleaseRecord& record,
                                     const ProcessConfig& config) const {
  Environment told = environment_of(record, releases().folder(record));
  told["GROUP_DATA_DIR"] = releases().data(record.name);
  told.insert(config.environment.begin(), config.environment.end());
  return told;
}

StepResult<keeper::KeptSpec> ProcessDeployer::spec_of(const ReleaseRecord& record,
                                                      const ProcessConfig& config) {
  const std::string folder = releases().folder(record);
  Environment environment = told_of(record, config);
  environment[kMark] = mark_of(record);
  auto program = programs_->spec_for(config.command, folder, std::move(environment));
  if (!program) return step_failed("start", program.error().text);
  keeper::KeptSpec spec;
  spec.program = *std::move(program);
  spec.program.user = config.user;
  spec.program.limits = config.limits;
  spec.program.grace_ms = config.grace_ms;
  spec.restart = config.restart;
  spec.refresh_signal = config.refresh_signal;
  return spec;
}

StepResult<void> ProcessDeployer::start(const std::string& name) {
  const auto record = current(name, "start");
  if (!record) return tl::unexpected<StepError>(record.error());
  const auto config = parse_process_config(record->config);
  if (!config) return step_failed("config", config.error().text);
  auto spec = spec_of(*record, *config);
  if (!spec) return tl::unexpected<StepError>(spec.error());
  std::error_code error;
  std::filesystem::create_directories(run_dir_, error);
  if (error) return step_failed("start", run_dir_ + ": " + error.message());
  if (auto made = as_step("start", make_data_folder(releases().data(name), config->user)); !made) {
    return made;
  }
  if (auto stopped = stop(name); !stopped) return stopped;
  if (auto begun = as_step("start", kept(name).start(*std::move(spec), kStartMs)); !begun) {
    return begun;
  }
  return await_steady(name, config->steady_ms);
}

/// What ends at once has not started, even if it is to be tried again and again.
StepResult<void> ProcessDeployer::await_steady(const std::string& name, std::uint64_t steady_ms) {
  const keeper::Kept workload = kept(name);
  const LocalTime until(local_now().value + steady_ms);
  for (;;) {
    const auto state = workload.state();
    if (!state) return step_failed("start", state.error().text);
    const bool runs = state->phase == keeper::Phase::kRunning && state->restarts == 0;
    const bool ended_well = state->phase == keeper::Phase::kEnded;
    if (state->phase == keeper::Phase::kGone) {
      return step_failed("start", "its keeper is gone, or /proc does not show it");
    }
    if (!runs && !ended_well) return step_failed("start", "it ended at once: " + state->last_end);
    if (local_now() >= until || ended_well || programs_->stopping()) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(kSteadyLookMs));
  }
}

StepResult<void> ProcessDeployer::stop(const std::string& name) {
  if (!is_name(name)) return step_failed("stop", "not a name of an artefact");
  keeper::Kept workload = kept(name);
  const auto spec = workload.spec();
  const std::uint64_t grace_ms = spec ? spec->program.grace_ms : 0;
  return as_step("stop", workload.stop(grace_ms + kAfterGraceMs));
}

StepResult<void> ProcessDeployer::restart(const std::string& name) { return start(name); }

StepResult<void> ProcessDeployer::refresh(const std::string& name) {
  return as_step("refresh", kept(name).refresh());
}

StepResult<void> ProcessDeployer::await_health(const std::string& name) {
  const auto record = current(name, "health");
  if (!record) return tl::unexpected<StepError>(record.error());
  const auto config = parse_process_config(record->config);
  if (!config) return step_failed("health", config.error().text);
  return health_.await(*record, releases().folder(*record),
                       {told_of(*record, *config), config->user});
}

/// Beside what is in place, how each process runs and what it said last.
StepResult<void> ProcessDeployer::dump(const std::string& folder) {
  if (auto written = releases().dump(folder); !written) return written;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(run_dir_, ignored)) {
    const std::string name = entry.path().filename().string();
    const keeper::Kept workload = kept(name);
    const auto state = workload.state();
    const auto output = workload.output();
    if (state) std::ofstream(folder + "/" + name + ".state.json") << *keeper::to_json(*state);
    if (output) std::ofstream(folder + "/" + name + ".output") << *output;
  }
  return {};
}

}  // namespace groupctl
