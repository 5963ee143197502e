// What every keeper has around it: signals as data, descendants that come to it, pipes.
#pragma once

#include <signal.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "keeper/ended.h"
#include "keeper/program_file.h"
#include "log/result.h"
#include "log/unique_fd.h"

namespace groupctl::keeper {

/// Becomes the parent of what its descendants leave behind, blocks SIGTERM, SIGINT, SIGHUP and
/// SIGCHLD, and gives what reads them. SIGPIPE is ignored, the root is its folder. Errors: kIo.
Result<UniqueFd> become_keeper();
/// 0: none is there.
int next_signal(const UniqueFd& signals);

struct PipeEnds {
  UniqueFd read;  ///< does not block
  UniqueFd write;
};
/// Errors: kIo.
Result<PipeEnds> make_pipe();

/// Reads what is there, at most `most` bytes, in pieces. False: the stream has ended.
bool read_ready(const UniqueFd& stream, std::size_t most,
                const std::function<void(std::string_view piece)>& take);
/// As much as a pipe may hold after all that wrote to it have ended.
inline constexpr std::size_t kWholePipe = 4 << 20;

/// What a program reads: these bytes, or nothing. Errors: kIo, kStorageFull.
Result<UniqueFd> input_of(std::string_view bytes);

/// kExited or kSignalled, by a status as of waitpid(2).
Ended ended_by(int status);

}  // namespace groupctl::keeper
