// The fields of specs and states, as FieldWriter and FieldReader want them.
#pragma once

#include <array>

#include "keeper/json_fields.h"
#include "keeper/spec.h"

namespace groupctl::keeper {

inline constexpr std::array<std::string_view, 3> kRestartWords = {"always", "on_failure", "never"};
inline constexpr std::array<std::string_view, 8> kPhaseWords = {
    "starting", "running", "backing_off", "ended", "failed", "stopping", "stopped", "gone"};

template <class Io>
void describe(Io& io, Limits& limits) {
  io.field("processes", limits.processes);
  io.field("files", limits.files);
  io.field("file_bytes", limits.file_bytes);
  io.field("memory_bytes", limits.memory_bytes);
  io.field("cpu_seconds", limits.cpu_seconds);
  io.field("tasks", limits.tasks);
}

template <class Io>
void describe(Io& io, ProgramSpec& spec) {
  io.field("path", spec.path);
  io.field("argv", spec.argv);
  io.field("environment", spec.environment);
  io.field("folder", spec.folder);
  io.field("user", spec.user);
  io.field("checked", spec.checked);
  io.part("limits", spec.limits);
  io.field("grace_ms", spec.grace_ms);
}

template <class Io>
void describe(Io& io, RestartSpec& restart) {
  io.word("when", restart.when, kRestartWords);
  io.field("delay_ms", restart.delay_ms);
  io.field("most_delay_ms", restart.most_delay_ms);
  io.field("steady_ms", restart.steady_ms);
  io.field("most_in_row", restart.most_in_row);
}

template <class Io>
void describe(Io& io, KeptSpec& spec) {
  io.part("program", spec.program);
  io.part("restart", spec.restart);
  io.field("refresh_signal", spec.refresh_signal);
  io.field("run_id", spec.run_id);
}

template <class Io>
void describe(Io& io, KeptState& state) {
  io.word("phase", state.phase, kPhaseWords);
  io.field("since_ms", state.since_ms);
  io.field("keeper_pid", state.keeper_pid);
  io.field("keeper_start", state.keeper_start);
  io.field("boot", state.boot);
  io.field("pid", state.pid);
  io.field("session", state.session);
  io.field("session_start", state.session_start);
  io.field("restarts", state.restarts);
  io.field("next_try_ms", state.next_try_ms);
  io.field("last_end", state.last_end);
  io.field("run_id", state.run_id);
}

}  // namespace groupctl::keeper
