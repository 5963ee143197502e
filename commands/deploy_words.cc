#include "commands/deploy_words.h"

#include "commands/building.h"
#include "commands/deploy_bounds.h"
#include "commands/state/names.h"
#include "commands/syntax_text.h"
#include "log/duration.h"

namespace groupctl {
namespace {

/// The words of a line; there is no shell and so no quoting.
std::vector<std::string> words_in(std::string_view line) {
  std::vector<std::string> words;
  while (!line.empty()) {
    const std::size_t blank = line.find(' ');
    if (blank != 0) words.emplace_back(line.substr(0, blank));
    if (blank == std::string_view::npos) break;
    line.remove_prefix(blank + 1);
  }
  return words;
}

Status read_amount_option(const SyntaxValues& values, std::string_view option, Amount& into,
                          bool& given) {
  auto typed = single_value(values, option);
  if (!typed) return tl::unexpected<Error>(typed.error());
  if (!*typed) return {};
  given = true;
  auto amount = parse_amount(**typed);
  if (!amount) return fail(option, amount.error());
  into = *amount;
  return {};
}

Status read_canary(const SyntaxValues& values, RolloutPolicy& into, bool& given) {
  Amount amount;
  if (Status read = read_amount_option(values, "--canary", amount, given); !read) return read;
  if (amount.percent) return fail(ErrorCode::kInvalid, "--canary is a number of members");
  into.canary = amount.value;
  return {};
}

Status read_pause(const SyntaxValues& values, RolloutPolicy& into, bool& given) {
  auto typed = single_value(values, "--batch-pause");
  if (!typed) return tl::unexpected<Error>(typed.error());
  if (!*typed) return {};
  given = true;
  auto ms = parse_duration_ms(**typed);
  if (!ms) return fail("--batch-pause", ms.error());
  into.pause_ms = *ms;
  return {};
}

}  // namespace

Result<HealthCheck> health_in(const SyntaxValues& values) {
  auto command = single_value(values, "--health");
  if (!command) return tl::unexpected<Error>(command.error());
  HealthCheck health;
  if (*command) health.command = words_in(**command);
  if (const auto& words = values_of(values, kHealthWords); !words.empty()) health.command = words;
  const std::pair<const char*, std::uint64_t*> times[] = {{"--health-every", &health.every_ms},
                                                          {"--health-within", &health.within_ms}};
  for (const auto& [option, into] : times) {
    auto given = single_value(values, option);
    if (!given) return tl::unexpected<Error>(given.error());
    if (!*given) continue;
    if (health.command.empty()) {
      return fail(ErrorCode::kInvalid, std::string(option) + " needs --health");
    }
    const auto ms = parse_duration_ms(**given);
    if (!ms || *ms == 0) {
      return fail(ErrorCode::kInvalid, std::string(option) + " is no duration like 500ms or 30s");
    }
    *into = *ms;
  }
  const bool given = *command || !health.command.empty();
  if (!given) return health;
  if (auto valid = check_health_command(health.command); !valid) {
    return fail("--health", valid.error());
  }
  return health;
}

Result<std::optional<RolloutPolicy>> rolling_in(const SyntaxValues& values) {
  RolloutPolicy policy;
  bool given = false;
  Status read = read_amount_option(values, "--batch", policy.window, given);
  if (read) read = read_amount_option(values, "--max-failures", policy.max_failures, given);
  if (read) read = read_canary(values, policy, given);
  if (read) read = read_pause(values, policy, given);
  if (!read) return tl::unexpected<Error>(read.error());
  return given ? std::optional(policy) : std::nullopt;
}

std::string policy_text(const RolloutPolicy& policy) {
  std::string text =
      policy.window.value == 0 ? "all at once" : to_text(policy.window) + " at a time";
  text += ", at most " + to_text(policy.max_failures) + " failures";
  if (policy.canary != 0) text += ", canary " + std::to_string(policy.canary);
  if (policy.pause_ms != 0) text += ", " + duration_text(policy.pause_ms) + " between waves";
  return text;
}

}  // namespace groupctl
