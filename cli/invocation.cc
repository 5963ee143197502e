// What words mean. Required, units and ranges are checked here and not by CLI11, so that errors
// read the same everywhere.
#include "cli/invocation.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "cli/contexts.h"
#include "commands/state/names.h"
#include "daemon/duration.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kAnySequence = ~std::uint64_t{0};

Result<std::uint64_t> parse_number(const std::string& name, const std::string& text,
                                   std::uint64_t most) {
  std::uint64_t parsed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (whole && parsed > 0 && parsed <= most) return parsed;
  return fail(ErrorCode::kInvalid,
              fmt::format("{}: \"{}\" is no number from 1 to {}", name, text, most));
}

Result<Sequence> parse_sequence(const std::string& name, const std::string& text) {
  const auto parsed = parse_number(name, text, kAnySequence);
  if (!parsed) return tl::unexpected(parsed.error());
  return Sequence(*parsed);
}

tl::unexpected<Error> no_end(const std::string& verb) {
  return fail(ErrorCode::kInvalid,
              "--output: " + verb + " has no end, and json is one object: jsonl");
}

class Words {
 public:
  explicit Words(const RawWords& raw) : raw_(raw) {}

  std::vector<std::string> all(const std::string& name) const {
    const auto found = raw_.values.find(name);
    return found == raw_.values.end() ? std::vector<std::string>{} : found->second;
  }
  std::optional<std::string> one(const std::string& name) const {
    const auto values = all(name);
    return values.empty() ? std::nullopt : std::optional(values.back());
  }
  bool on(const std::string& name) const { return !all(name).empty(); }

  /// Leaves `value` alone when the flag was not given.
  Status duration(const std::string& name, std::uint64_t& value) const {
    const auto text = one(name);
    if (!text) return {};
    const auto parsed = parse_duration_ms(*text);
    if (!parsed) return fail(name, parsed.error());
    value = *parsed;
    return {};
  }
  Status number(const std::string& name, std::uint64_t most, std::uint64_t& value) const {
    const auto text = one(name);
    if (!text) return {};
    const auto parsed = parse_number(name, *text, most);
    if (!parsed) return tl::unexpected(parsed.error());
    value = *parsed;
    return {};
  }

 private:
  const RawWords& raw_;
};

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

tl::unexpected<Error> no_name(const std::string& word) {
  return fail(ErrorCode::kInvalid,
              "\"" + word + "\" is no member's name; a selector stands behind -t");
}

