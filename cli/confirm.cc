// What cannot be taken back, and what goes to many members, is asked once, unless --yes has said so
// already.
#include <fmt/format.h>

#include "cli/exit_code.h"
#include "cli/report.h"
#include "cli/run.h"

namespace groupctl {
namespace {

/// That many are counted for the first command, and so for all: they have one target.
std::size_t foreseen_targets(const Submit& submit, const GlobalOptions& global, Client& client) {
  const auto foreseen = client.ask<ForeseenReply>(Foresee{submit, 0}, global.timeout_ms);
  if (!foreseen || foreseen->commands.empty()) return 0;
  const auto& targets = foreseen->commands.front().targets;
  return targets ? targets->size() : 0;
}

}  // namespace

std::optional<Failure> not_confirmed(const GlobalOptions& global, const Surroundings& around,
                                     const Confirmation& wanted) {
  if (global.yes) return std::nullopt;
  const auto said = around.ask
                        ? around.ask(fmt::format("{} Type {} to go on: ", wanted.text, wanted.word))
                        : std::nullopt;
  if (said == wanted.word) return std::nullopt;
  if (said) return Failure{"not_confirmed", "not confirmed; nothing was sent", "", kExitUsage};
  return Failure{
      "not_confirmed",
      fmt::format("{} wants a confirmation, and there is no terminal to ask at", wanted.about),
      "add --yes", kExitUsage};
}

std::optional<Failure> too_many_unconfirmed(const Submit& submit, const GlobalOptions& global,
                                            const HelloReply& hello, Client& client,
                                            const Surroundings& around) {
  if (global.yes || hello.members <= global.confirm_above) return std::nullopt;
  const std::size_t targets = foreseen_targets(submit, global, client);
  if (targets <= global.confirm_above) return std::nullopt;
  const SubmittedCommand& first = submit.commands.front();
  const auto about =
      fmt::format("{} for {} members", shown_command(first.kind, first.payload).text, targets);
  return not_confirmed(global, around, {about + "?", std::to_string(targets), about});
}

}  // namespace groupctl
