// How a `process` is run: the configuration of a release whose deployer is "process".
#pragma once

#include <string>
#include <vector>

#include "commands/host.h"
#include "keeper/spec.h"
#include "member/host/programs.h"

namespace groupctl {

struct ProcessConfig {
  std::vector<std::string> command = {"./run"};  ///< beneath the release, or a name in PATH
  Environment environment;
  std::string user;  ///< empty: the member's own
  keeper::RestartSpec restart;
  std::uint64_t grace_ms = 10'000;   ///< between TERM and KILL
  std::uint64_t steady_ms = 500;     ///< so long it has to run to count as started
  std::uint64_t refresh_signal = 1;  ///< HUP
  keeper::Limits limits;
  bool operator==(const ProcessConfig&) const = default;
};

/// A JSON object, all of whose members may be left out: command, environment, user, restart
/// ("always", "on_failure", "never"), maxRestarts, grace, steady ("10s"), refreshSignal ("HUP",
/// "USR1", "USR2", "INT", "TERM"), memoryMiB, openFiles, tasks. No bytes: all as it is by default.
/// Errors: kInvalid, naming the member, with the nearest one for a name that is none.
Result<ProcessConfig> parse_process_config(ByteView bytes);

}  // namespace groupctl
