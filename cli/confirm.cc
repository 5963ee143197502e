// What cannot be taken back is asked once, unless --yes has said so already.
#include <fmt/format.h>

#include "cli/exit_code.h"
#include "cli/run.h"

namespace groupctl {

std::optional<Failure> not_confirmed(const GlobalOptions& global, const Surroundings& around,
                                     const std::string& question) {
  if (global.yes) return std::nullopt;
  const auto said =
      around.ask ? around.ask(fmt::format("{} Type yes to go on: ", question)) : std::nullopt;
  if (said == "yes") return std::nullopt;
  if (said) return Failure{"not_confirmed", "not confirmed; nothing was sent", "", kExitUsage};
  return Failure{"not_confirmed", "this wants a confirmation, and there is no terminal to ask at",
                 "add --yes", kExitUsage};
}

}  // namespace groupctl
