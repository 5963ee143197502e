// Runs one sub-command of an external deployer, and tells how it went.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "deployers/said.h"
#include "keeper/once.h"

namespace groupctl::deployers {

/// Of the contract that docs/deployer.md states.
inline constexpr std::uint64_t kContract = 1;
/// How many processes and threads one call may have.
inline constexpr std::uint64_t kTasks = 512;
/// How many open files each of its processes may have.
inline constexpr std::uint64_t kOpenFiles = 1024;
/// What changes nothing (only_asks()) has to be so fast.
inline constexpr std::uint64_t kQuickMs = 2000;
inline constexpr std::uint64_t kQuickGraceMs = 500;
/// What changes something has more time for its last words.
inline constexpr std::uint64_t kGraceMs = 10'000;

/// How a program ended, with what it said last of its own accord, for people: on stderr, or else in
/// `otherwise`.
std::string ended_text(const keeper::Ended& ended, std::string_view otherwise);

/// Who is called.
struct Program {
  std::string keeper;   ///< absolute path of group-keeper
  std::string path;     ///< absolute
  bool checked = true;  ///< refuse one that others could change (keeper/spec.h)
};

struct Call {
  std::string command;                             ///< "deploy"
  std::map<std::string, std::string> environment;  ///< all of it, but GROUP_CONTRACT, ..._DEADLINE
  std::string input;                               ///< JSON
  std::string folder;                              ///< where it runs
  std::uint64_t timeout_ms = kQuickMs;
  std::uint64_t grace_ms = kQuickGraceMs;  ///< between TERM, when its time is over, and KILL
};

struct CallEnd {
  Verdict verdict = Verdict::kFailed;
  bool timed_out = false;
  bool unsafe = false;  ///< not run: others could change it
  ResultSaid result;    ///< the last one; empty without one
  /// Why it is not done, for people; empty if it is: "exit code 3: no such table".
  std::string why;
  std::string output;  ///< what it said on stderr, within bounds
  bool done() const { return verdict == Verdict::kDone || verdict == Verdict::kUnchanged; }
};

/// As keeper::run_once(): when it returns nothing is left of what ran. `on_said` hears every line
/// but results, as it comes; `cancelled` ends it. Either may be empty.
CallEnd call(const Program& program, const Call& call,
             const std::function<void(const Said&)>& on_said,
             const std::function<bool()>& cancelled);

}  // namespace groupctl::deployers
