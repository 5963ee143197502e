// What names from the wire may become part of a path, and the errors of steps.
#pragma once

#include <string>
#include <string_view>

#include "commands/host.h"
#include "commands/state/names.h"

namespace groupctl {

/// Whether both may become part of a path (is_name() and is_version() have no slash, and no dot in
/// front); else a StepError at `step`.
StepResult<void> check_names(std::string_view name, std::string_view version,
                             std::string_view step);

/// A failed step.
tl::unexpected<StepError> step_failed(std::string_view step, std::string text);

/// The same of what ended badly.
StepResult<void> as_step(std::string_view step, const Status& status);

/// The first eight digits of a digest and an ellipsis, for people.
std::string short_digest(const ArtefactDigest& digest);

/// That a repository has something else than is wanted.
std::string mismatch(const std::string& url, const ArtefactDigest& wanted,
                     const ArtefactDigest& found);

}  // namespace groupctl
