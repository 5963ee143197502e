// `group-coordinator init`: the keys, an empty group, and what to type next.
#pragma once

#include "daemon/flags.h"
#include "wire/group_messages.h"

namespace groupctl {

/// Gives the exit code.
int run_init(const ParsedFlags& flags);

/// The endpoints among the settings for which this says yes; the others are empty.
PlaneEndpoints endpoints_if(const ParsedFlags& flags,
                            bool (ParsedFlags::*counts)(const std::string& name) const);

}  // namespace groupctl
