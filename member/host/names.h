// What names from the wire may become part of a path, and the errors of steps.
#pragma once

#include <string>
#include <string_view>

#include "commands/host.h"

namespace groupctl {

/// The rule of versions: `[A-Za-z0-9][A-Za-z0-9._+-]{0,63}`. No slash and no dot in front, so it
/// is one component of a path that leads nowhere else. (For names the rule is is_name().)
bool is_version(std::string_view text);

/// Whether both may become part of a path; else a StepError at `step`.
StepResult<void> check_names(std::string_view name, std::string_view version,
                             std::string_view step);

/// A failed step.
tl::unexpected<StepError> step_failed(std::string_view step, std::string text);

/// The first eight digits of a digest and an ellipsis, for people.
std::string short_digest(const ArtefactDigest& digest);

}  // namespace groupctl
