#include "member/flags.h"

#include "daemon/file_system.h"
#include "log/duration.h"
#include "log/keys.h"
#include "member/local_verbs.h"
#include "wire/endpoint.h"
#include "wire/repository_url.h"

namespace groupctl {
namespace {

FlagSpec own_state_dir_flag() {
  return state_dir_flag("where this member keeps what it knows; bound to one group for ever");
}

FlagSpec name_flag(std::string name, std::string help) {
  return {
      .name = std::move(name), .placeholder = "NAME", .help = std::move(help), .check = check_name};
}

FlagSpec group_flag() {
  FlagSpec flag = name_flag("group", "the group");
  flag.required = true;
  return flag;
}

FlagSpec own_name_flag() {
  FlagSpec flag = name_flag("name", "this member's name");
  flag.default_value = "${HOSTNAME}";
  return flag;
}

Status check_replica(std::string_view text) {
  const auto number = parse_whole_number(text);
  if (number && *number <= UINT32_MAX) return {};
  return fail(ErrorCode::kInvalid, "\"" + std::string(text) + "\" is too large for a replica");
}

FlagSpec repository_flag() {
  return {.name = "repository",
          .placeholder = "URL",
          .help =
              "a private repository, file:DIR, http://HOST/PATH or https://HOST/PATH; several are "
              "asked in this order, then those that the coordinator names. From group: on: the "
              "shared ones, which must be the coordinator's",
          .repeated = true,
          .key = "repositories.chain",
          .check = check_repository};
}

FlagSpec allow_override_flag() {
  return {.name = "allow-override",
          .help =
              "whether a private repository may have another build or configuration than the "
              "group wants",
          .kind = FlagKind::kSwitch,
          .default_value = "true",
          .key = "repositories.allow_override"};
}

FlagSpec ca_file_flag() {
  return {.name = "ca-file",
          .placeholder = "FILE",
          .help =
              "certificates (PEM) of the authorities that may vouch for https: repositories, in "
              "place of the system's",
          .key = "repositories.ca_file"};
}

FlagSpec cache_flag() {
  return {.name = "cache-mib",
          .placeholder = "MIB",
          .help = "how much of what came from the group's repository and from web servers is kept",
          .kind = FlagKind::kNumber,
          .default_value = "2048",
          .key = "repositories.cache_mib"};
}

std::vector<FlagSpec> look_flags() {
  return {{.name = "scan-interval",
           .placeholder = "DURATION",
           .help = "between looks whether what is in place was changed; 0s: none",
           .kind = FlagKind::kDuration,
           .default_value = "60s",
           .key = "policy.scan_interval"},
          {.name = "scan-rate",
           .placeholder = "N",
           .help = "files that a look looks at in a second at most; 0: as fast as it goes",
           .kind = FlagKind::kNumber,
           .default_value = "2000",
           .key = "policy.scan_rate"},
          {.name = "on-local-change",
           .placeholder = "WHAT",
           .help = "what is done about a change that a look finds: record or revert",
           .default_value = "record",
           .key = "policy.on_local_change",
           .check = [](std::string_view text) -> Status {
             if (text == "record" || text == "revert") return {};
             return fail(ErrorCode::kInvalid,
                         "\"" + std::string(text) + "\" is neither record nor revert");
           }}};
}

Status check_absolute(std::string_view path) {
  if (!path.empty() && path.front() == '/') return {};
  return fail(ErrorCode::kInvalid, "\"" + std::string(path) + "\" is no absolute path");
}

/// Some time: a program that may run for none never ends well.
Status check_some_time(std::string_view text) {
  if (const auto ms = parse_duration_ms(text); !ms || *ms > 0) return {};
  return fail(ErrorCode::kInvalid, "a time above 0 is needed");
}

std::vector<FlagSpec> deployer_flags() {
  return {
      {.name = "deployer-dir",
       .placeholder = "DIR",
       .help =
           "where programs that deploy are found by name; of several with one name the last "
           "one counts (default /usr/lib/groupctl/deployers, /usr/local/lib/groupctl/deployers, "
           "/etc/groupctl/deployers)",
       .repeated = true,
       .key = "policy.deployer_dirs",
       .check = check_absolute},
      {.name = "deployer-timeout",
       .placeholder = "DURATION",
       .help = "how long one step of such a program may take",
       .kind = FlagKind::kDuration,
       .default_value = "5m",
       .key = "policy.deployer_timeout",
       .check = check_some_time}};
}

std::vector<FlagSpec> exec_flags() {
  return {{.name = "allow-exec",
           .placeholder = "FILE",
           .help = "a program that EXEC may run here, absolute; EXEC names it by its last part "
                   "(default: none)",
           .repeated = true,
           .key = "policy.allow_exec",
           .check = check_absolute},
          {.name = "exec-timeout",
           .placeholder = "DURATION",
           .help = "how long such a program may run; then it and all that it has started is killed",
           .kind = FlagKind::kDuration,
           .default_value = "1m",
           .key = "policy.exec_timeout",
           .check = check_some_time}};
}

VerbSpec run_verb() {
  VerbSpec run{
      .name = "run", .summary = "keep this server in step, in the foreground", .flags = {}};
  run.flags = {
      {.name = "coordinator",
       .placeholder = "ENDPOINT",
       .help = "the group's member endpoint",
       .default_value = "tcp://127.0.0.1:7400",
       .check = check_endpoint},
      group_flag(),
      own_name_flag(),
      own_state_dir_flag(),
      {.name = "server-key",
       .placeholder = "KEY",
       .help = "the coordinator's public key (default: KEYDIR/coordinator.public)",
       .check = [](std::string_view text) { return parse_public_key(text).map([](auto) {}); }},
      {.name = "token",
       .placeholder = "TOKEN",
       .help = "lets this member in, for a while after it was made",
       .check = [](std::string_view text) { return parse_secret_key(text).map([](auto) {}); }},
      key_dir_flag(),
      open_flag(),
      {.name = "root",
       .placeholder = "DIR",
       .help = "where artefacts are deployed",
       .default_value = "/srv/groupctl"},
      {.name = "keeper",
       .placeholder = "FILE",
       .help = "group-keeper, which runs what is deployed",
       .default_value = "${PROGRAM_DIR}/group-keeper",
       .key = "policy.keeper"},
      repository_flag(),
      allow_override_flag(),
      ca_file_flag(),
      cache_flag(),
      {.name = "label",
       .placeholder = "NAME=VALUE",
       .help = "a label",
       .kind = FlagKind::kPair,
       .repeated = true,
       .key = "labels"},
      name_flag("participant", "of which this member is a replica; its own name if not given"),
      {.name = "replica",
       .placeholder = "N",
       .help = "its number among the participant's replicas",
       .kind = FlagKind::kNumber,
       .default_value = "0",
       .check = check_replica},
      map_mib_flag(),
      allow_unsafe_fs_flag(),
      log_level_flag(),
      log_format_flag()};
  for (FlagSpec& flag : look_flags()) run.flags.push_back(std::move(flag));
  for (FlagSpec& flag : deployer_flags()) run.flags.push_back(std::move(flag));
  for (FlagSpec& flag : exec_flags()) run.flags.push_back(std::move(flag));
  return run;
}

}  // namespace

ProgramSpec member_program_spec() {
  VerbSpec status{.name = "status", .summary = "show what a running member knows", .flags = {}};
  status.flags = {own_state_dir_flag(),
                  {.name = "output",
                   .placeholder = "FORMAT",
                   .help = "table or json",
                   .default_value = "table",
                   .letter = "o"}};
  VerbSpec leave{.name = "leave", .summary = "leave the group; the member ends", .flags = {}};
  leave.flags = {own_state_dir_flag()};
  VerbSpec join = run_verb();
  join.name = "join";
  join.summary = "ask a coordinator to be let in, and keep for run what is said here";
  join.words = "ENDPOINT";
  VerbSpec key{.name = "key fingerprint", .summary = "show the key of this member", .flags = {}};
  key.flags = join.flags;
  VerbSpec rotate{
      .name = "key rotate", .summary = "put a new key in the place of this member's", .flags = {}};
  rotate.flags = join.flags;
  std::vector<VerbSpec> verbs{run_verb(), join, status, leave, key, rotate};
  for (VerbSpec& local : local_verbs(own_state_dir_flag())) verbs.push_back(std::move(local));
  return {"group-member",
          "member",
          std::move(verbs),
          kJoinedFile,
          {{"key", "the key of this member: show it, put a new one in its place"},
           {"local", "change what this member runs, beside the group's commands"}}};
}

}  // namespace groupctl
