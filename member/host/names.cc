#include "member/host/names.h"

namespace groupctl {

StepResult<void> check_names(std::string_view name, std::string_view version,
                             std::string_view step) {
  if (!is_name(name)) return step_failed(step, "not a name of an artefact");
  if (!is_version(version)) return step_failed(step, "not a version of an artefact");
  return {};
}

tl::unexpected<StepError> step_failed(std::string_view step, std::string text) {
  return tl::unexpected<StepError>(StepError{Outcome::kFailed, std::string(step), std::move(text)});
}

StepResult<void> as_step(std::string_view step, const Status& status) {
  if (status) return {};
  return step_failed(step, status.error().text);
}

std::string short_digest(const ArtefactDigest& digest) {
  return digest.hex().substr(0, 8) + "\u2026";
}

std::string mismatch(const std::string& url, const ArtefactDigest& wanted,
                     const ArtefactDigest& found) {
  return "digest mismatch in " + url + " (wanted " + short_digest(wanted) + ", found " +
         short_digest(found) + ")";
}

}  // namespace groupctl
