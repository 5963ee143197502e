// What members have otherwise, as commands that make it what the group wants.
#pragma once

#include <string>
#include <vector>

#include "commands/state/target.h"
#include "wire/admin_messages.h"
#include "wire/question_messages.h"

namespace groupctl {

/// One command to be submitted, and where it comes from.
struct Adopted {
  MemberInfo member;
  std::string key;
  Thing thing;
  SubmittedCommand command;
  std::vector<MemberInfo> held_by;  ///< who is to let go of the key when it has come to them
};

struct Adoption {
  std::vector<Adopted> commands;
  std::vector<std::string> skipped;  ///< what cannot be adopted, and why
};

/// Adds the rows of one member, for that member, or for `target`. An intended deviation and what
/// was observed beside it are one; what one member and another have alike is one command for a
/// target.
Status adopt_rows(const MemberInfo& member, const std::vector<Deviation>& rows,
                  const Target* target, Adoption& adoption);

}  // namespace groupctl
