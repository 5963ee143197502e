// What /proc tells of processes.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "log/result.h"
#include "log/unique_fd.h"

namespace groupctl::keeper {

/// Put into the environment of everything a keeper starts, with the id of the run.
inline constexpr std::string_view kMarkerName = "GROUP_KEEPER";

struct ProcStat {
  pid_t parent = 0;
  pid_t session = 0;             ///< the pid of who began it, who may have ended
  std::uint64_t start_time = 0;  ///< ticks since the machine started
  bool ended = false;            ///< nothing of it is left but its exit code
};
/// nullopt: no such process.
std::optional<ProcStat> proc_stat(pid_t pid);
/// Every process of this machine, or of this container.
std::vector<pid_t> all_processes();
/// What the threads of a process have started, or adopted. While they come and go some may be
/// missed; of a process that is stopped none are. `threads` is counted up by how many it has.
std::vector<pid_t> children_of(pid_t pid, std::size_t& threads);
/// Processes and threads among the descendants of this process; counting ends at `enough`. It looks
/// at these alone, so that it may be asked often.
std::size_t count_tasks(std::size_t enough);

/// A descriptor for this very process: a later one with its pid has another start time. Errors:
/// kNotFound when it has ended.
Result<UniqueFd> open_process(pid_t pid, std::uint64_t start_time);
/// Whether it ended within so long.
bool wait_for_end(const UniqueFd& process, std::uint64_t wait_ms);
/// Errors: kNotFound when it has ended; kIo.
Status send_signal(const UniqueFd& process, int signal);

/// By what the processes of a run are known when their keeper has been killed.
struct Trace {
  std::string run_id;  ///< in their environment; empty: not known
  /// The session that its program began, and when that was as of ProcStat: who overwrites its
  /// environment is known by it. 0: not known.
  std::uint64_t session = 0;
  std::uint64_t session_start = 0;
};

/// Kills what has left such a trace, again and again until nothing is found. A process that has
/// both overwritten its environment and left the session is not found. Errors: kTimeout.
Status kill_traced(const Trace& trace, std::uint64_t wait_ms);

/// Names this run of the machine, or of this container: pids and start times of another one say
/// nothing. Empty without /proc.
std::string boot_name();

}  // namespace groupctl::keeper
