// In which order artefacts start: each after those that it names. To stop is the reverse.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "commands/state/group_state.h"

namespace groupctl {

/// Artefact -> those that are to run before it starts.
using StartsAfter = std::map<std::string, std::vector<std::string>>;

/// The keys of `after`, each behind all of its own that are keys too; among equals by name. What is
/// on a cycle comes last, by name.
std::vector<std::string> start_order(const StartsAfter& after);
/// Names along a cycle, the first one again at its end; empty: there is none.
std::vector<std::string> cycle_in(const StartsAfter& after);

/// What any release that the state assigns to anybody, or is rolling out, says. An artefact that is
/// assigned in several releases is after all that any of them names.
StartsAfter start_edges(const GroupState& state);

/// The way from `name` back to it when it starts after these, too: as from cycle_in(). Reads of the
/// state what can be come to from there alone, since a plan deploys hundreds.
std::vector<std::string> cycle_through(const GroupState& state, const std::string& name,
                                       const std::vector<std::string>& after);

/// How many artefacts one release may name.
inline constexpr std::size_t kMaxStartsAfter = 16;

}  // namespace groupctl
