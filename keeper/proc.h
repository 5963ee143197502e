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

/// Kills what has this run's id in its environment, again and again until nothing is found. For
/// what a keeper that was killed itself has left behind: nothing else tells whose it is. A process
/// that has overwritten its environment is not found. Errors: kTimeout.
Status kill_marked(const std::string& run_id, std::uint64_t wait_ms);

}  // namespace groupctl::keeper
