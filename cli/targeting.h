// Targets that are more than selectors: what -t @... and --limit mean now, as names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/client.h"
#include "cli/run.h"

namespace groupctl {

/// "@failed:412": those whose row of that entry is bad. "@behind": those that have not obeyed all
/// that is in the log, or are lost. "@drifted": those where something was changed behind their
/// back. "@FILE": a selector or a name on each line; '#' begins a comment.
///
/// Gives selector texts for parse_target(), never none unless none were given; each text that does
/// not begin with '@' as it is. With a limit they are the names of so many of those that match,
/// drawn by the seed: the same members for the same seed, and of a larger limit these and others.
/// Who was drawn is said. Failures: exit 2 for wrong words and files, 3 when nobody is meant.
tl::expected<std::vector<std::string>, Failure> named_targets(const SubmitCall& call,
                                                              const GlobalOptions& global,
                                                              Client& client,
                                                              const Surroundings& around);

/// The names by which a seed draws them, in that order.
std::vector<std::string> drawn_order(std::vector<std::string> names, std::uint64_t seed);

}  // namespace groupctl
