// Group states for tests of plans, made as the coordinator makes them: command by command.
#pragma once

#include "commands/state/group_state.h"
#include "plan/diff.h"

namespace groupctl::plan {

/// Carries out the steps from this sequence on. Error: what the first refused one says.
Status carry_out(const std::vector<Step>& steps, GroupState& state, Sequence first);
/// A plan that has to be right, carried out whole.
GroupState state_of(const std::string& toml, GroupState state = {});
/// "DEPLOY shop@1 to all": the steps in words.
std::vector<std::string> words_of(const std::vector<Step>& steps);
/// "new artefact shop all": the differences in words, but for those that are none.
std::vector<std::string> words_of(const std::vector<Difference>& differences);
Plan plan_of(const std::string& toml);
Diff diff_between(const std::string& toml, const GroupState& state, bool prune = false);

/// 64 digits.
inline const std::string kDigest(64, 'a');

}  // namespace groupctl::plan