// Each name is a target of its own, so that one that nobody has is found out.
Status take_names(const std::vector<std::string>& names, std::vector<std::string>& targets) {
  for (const std::string& name : names) {
    if (!is_name(name)) return no_name(name);
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
  call.allow_empty = words.on("--allow-empty");
  call.message = words.one("--message").value_or("");
  call.id = words.one("--id");
  if (call.id && call.id->empty()) return fail(ErrorCode::kInvalid, "--id: an empty key");
  call.wait = !words.on("--no-wait");
  return call;
}

Result<Call> log_show_call(const Words& words) {
  LogShowCall call;
  if (!words.on("SEQ")) return fail(ErrorCode::kInvalid, "SEQ is needed");
  const Status s = words.number("SEQ", kAnySequence, call.sequence.value);
  if (!s) return tl::unexpected(s.error());
  return call;
}

Result<Call> log_list_call(const Words& words) {
  LogListCall call;
  std::uint64_t limit = call.limit;
  Status s = words.number("--limit", 1'000'000, limit);
  if (s) s = words.number("--from", kAnySequence, call.from.value);
  if (!s) return tl::unexpected(s.error());
  call.limit = static_cast<std::uint32_t>(limit);
  return call;
}

Result<Call> log_tail_call(const Words& words, const GlobalOptions& global) {
  LogTailCall call;
  std::uint64_t limit = call.limit;
  if (const Status s = words.number("--limit", 1'000'000, limit); !s) {
    return tl::unexpected(s.error());
  }
  call.limit = static_cast<std::uint32_t>(limit);
  call.follow = words.on("--follow");
  if (call.follow && global.format == Format::kJson && !global.lines) return no_end("log tail -f");
  return call;
}

Status take_condition(const std::string& condition, WaitCall& call) {
  const std::size_t at = condition.find('=');
  const std::string name = condition.substr(0, at);
  const std::string value = at == std::string::npos ? "" : condition.substr(at + 1);
  if (name == "in-step") {
    call.what = WaitCall::For::kInStep;
    if (at == std::string::npos) return {};
    auto sequence = parse_sequence("--for in-step", value);
    if (!sequence) return tl::unexpected(sequence.error());
    call.sequences = {*sequence};
    return {};
  }
  call.what = WaitCall::For::kMember;
  call.member = value;
  if (name == "member" && is_name(value)) return {};
  return fail(ErrorCode::kInvalid,
              "--for: \"" + condition + "\" is none of in-step, in-step=SEQ, member=NAME");
}

Result<Call> wait_call(const Words& words) {
  WaitCall call;
  if (const Status s = words.duration("--wait-timeout", call.wait_timeout_ms); !s) {
    return tl::unexpected(s.error());
  }
  const auto condition = words.one("--for");
  const auto entries = words.all("SEQ");
  if (condition.has_value() == !entries.empty()) {
    return fail(ErrorCode::kInvalid, "wait for what? SEQ ..., or --for CONDITION");
  }
  if (condition) {
    if (const Status s = take_condition(*condition, call); !s) return tl::unexpected(s.error());
    return call;
  }
  for (const std::string& entry : entries) {
    auto sequence = parse_sequence("SEQ", entry);
    if (!sequence) return tl::unexpected(sequence.error());
    call.sequences.push_back(*sequence);
  }
  return call;
}

Result<Call> watch_call(const GlobalOptions& global) {
  if (global.format == Format::kJson && !global.lines) return no_end("watch");
  return WatchCall{};
}

Result<Call> context_call(const std::string& verb, const Words& words) {
  ContextCall call;
  if (verb == "context list") return call;
  if (verb == "context") {
    return fail(ErrorCode::kInvalid, "context list, use NAME, add NAME or rm NAME is needed");
  }
  if (verb == "context use") call.action = ContextCall::Action::kUse;
  if (verb == "context add") call.action = ContextCall::Action::kAdd;
  if (verb == "context rm") call.action = ContextCall::Action::kRemove;
  call.name = words.one("NAME").value_or("");
  if (call.name.empty()) return fail(ErrorCode::kInvalid, "NAME is needed");
  call.endpoint = words.one("--endpoint").value_or("");
  if (call.action == ContextCall::Action::kAdd && call.endpoint.empty()) {
    return fail(ErrorCode::kInvalid, "-E URL is needed: where the coordinator answers");
  }
  return call;
}

Result<Call> member_show_call(const Words& words) {
  const auto name = words.one("MEMBER");
  if (!name) return fail(ErrorCode::kInvalid, "MEMBER is needed");
  if (!is_name(*name)) return no_name(*name);
  return MemberShowCall{*name};
}

Result<Call> evict_call(const Words& words) {
  EvictCall call{words.all("MEMBER"), words.on("--force"), words.one("--message").value_or(""),
                 words.one("--id")};
  if (call.names.empty()) return fail(ErrorCode::kInvalid, "MEMBER is needed");
  if (call.id && call.id->empty()) return fail(ErrorCode::kInvalid, "--id: an empty key");
  std::sort(call.names.begin(), call.names.end());
  call.names.erase(std::unique(call.names.begin(), call.names.end()), call.names.end());
  for (const std::string& name : call.names) {
    if (!is_name(name)) return no_name(name);
  }
  return call;
}

Result<Call> reconcile_call(const Words& words) {
  ReconcileCall call{words.all("MEMBER"), words.one("--message").value_or("")};
  if (call.members.empty()) return fail(ErrorCode::kInvalid, "MEMBER is needed");
  const Status s = words.duration("--wait-timeout", call.wait_timeout_ms);
  if (!s) return tl::unexpected(s.error());
  return call;
}

Result<Call> adopt_call(const Words& words) {
  AdoptCall call{words.all("MEMBER"), words.all("--target"), words.one("--message").value_or("")};
  if (call.members.empty()) return fail(ErrorCode::kInvalid, "MEMBER is needed");
  const Status s = words.duration("--wait-timeout", call.wait_timeout_ms);
  if (!s) return tl::unexpected(s.error());
  return call;
}

// `ping` without a target asks the coordinator alone and writes nothing.
Result<Call> command_call(const Words& words, const SyntaxRow& row) {
  auto call = submit_call(words, row);
  if (!call) return tl::unexpected(call.error());
  if (row.verb != "ping" || !call->targets.empty()) return *std::move(call);
  for (const char* flag :
       {"--ttl", "--id", "--message", "--wait", "--no-wait", "--wait-timeout", "--allow-empty"}) {
    if (!words.on(flag)) continue;
    return fail(ErrorCode::kInvalid, std::string(flag) + " is for a ping of members: give -t too");
  }
  return PingCall{};
}

Result<Call> call_of(const RawWords& raw, const GlobalOptions& global,
                     const std::vector<SyntaxRow>& table) {
  const Words words(raw);
  for (const SyntaxRow& row : table) {
    if (!row.verb.empty() && raw.verb == row.verb) return command_call(words, row);
  }
  if (raw.verb == "status") return StatusCall{words.on("--exit-code")};
  if (raw.verb == "member list") return MemberListCall{};
  if (raw.verb == "member show") return member_show_call(words);
  if (raw.verb == "member evict") return evict_call(words);
  if (raw.verb == "log list") return log_list_call(words);
  if (raw.verb == "log show") return log_show_call(words);
  if (raw.verb == "diff") return DiffCall{words.all("MEMBER"), words.on("--exit-code")};
  if (raw.verb == "reconcile") return reconcile_call(words);
  if (raw.verb == "adopt") return adopt_call(words);
  if (raw.verb == "log tail") return log_tail_call(words, global);
  if (raw.verb == "wait") return wait_call(words);
  if (raw.verb == "watch") return watch_call(global);
  if (raw.verb == "version") return VersionCall{};
  if (raw.verb.starts_with("context")) return context_call(raw.verb, words);
  if (raw.verb == "member") {
    return fail(ErrorCode::kInvalid, "member list, show, label or evict is needed");
  }
  if (raw.verb == "log") {
    return fail(ErrorCode::kInvalid, "log list, log show SEQ or log tail is needed");
  }
  return fail(ErrorCode::kInvalid, "a command is needed; see groupctl --help");
}

/// What is in the environment or in the file of contexts is there the next time, too.
std::string flags_again(const Words& words) {
  if (const auto endpoint = words.one("--endpoint")) return " -E " + shell_quoted(*endpoint);
  if (const auto context = words.one("--context")) return " -c " + shell_quoted(*context);
  return "";
}

}  // namespace

