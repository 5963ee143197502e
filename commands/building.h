// Commands made by a program and not by what somebody typed: plans, adopted deviations.
#pragma once

#include <string>
#include <string_view>

#include "commands/state/rollout.h"
#include "commands/syntax.h"

namespace groupctl {

/// Of a SyntaxValues for `deploy`: the words of its health check, each as it stands. What is typed,
/// --health, has none with blanks.
inline constexpr std::string_view kHealthWords = "health words";

/// The command of `verb` with `word` as its first positional. Errors: kUnsupported without such a
/// verb; those of its build().
Result<BuiltCommand> build_command(std::string_view verb, const std::string& word,
                                   SyntaxValues values = {});
/// DEPLOY of exactly this release, with a policy as a rollout; words of its health check may have
/// blanks. Error: kInvalid when it is longer than a payload may be.
Result<BuiltCommand> build_deploy(std::string_view name, const Release& release,
                                  const std::optional<RolloutPolicy>& rolling = std::nullopt);

}  // namespace groupctl
