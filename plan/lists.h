// The group's lists and the plan's, by name, in one form.
#pragma once

#include <map>

#include "plan/compare.h"

namespace groupctl::plan {

struct ArtefactLists {
  Assignments<Release> releases;
  Assignments<bool> runs;
};
struct Lists {
  std::map<std::string, ArtefactLists> artefacts;
  std::map<std::string, Assignments<std::string>> properties;
};

/// One member's id is its name here; what is for a member that has left is for nobody, and left
/// out, as are artefacts that nobody is to have.
Lists lists_of(const GroupState& state);
/// Each in the order of the file.
Lists lists_of(const Plan& plan);

}  // namespace groupctl::plan
