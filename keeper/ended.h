// How a program ended, or why it was not started.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "keeper/captured.h"
#include "log/result.h"

namespace groupctl::keeper {

enum class EndKind : std::uint8_t {
  kExited,         ///< by itself, with an exit code
  kSignalled,      ///< by a signal
  kTimedOut,       ///< its time was over: it was told to end, then killed
  kTooManyTasks,   ///< its processes and threads were more than it may have: killed
  kNotFound,       ///< no such file, or no such interpreter
  kNotExecutable,  ///< the file is there, and may not be executed
  kWrongFormat,    ///< the system does not know how to execute it
  kUnsafe,         ///< others could put another file in its place
  kNotStarted,     ///< for another reason: its folder, its user, a limit of the system
  kCancelled,      ///< who had it started wanted it no more, or is gone: killed
};
/// "timed_out": stable, for programs.
std::string_view to_word(EndKind kind);
/// Whether it never ran.
bool is_start_failure(EndKind kind);
/// What a start failure is as an error.
ErrorCode error_code_of(EndKind kind);

struct Ended {
  EndKind kind = EndKind::kNotStarted;
  int code = 0;       ///< exit code, or the signal's number
  bool core = false;  ///< the signal left a core file
  std::string text;   ///< for people: "exit code 3", "killed by SIGSEGV", "/x/y: not executable"
  Captured out;
  Captured err;
  bool operator==(const Ended&) const = default;
};

}  // namespace groupctl::keeper
