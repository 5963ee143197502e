// What a member must not do while the roster does not have it: nobody knows what the group wants of
// it then, and that is not the same as nothing.
#pragma once

#include "member/core.h"
#include "tests/simulation/world/truth.h"

namespace groupctl::sim {

/// G36: no intended delta has gone by itself.
void check_kept(Truth& truth, const MemberCore& core, const std::string& name,
                const ServerId& server, const Intended& before);
/// G36: it brings in line only what it was itself told to have otherwise.
void check_untouched(Truth& truth, const MemberCore& core, const std::string& name,
                     const ServerId& server, const std::vector<WorkItem>& work);

}  // namespace groupctl::sim
