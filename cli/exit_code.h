// How groupctl ends: one table (docs/exit-codes.md). What outcomes, agents' rows and errors come to
// is computed here and nowhere else; what only one verb has, as --exit-code of `diff`, is the
// verb's.
#pragma once

#include <vector>

#include "daemon/exit_codes.h"  // kExitUsage
#include "log/entry.h"
#include "log/outcome.h"
#include "log/result.h"
#include "wire/admin_messages.h"

namespace groupctl {

struct SteeredMember;

inline constexpr int kExitDone = 0;
inline constexpr int kExitBad = 1;  ///< known bad, or a difference that was asked for
inline constexpr int kExitNoTarget = 3;
inline constexpr int kExitUnreachable = 4;  ///< nothing was sent
inline constexpr int kExitOpen = 5;         ///< the wait ended first
inline constexpr int kExitNotAttempted = 6;
inline constexpr int kExitPrecondition = 7;
inline constexpr int kExitNotAllowed = 8;  ///< the key's role has not got it
inline constexpr int kExitUnknown = 9;     ///< sent, and nobody knows whether it was accepted
inline constexpr int kExitInterrupted = 130;

/// Over the outcomes of an entry's targets. 6 with any not attempted; else 1 with any bad, lost or
/// left, or expired though the class is never late; else 5 with any open or behind; else 0.
int exit_code_of(const std::vector<OutcomeCount>& counts, EntryClass entry_class);

/// Over the members that agents were told about. 1 with any failed, or whose agent does not answer;
/// else 5 with any open; else 0.
int exit_code_of(const std::vector<SteeredMember>& members);

/// Of two results the one that counts: 130 before 4 and 8 before 6 before 1 before 5 before all
/// others; of two that weigh the same the first.
int worse_exit_code(int a, int b);

/// For an answer or a failure that ended the program before there were outcomes.
int exit_code_of(ErrorCode code);

}  // namespace groupctl
