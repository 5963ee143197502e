#include "coordinator/flags.h"

#include "wire/endpoint.h"

namespace groupctl {
namespace {

FlagSpec group_flag(std::string help) {
  return {.name = "group", .placeholder = "NAME", .help = std::move(help), .check = check_name};
}

FlagSpec endpoint_flag(const std::string& plane, std::string help, std::string endpoint) {
  return {.name = plane + "-endpoint",
          .placeholder = "ENDPOINT",
          .help = std::move(help) + "; port * takes a free one, see DIR/groups/GROUP/endpoints",
          .default_value = std::move(endpoint),
          .key = "endpoints." + plane,
          .check = check_endpoint};
}

VerbSpec run_verb() {
  VerbSpec run{.name = "run", .summary = "coordinate a group, in the foreground", .flags = {}};
  run.flags = {state_dir_flag("where this coordinator keeps its groups"),
               group_flag("which group; needed where there are several"),
               endpoint_flag("member", "where members join", "tcp://127.0.0.1:7400"),
               endpoint_flag("admin", "where groupctl asks", "tcp://127.0.0.1:7401"),
               endpoint_flag("command", "where commands are published", "tcp://127.0.0.1:7402"),
               {.name = "heartbeat",
                .placeholder = "DURATION",
                .help = "between heartbeats; a member silent for five of them is lost",
                .kind = FlagKind::kDuration,
                .default_value = "2s"},
               {.name = "keep-entries",
                .placeholder = "N",
                .help = "keep only about the last N entries in the log; 0 keeps all",
                .kind = FlagKind::kNumber,
                .default_value = "0"},
               map_mib_flag(),
               log_level_flag(),
               log_format_flag()};
  return run;
}

}  // namespace

ProgramSpec coordinator_program_spec() {
  VerbSpec init{.name = "init", .summary = "make a new group with an empty log", .flags = {}};
  init.flags = {group_flag("its name"), state_dir_flag("where this coordinator keeps its groups")};
  init.flags.front().required = true;
  return {"group-coordinator", "coordinator", {init, run_verb()}};
}

}  // namespace groupctl