std::string shell_quoted(const std::string& word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+=,";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string positional_name(std::string_view name) {
  std::string plain(name);
  std::replace(plain.begin(), plain.end(), '=', '_');
  return plain;
}

bool asks_coordinator(const Call& call) {
  return !std::holds_alternative<VersionCall>(call) && !std::holds_alternative<ContextCall>(call);
}

Result<Invocation> invocation_of(const RawWords& raw, const std::vector<SyntaxRow>& table) {
  auto global = global_options(Words(raw));
  if (!global) return tl::unexpected(global.error());
  auto call = call_of(raw, *global, table);
  if (!call) return tl::unexpected(call.error());
  const bool changes =
      std::holds_alternative<SubmitCall>(*call) || std::holds_alternative<EvictCall>(*call);
  if (global->format == Format::kName && !changes) {
    return fail(ErrorCode::kInvalid, "--output: name is for commands, which have a sequence");
  }
  if (asks_coordinator(*call)) {
    const Words words(raw);
    auto chosen = choose_endpoint(words.one("--endpoint"), words.one("--context"));
    if (!chosen) return tl::unexpected(chosen.error());
    global->same_coordinator = flags_again(words);
    global->endpoint = std::move(chosen->endpoint);
    global->endpoint_source = std::move(chosen->source);
  }
  return Invocation{*std::move(global), *std::move(call)};
}

}  // namespace groupctl
