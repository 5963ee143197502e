#include "coordinator/flags.h"

#include "daemon/file_system.h"
#include "wire/endpoint.h"
#include "wire/reachable.h"
#include "wire/repository_url.h"

namespace groupctl {
namespace {

FlagSpec group_flag(std::string help) {
  return {.name = "group", .placeholder = "NAME", .help = std::move(help), .check = check_name};
}

FlagSpec endpoint_flag(const std::string& plane, std::string help, std::string endpoint) {
  return {
      .name = plane + "-endpoint",
      .placeholder = "ENDPOINT",
      .help = std::move(help) +
              "; port * takes a free one, see DIR/groups/GROUP/endpoints. Of several groups each "
              "keeps its own",
      .default_value = std::move(endpoint),
      .key = "endpoints." + plane,
      .check = check_bind_endpoint};
}

/// What the group keeps; nothing else but the flag counts.
FlagSpec kept_endpoint_flag(const std::string& plane, std::string help) {
  return {.name = plane + "-endpoint",
          .placeholder = "ENDPOINT",
          .help = std::move(help),
          .key = "endpoints." + plane,
          .check = check_bind_endpoint};
}

/// Room for the log at its cap twice over, and for what stands beside it.
FlagSpec coordinator_map_flag() {
  FlagSpec map = map_mib_flag();
  map.default_value = "9216";
  return map;
}

VerbSpec run_verb() {
  VerbSpec run{.name = "run", .summary = "coordinate the groups, in the foreground", .flags = {}};
  run.flags = {
      state_dir_flag("where this coordinator keeps its groups"),
      group_flag("only this group, where there are several"),
      endpoint_flag("member", "where members join", "tcp://127.0.0.1:7400"),
      endpoint_flag("admin", "where groupctl asks", "tcp://127.0.0.1:7401"),
      endpoint_flag("command", "where commands are published", "tcp://127.0.0.1:7402"),
      {.name = "advertise",
       .placeholder = "HOST",
       .help = "IP address or name by which members reach this machine: told them for the command "
               "plane in place of the bound one",
       .key = "endpoints.advertise",
       .check = check_advertised},
      {.name = "heartbeat",
       .placeholder = "DURATION",
       .help = "between heartbeats; a member silent for five of them is lost",
       .kind = FlagKind::kDuration,
       .default_value = "2s"},
      {.name = "shared-tail",
       .placeholder = "URL",
       .help = "where every member looks behind its private repositories: group:, then "
               "file:DIR, http://HOST/PATH or https://HOST/PATH; several are asked in this order "
               "(default group:)",
       .repeated = true,
       .key = "repositories.shared_tail",
       .check = check_repository},
      {.name = "sluggish-entries",
       .placeholder = "N",
       .help = "a member behind by so many that does not catch up takes a snapshot",
       .kind = FlagKind::kNumber,
       .default_value = "10000"},
      {.name = "sluggish-time",
       .placeholder = "DURATION",
       .help = "and one behind for so long",
       .kind = FlagKind::kDuration,
       .default_value = "30s"},
      {.name = "keep-entries",
       .placeholder = "N",
       .help = "the newest N entries stay in the log",
       .kind = FlagKind::kNumber,
       .default_value = "100000"},
      {.name = "keep-age",
       .placeholder = "DURATION",
       .help = "and each at least so long, and until all who are not lost have it",
       .kind = FlagKind::kDuration,
       .default_value = "1d"},
      {.name = "log-cap-mib",
       .placeholder = "N",
       .help = "but no more than so many MiB; 0: 4096, or half of map-mib where that is less",
       .kind = FlagKind::kNumber,
       .default_value = "0"},
      {.name = "log-cap-age",
       .placeholder = "DURATION",
       .help = "nor longer than so long; 0s: no bound",
       .kind = FlagKind::kDuration,
       .default_value = "7d"},
      key_dir_flag(),
      open_flag(),
      coordinator_map_flag(),
      allow_unsafe_fs_flag(),
      log_level_flag(),
      log_format_flag()};
  return run;
}

}  // namespace

ProgramSpec coordinator_program_spec() {
  VerbSpec init{.name = "init", .summary = "make a new group with an empty log", .flags = {}};
  init.flags = {group_flag("its name"), state_dir_flag("where this coordinator keeps its groups"),
                key_dir_flag(), open_flag(), allow_unsafe_fs_flag()};
  init.flags.front().required = true;
  for (const auto& [plane, help] :
       {std::pair{"member", "where its members are to join"},
        std::pair{"admin", "where groupctl is to ask"},
        std::pair{"command", "where its commands are to be published"}}) {
    init.flags.push_back(kept_endpoint_flag(plane, help));
  }
  return {"group-coordinator", "coordinator", {init, run_verb()}};
}

}  // namespace groupctl
