// What words mean. Required, units and ranges are checked here and not by CLI11, so that errors
// read the same everywhere.
#include "cli/invocation.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/calls.h"
#include "commands/state/names.h"
#include "daemon/paths.h"
#include "log/text.h"

namespace groupctl {
namespace {

Status take_format(const Words& words, GlobalOptions& global) {
  const std::string format = words.one("--output").value_or("table");
  global.lines = format == "jsonl";
  if (format == "json" || global.lines) global.format = Format::kJson;
  if (format == "name") global.format = Format::kName;
  if (global.format != Format::kTable || format == "table") return {};
  return fail(ErrorCode::kInvalid,
              "--output: \"" + format + "\" is none of table, json, jsonl, name");
}

Status take_color(const Words& words, GlobalOptions& global) {
  const std::string color = words.one("--color").value_or("auto");
  if (color == "always") global.color = ColorWhen::kAlways;
  if (color == "never") global.color = ColorWhen::kNever;
  if (global.color != ColorWhen::kAuto || color == "auto") return {};
  return fail(ErrorCode::kInvalid, "--color: \"" + color + "\" is none of auto, always, never");
}

Result<GlobalOptions> global_options(const Words& words) {
  GlobalOptions global;
  if (const Status s = take_format(words, global); !s) return tl::unexpected(s.error());
  if (const Status s = take_color(words, global); !s) return tl::unexpected(s.error());
  if (const Status s = words.duration("--timeout", global.timeout_ms); !s) {
    return tl::unexpected(s.error());
  }
  global.quiet = words.on("--quiet");
  global.verbose = words.on("--verbose");
  global.yes = words.on("--yes");
  return global;
}

Status take_values(const Words& words, const SyntaxOption& option, const std::string& name,
                   SyntaxValues& values) {
  const auto given = words.all(name);
  if (given.empty() && option.required) {
    return fail(ErrorCode::kInvalid, std::string(option.name) + " is needed");
  }
  if (!given.empty()) values.emplace(option.name, given);
  return {};
}

// Each name is a target of its own, so that one that nobody has is found out.
Status take_names(const std::vector<std::string>& names, std::vector<std::string>& targets) {
  for (const std::string& name : names) {
    if (!is_name(name)) return no_member_name(name);
    targets.push_back("name=" + name);
  }
  return {};
}

Status split_names(SyntaxValues& values, const SyntaxRow& row, std::vector<std::string>& targets) {
  auto& given = values.find(row.positionals.front().name)->second;
  const auto of_verb = [](const std::string& word) {
    return word.find('=') != std::string::npos || word.ends_with('-');
  };
  const auto names = std::stable_partition(given.begin(), given.end(), of_verb);
  if (auto taken = take_names({names, given.end()}, targets); !taken) return taken;
  given.erase(names, given.end());
  if (!targets.empty()) return {};
  return fail(ErrorCode::kInvalid, "of whom? give members' names, or -t SEL");
}

Status take_members(const Words& words, SubmitCall& call) {
  call.targets = words.all("--target");
  switch (call.row->members) {
    case MemberWords::kBehind:
      return take_names(words.all("MEMBER"), call.targets);
    case MemberWords::kAmong:
      return split_names(call.values, *call.row, call.targets);
    case MemberWords::kNone:
      break;
  }
  return {};
}

Status take_limit(const Words& words, SubmitCall& call) {
  if (const auto limit = words.one("--limit")) {
    const auto amount = parse_amount(*limit);
    if (!amount) return fail("--limit", amount.error());
    if (amount->value == 0) return fail(ErrorCode::kInvalid, "--limit: at least one member");
    call.limit = *amount;
  }
  if (!words.on("--seed")) return {};
  if (!call.limit) return fail(ErrorCode::kInvalid, "--seed is for --limit");
  std::uint64_t seed = 0;
  if (auto read = words.number("--seed", ~std::uint64_t{0}, seed); !read) return read;
  call.seed = seed;
  return {};
}

Status take_collect(const Words& words, SubmitCall& call) {
  const auto folder = words.one("--collect");
  if (!folder) return {};
  if (folder->empty()) return fail(ErrorCode::kInvalid, "--collect: no folder");
  if (!call.wait) {
    return fail(ErrorCode::kInvalid, "--collect waits for the bundles: not with --no-wait");
  }
  call.collect = *folder;
  return {};
}

Result<SubmitCall> submit_call(const Words& words, const SyntaxRow& row) {
  SubmitCall call;
  call.row = &row;
  call.ttl_ms = row.default_ttl_ms;
  for (const SyntaxOption& positional : row.positionals) {
    const Status s = take_values(words, positional, positional_name(positional.name), call.values);
    if (!s) return tl::unexpected(s.error());
  }
  for (const SyntaxOption& option : row.options) {
    const Status s = take_values(words, option, std::string(option.name), call.values);
    if (!s) return tl::unexpected(s.error());
  }
  for (const auto& [name, value] :
       {std::pair{"--wait-timeout", &call.wait_timeout_ms}, std::pair{"--ttl", &call.ttl_ms}}) {
    if (const Status s = words.duration(name, *value); !s) return tl::unexpected(s.error());
  }
  if (words.on("--wait") && words.on("--no-wait")) {
    return fail(ErrorCode::kInvalid, "--wait and --no-wait contradict each other");
  }
  if (const Status s = take_members(words, call); !s) return tl::unexpected(s.error());
  if (const Status s = take_limit(words, call); !s) return tl::unexpected(s.error());
  call.allow_empty = words.on("--allow-empty");
  call.message = words.one_or_none("--message");
  auto id = request_key(words);
  if (!id) return tl::unexpected(id.error());
  call.id = *std::move(id);
  call.wait = !words.on("--no-wait");
  if (const Status s = at_sequence(words, call.at_sequence); !s) return tl::unexpected(s.error());
  if (const Status s = take_collect(words, call); !s) return tl::unexpected(s.error());
  return call;
}

// `ping` without a target asks the coordinator alone and writes nothing.
Result<Call> command_call(const Words& words, const SyntaxRow& row) {
  auto call = submit_call(words, row);
  if (!call) return tl::unexpected(call.error());
  if (row.verb != "ping" || !call->targets.empty()) return *std::move(call);
  for (const char* flag : {"--ttl", "--id", "--message", "--wait", "--no-wait", "--wait-timeout",
                           "--allow-empty", "--limit", "--seed", "--at-seq"}) {
    if (!words.on(flag)) continue;
    return fail(ErrorCode::kInvalid, std::string(flag) + " is for a ping of members: give -t too");
  }
  return PingCall{};
}

// Of what is no command of the group.
const CallRow* find_call(std::string_view verb) {
  static constexpr CallRow kVersion[] = {{"version", plain<VersionCall>}};
  for (const auto& family : {member_calls(), log_calls(), repository_calls(), rollout_calls(),
                             plan_calls(), group_calls(), key_calls(), context_calls(),
                             agent_calls(), deployer_calls(), std::span<const CallRow>(kVersion)}) {
    const auto row = std::find_if(family.begin(), family.end(),
                                  [&](const CallRow& one) { return one.verb == verb; });
    if (row != family.end()) return &*row;
  }
  return nullptr;
}

Result<Call> call_of(const RawWords& raw, const std::vector<SyntaxRow>& table) {
  const Words words(raw);
  for (const SyntaxRow& row : table) {
    if (!row.verb.empty() && raw.verb == row.verb) return command_call(words, row);
  }
  if (const CallRow* row = find_call(raw.verb)) return row->build(words);
  return fail(ErrorCode::kInvalid, "a command is needed; see groupctl --help");
}

/// What is in the environment or in the file of contexts is there the next time, too.
std::string flags_again(const Words& words) {
  std::string flags;
  for (const auto& [name, flag] : {std::pair{"--endpoint", " -E "}, std::pair{"--context", " -c "},
                                   std::pair{"--group", " -g "}, std::pair{"--key", " --key "},
                                   std::pair{"--server-key", " --server-key "}}) {
    if (const auto value = words.one(name)) flags += flag + shell_quoted(*value);
  }
  return flags;
}

struct Given {
  std::string value;
  std::string from;
};
// The flag, the variable, the context, in this order.
Given first_of(const Words& words, const char* flag, const char* variable, const std::string& kept,
               const std::string& kept_in) {
  if (auto given = words.one(flag)) return {*std::move(given), flag};
  if (auto given = environment_variable(variable)) return {*std::move(given), variable};
  return {kept, kept.empty() ? "" : kept_in};
}

KeySettings key_settings(const Words& words, const ChosenEndpoint& chosen) {
  const Context& context = chosen.context;
  Given server =
      first_of(words, "--server-key", "GROUPCTL_SERVER_KEY", context.server_key, chosen.source);
  Given own = first_of(words, "--key", "GROUPCTL_KEY", context.key, chosen.source);
  return {std::move(server.value), std::move(server.from), std::move(own.value),
          environment_variable("GROUPCTL_KEY_DIR").value_or(default_key_dir())};
}

// The flag, the variable, the context, in this order.
Result<std::string> group_asked_for(const Words& words, const std::string& of_context) {
  std::string group =
      words.one("--group").value_or(environment_variable("GROUPCTL_GROUP").value_or(of_context));
  if (group.empty() || is_name(group)) return group;
  return no_group_name(group);
}

Result<std::uint32_t> confirm_above_asked(std::uint32_t of_context) {
  constexpr const char* kVariable = "GROUPCTL_CONFIRM_ABOVE";
  const auto given = environment_variable(kVariable);
  if (!given) return of_context;
  return parse_number(kVariable, *given, kMaxConfirmAbove).map([](std::uint64_t number) {
    return static_cast<std::uint32_t>(number);
  });
}

Result<DryRun> dry_run_asked(const Words& words) {
  const auto asked = words.one("--dry-run");
  if (!asked) return DryRun::kNo;
  if (*asked == "true" || *asked == "members") return DryRun::kMembers;
  if (*asked == "coordinator") return DryRun::kCoordinator;
  return fail(ErrorCode::kInvalid, "--dry-run: " + *asked + " is neither members nor coordinator");
}

}  // namespace

std::string positional_name(std::string_view name) {
  std::string plain(name);
  std::replace(plain.begin(), plain.end(), '=', '_');
  return plain;
}

std::string command_after(const std::vector<std::string>& typed, Sequence head) {
  const auto pinned = fmt::format(" --at-seq {}", head.value);
  std::string line = "groupctl";
  std::string behind;  // "--" and what follows it, which are no flags
  for (auto word = typed.begin(); word != typed.end(); ++word) {
    if (*word == "--") {
      for (; word != typed.end(); ++word) behind += " " + shell_quoted(*word);
      break;
    }
    if (*word == "--at-seq" && word + 1 != typed.end()) {
      ++word;
    } else if (*word != "--dry-run" && !word->starts_with("--dry-run=") &&
               !word->starts_with("--at-seq=")) {
      line += " " + shell_quoted(*word);
    }
  }
  return line + pinned + behind;
}

bool names_coordinator(const Call& call) {
  return !std::holds_alternative<VersionCall>(call) && !std::holds_alternative<ContextCall>(call) &&
         !std::holds_alternative<PlanCheckCall>(call) &&
         !std::holds_alternative<DeployerTestCall>(call);
}

bool asks_coordinator(const Call& call) {
  const bool of_agents = std::holds_alternative<AgentCall>(call) ||
                         std::holds_alternative<SteerCall>(call) ||
                         std::holds_alternative<SpawnCall>(call);
  return names_coordinator(call) && !of_agents && !std::holds_alternative<KeyNewCall>(call) &&
         !std::holds_alternative<KeyRotateCall>(call) &&
         !std::holds_alternative<KeyFingerprintCall>(call);
}

Result<Invocation> invocation_of(const RawWords& raw, const std::vector<SyntaxRow>& table) {
  auto global = global_options(Words(raw));
  if (!global) return tl::unexpected(global.error());
  auto call = call_of(raw, table);
  if (!call) return tl::unexpected(call.error());
  const bool has_sequence =
      std::holds_alternative<SubmitCall>(*call) || std::holds_alternative<EvictCall>(*call) ||
      std::holds_alternative<ApplyCall>(*call) || std::holds_alternative<RolloutSteerCall>(*call) ||
      std::holds_alternative<RepoPutCall>(*call);
  if (global->format == Format::kName && !has_sequence) {
    return fail(ErrorCode::kInvalid, "--output: name is for commands, which have a sequence");
  }
  if (!std::holds_alternative<RepoGcCall>(*call)) {
    auto dry = dry_run_asked(Words(raw));
    if (!dry) return tl::unexpected(dry.error());
    global->dry_run = *dry;
    global->typed = raw.typed;
  }
  if (names_coordinator(*call)) {
    const Words words(raw);
    auto chosen = choose_endpoint(words.one("--endpoint"), words.one("--context"));
    if (!chosen) return tl::unexpected(chosen.error());
    global->same_coordinator = flags_again(words);
    global->keys = key_settings(words, *chosen);
    global->context = std::move(chosen->name);
    global->agents = chosen->context.agents;
    auto confirm_above = confirm_above_asked(chosen->context.confirm_above);
    if (!confirm_above) return tl::unexpected(confirm_above.error());
    global->confirm_above = *confirm_above;
    global->endpoint = std::move(chosen->endpoint);
    global->endpoint_source = std::move(chosen->source);
    auto group = group_asked_for(words, chosen->context.group);
    if (!group) return tl::unexpected(group.error());
    global->group = *std::move(group);
  }
  return Invocation{*std::move(global), *std::move(call)};
}

}  // namespace groupctl
