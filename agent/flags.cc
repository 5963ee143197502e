#include "agent/flags.h"

#include "wire/endpoint.h"

namespace groupctl {
namespace {

FlagSpec agent_dir_flag() { return state_dir_flag("where this agent keeps its members"); }

VerbSpec run_verb() {
  VerbSpec run{.name = "run", .summary = "keep the members of this machine running", .flags = {}};
  run.flags = {agent_dir_flag(),
               // Not "endpoint": its variable is groupctl's, for the coordinator that it asks.
               {.name = "agent-endpoint",
                .placeholder = "ENDPOINT",
                .help = "where groupctl asks; port * takes a free one, see DIR/endpoint",
                .default_value = "tcp://127.0.0.1:7403",
                .key = "endpoints.agent",
                .check = check_bind_endpoint},
               {.name = "member-program",
                .placeholder = "FILE",
                .help = "group-member, which is what it runs",
                .default_value = "${PROGRAM_DIR}/group-member"},
               {.name = "hung-after",
                .placeholder = "DURATION",
                .help = "a member that does not answer for so long is killed and started again; "
                        "0s: never",
                .kind = FlagKind::kDuration,
                .default_value = "60s"},
               {.name = "stop-after",
                .placeholder = "DURATION",
                .help = "one that was told to end and has not is killed after so long",
                .kind = FlagKind::kDuration,
                .default_value = "30s"},
               key_dir_flag(),
               log_level_flag(),
               log_format_flag()};
  return run;
}

}  // namespace

ProgramSpec agent_program_spec() {
  const std::vector<FlagSpec> own = {agent_dir_flag(), key_dir_flag()};
  VerbSpec init{.name = "init", .summary = "make this agent's key", .flags = own};
  VerbSpec allow{.name = "allow", .summary = "let in whoever has this key", .flags = own};
  allow.words = "NAME KEY";
  VerbSpec keys{.name = "keys", .summary = "show whom it lets in", .flags = own};
  VerbSpec revoke{.name = "revoke", .summary = "let in a key no longer", .flags = own};
  revoke.words = "NAME";
  return {"group-agent", "agent", {run_verb(), init, allow, keys, revoke}};
}

}  // namespace groupctl
