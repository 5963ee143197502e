// How a daemon ends, as numbers of sysexits.h.
#pragma once

#include "log/result.h"

namespace groupctl {

inline constexpr int kExitUsage = 2;  ///< of groupctl too
inline constexpr int kExitIo = 74;
inline constexpr int kExitUnprotected = 78;

/// 2 bad arguments; 65 stored data that does not verify, is older than it should be, or needs a
/// newer program; 66 no such state directory; 69 nobody answers; 73 locked by another process;
/// 74 reading or writing failed, or its outcome is unknown; 77 a file or key that is not to be
/// used; 78 strangers are not kept out; 70 all else.
int exit_code_for(ErrorCode code);

/// "error: ..." on stderr, one line; gives the exit code for it.
int say_error(const Error& error);

}  // namespace groupctl
