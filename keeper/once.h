// Runs one program to its end, with everything that it starts.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "keeper/ended.h"
#include "keeper/spec.h"

namespace groupctl::keeper {

/// When it returns, no process is left of what it ran; when the calling process dies, they are
/// killed at once. Any thread; it blocks. `keeper` is the absolute path of group-keeper; `input` is
/// what the program reads on stdin, kMaxInputBytes at most; after `timeout_ms` (0: never) it gets
/// TERM, after the grace KILL. `on_line` is called with each line of its stdout as it comes, and
/// the program waits for it; `cancelled` is asked every 50 ms, and kills. Either may be empty. That
/// the program fails, or cannot be started, is no error but an Ended. Errors: kInvalid for a spec
/// or input that cannot be run at all, kNotFound without a keeper, kInternal when the keeper itself
/// failed or was killed, kTimeout when the tree cannot be killed.
Result<Ended> run_once(const std::string& keeper, const ProgramSpec& spec, std::string_view input,
                       std::uint64_t timeout_ms,
                       const std::function<void(std::string_view line)>& on_line,
                       const std::function<bool()>& cancelled);

}  // namespace groupctl::keeper
