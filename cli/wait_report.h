// Waits for an entry's targets, shows how it goes, and reports how it ended.
#pragma once

#include "cli/run.h"

namespace groupctl {

/// What is known of a command when it has been accepted.
CommandReport begun(const SubmittedCommand& command, Sequence sequence,
                    const GlobalOptions& global);

/// Fills in what is known at the end of the wait, and the exit code.
void wait_into(CommandReport& report, EntryClass entry_class, std::uint64_t within_ms,
               const GlobalOptions& global, Client& client, const Surroundings& around);

/// Said on stderr; in JSON it is a part of the result.
void warn(CommandReport& report, std::string warning, const GlobalOptions& global,
          const Surroundings& around);

/// The command line that waits for it again, by whoever types it here.
std::string come_back_line(const GlobalOptions& global, Sequence sequence);

/// Report as text, JSON or a bare sequence.
std::string rendered(const CommandReport& report, const GlobalOptions& global,
                     const Surroundings& around);

}  // namespace groupctl
