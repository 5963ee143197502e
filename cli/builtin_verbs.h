// The verbs of groupctl that are no group commands, as data. Their words mean what cli/calls.h
// says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "commands/syntax.h"

namespace groupctl {

struct BuiltinVerb {
  std::string_view verb;  ///< "status", "log list"
  std::string_view summary;
  std::vector<SyntaxOption> positionals = {};
  std::vector<SyntaxOption> options = {};
  std::string help = {};  ///< the long text, with examples; empty: the flags say it all
};

/// Of every verb that changes something in the group.
inline constexpr std::string_view kDryRunHelp =
    "only say what it would do: ask the members, or with --dry-run=coordinator not even these";

/// In the order in which help lists them.
std::vector<BuiltinVerb> builtin_verbs();

/// What a word that stands before verbs ("log", "member") is about; empty for others.
std::string_view noun_summary(std::string_view noun);

}  // namespace groupctl
