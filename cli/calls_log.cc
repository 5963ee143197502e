// Verbs that look at the log and at the group as a whole, once or for as long as it takes.
#include "cli/calls.h"
#include "commands/state/names.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kAnySequence = ~std::uint64_t{0};
constexpr std::uint64_t kMostEntries = 1'000'000;
constexpr std::uint64_t kMostMembers = 1'000'000;

Result<Sequence> parse_sequence(std::string_view name, const std::string& text) {
  const auto parsed = parse_number(name, text, kAnySequence);
  if (!parsed) return tl::unexpected(parsed.error());
  return Sequence(*parsed);
}

Status take_limit(const Words& words, std::uint32_t& limit) {
  std::uint64_t number = limit;
  const Status s = words.number("--limit", kMostEntries, number);
  limit = static_cast<std::uint32_t>(number);
  return s;
}

// What goes on for ever cannot be one JSON object.
Status can_be_written(const Words& words, std::string_view verb) {
  if (words.one("--output") != "json") return {};
  return fail(ErrorCode::kInvalid,
              "--output: " + std::string(verb) + " has no end, and json is one object: jsonl");
}

Result<Call> status(const Words& words) { return StatusCall{words.on("--exit-code")}; }

Result<Call> list(const Words& words) {
  LogListCall call;
  Status s = take_limit(words, call.limit);
  if (s) s = words.number("--from", kAnySequence, call.from.value);
  if (!s) return tl::unexpected(s.error());
  return call;
}

Result<Call> show(const Words& words) {
  LogShowCall call;
  if (!words.on("SEQ")) return fail(ErrorCode::kInvalid, "SEQ is needed");
  const Status s = words.number("SEQ", kAnySequence, call.sequence.value);
  if (!s) return tl::unexpected(s.error());
  return call;
}

/// A number is a sequence: members with such names are shown by `member show`.
Result<Call> explain(const Words& words) {
  const auto what = words.needed("MEMBER");
  if (!what) return tl::unexpected(what.error());
  ExplainCall call;
  if (what->find_first_not_of("0123456789") == std::string::npos && !what->empty()) {
    const auto sequence = parse_sequence("SEQ", *what);
    if (!sequence) return tl::unexpected(sequence.error());
    call.sequence = *sequence;
    return call;
  }
  if (!is_name(*what)) return no_member_name(*what);
  call.member = *what;
  return call;
}

Result<Call> tail(const Words& words) {
  LogTailCall call;
  call.follow = words.on("--follow");
  Status s = take_limit(words, call.limit);
  if (s && call.follow) s = can_be_written(words, "log tail -f");
  if (!s) return tl::unexpected(s.error());
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

Result<Call> wait(const Words& words) {
  WaitCall call;
  if (const Status s = words.duration("--wait-timeout", call.wait_timeout_ms); !s) {
    return tl::unexpected(s.error());
  }
  if (const Status s = words.number("--count", kMostMembers, call.count); !s) {
    return tl::unexpected(s.error());
  }
  const auto condition = words.one("--for");
  const auto entries = words.all("SEQ");
  if (condition.has_value() == !entries.empty()) {
    return fail(ErrorCode::kInvalid, "wait for what? SEQ ..., or --for CONDITION");
  }
  if (condition) {
    if (const Status s = take_condition(*condition, call); !s) return tl::unexpected(s.error());
  }
  if (call.count > 0 && call.what != WaitCall::For::kInStep) {
    return fail(ErrorCode::kInvalid, "--count goes with --for in-step");
  }
  for (const std::string& entry : entries) {
    auto sequence = parse_sequence("SEQ", entry);
    if (!sequence) return tl::unexpected(sequence.error());
    call.sequences.push_back(*sequence);
  }
  return call;
}

Result<Call> watch(const Words& words) {
  if (const Status s = can_be_written(words, "watch"); !s) return tl::unexpected(s.error());
  return WatchCall{};
}

Result<Call> result(const Words& words) {
  ResultCall call{{}, words.all("MEMBER"), words.one_or_none("--collect"), false};
  const auto sequence = words.needed("SEQ");
  if (!sequence) return tl::unexpected(sequence.error());
  auto parsed = parse_sequence("SEQ", *sequence);
  if (!parsed) return tl::unexpected(parsed.error());
  call.sequence = *parsed;
  for (const std::string& name : call.members) {
    if (!is_name(name)) return no_member_name(name);
  }
  call.per_line = words.on("--per-line");
  return call;
}

Result<Call> noun(const Words&) {
  return fail(ErrorCode::kInvalid, "log list, log show SEQ or log tail is needed");
}

constexpr CallRow kRows[] = {{"status", status}, {"wait", wait},     {"watch", watch},
                             {"log", noun},      {"log list", list}, {"log show", show},
                             {"log tail", tail}, {"result", result}, {"explain", explain}};

}  // namespace

std::span<const CallRow> log_calls() { return kRows; }

}  // namespace groupctl
