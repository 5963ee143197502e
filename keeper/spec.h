// What a keeper is told to run, and what it tells of a workload; as JSON in files and messages.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "log/result.h"

namespace groupctl::keeper {

/// Of a spec or a state as JSON.
inline constexpr std::size_t kMaxSpecBytes = 1 << 20;

/// Bounds that the system keeps for each process, and `tasks`, which the keeper counts. 0: as it
/// is.
struct Limits {
  std::uint64_t processes = 0;     ///< RLIMIT_NPROC: of the whole user; root has none
  std::uint64_t files = 0;         ///< RLIMIT_NOFILE
  std::uint64_t file_bytes = 0;    ///< RLIMIT_FSIZE
  std::uint64_t memory_bytes = 0;  ///< RLIMIT_AS
  std::uint64_t cpu_seconds = 0;   ///< RLIMIT_CPU
  std::uint64_t tasks = 0;         ///< processes and threads of the whole tree
  bool operator==(const Limits&) const = default;
};

struct ProgramSpec {
  /// Absolute. It is opened once and executed from its descriptor: a script finds /dev/fd/N as $0.
  std::string path;
  std::vector<std::string> argv;  ///< with its name first; empty: the path alone
  /// All of it: nothing is inherited. The keeper adds GROUP_KEEPER, by which it finds what is left
  /// when it was killed itself.
  std::map<std::string, std::string> environment;
  std::string folder;  ///< absolute; where it runs. Empty: "/"
  std::string user;    ///< its name; empty: the keeper's own
  /// Refuse a file that others could change or replace: it and every folder above it, and every
  /// symbolic link on the way, belong to root or the keeper's user, and nobody else may write
  /// there.
  /// What it loads or is interpreted by is not looked at.
  bool checked = false;
  Limits limits;
  std::uint64_t grace_ms = 5000;  ///< between TERM and KILL
  bool operator==(const ProgramSpec&) const = default;
};

/// When a workload is started again after it has ended.
enum class Restart : std::uint8_t {
  kAlways,
  kOnFailure,  ///< unless its exit code was 0
  kNever,
};
std::string_view to_word(Restart restart);

struct RestartSpec {
  Restart when = Restart::kOnFailure;
  std::uint64_t delay_ms = 500;         ///< before the first restart in a row; doubles with each
  std::uint64_t most_delay_ms = 30000;  ///< and stays here
  std::uint64_t steady_ms = 60000;      ///< having run so long ends a row
  std::uint64_t most_in_row = 0;        ///< then it is given up; 0: never
  bool operator==(const RestartSpec&) const = default;
};

struct KeptSpec {
  ProgramSpec program;
  RestartSpec restart;
  std::uint64_t refresh_signal = 1;  ///< 1 is SIGHUP
  std::string run_id;                ///< of one start; Kept::start() draws it
  bool operator==(const KeptSpec&) const = default;
};

enum class Phase : std::uint8_t {
  kStarting,    ///< being started
  kRunning,     ///< its main process runs
  kBackingOff,  ///< it ended and is started again later
  kEnded,       ///< it ended and is not to be started again; its keeper stays
  kFailed,      ///< it ended too often in a row and is given up; its keeper stays
  kStopping,    ///< it was told to end and has its grace
  kStopped,     ///< nothing of it is left, and its keeper has ended
  kGone,        ///< its keeper was killed; descendants of it may be left
};
std::string_view to_word(Phase phase);

struct KeptState {
  Phase phase = Phase::kStarting;
  std::uint64_t since_ms = 0;       ///< of the phase; milliseconds since 1970
  std::uint64_t keeper_pid = 0;     ///< with the next one it names a process for ever
  std::uint64_t keeper_start = 0;   ///< field 22 of /proc/PID/stat: ticks since the machine started
  std::string boot;                 ///< boot_name(): of another one none of the pids says anything
  std::uint64_t pid = 0;            ///< of the main process; 0: none
  std::uint64_t session = 0;        ///< of the one that ran last; 0: nothing of it is left
  std::uint64_t session_start = 0;  ///< when that was begun; as of keeper_start
  std::uint64_t restarts = 0;       ///< so far
  std::uint64_t next_try_ms = 0;    ///< milliseconds since 1970; 0: none is planned
  std::string last_end;             ///< how it last ended; empty: it has not
  std::string run_id;
  bool operator==(const KeptState&) const = default;
};

/// Whether this can be run at all. Errors: kInvalid with what is wrong: a path that is not
/// absolute, a zero byte, a bad name of a variable, no UTF-8, a signal that there is not.
Status check(const ProgramSpec& spec);
Status check(const KeptSpec& spec);

/// One JSON object with every field. Errors: kInvalid for what is not UTF-8.
Result<std::string> to_json(const ProgramSpec& spec);
Result<std::string> to_json(const KeptSpec& spec);
Result<std::string> to_json(const KeptState& state);

/// Strict: every field once, of its type, and no other. Errors: kInvalid.
Result<ProgramSpec> program_from_json(std::string_view text);
Result<KeptSpec> kept_spec_from_json(std::string_view text);
Result<KeptState> kept_state_from_json(std::string_view text);

}  // namespace groupctl::keeper
