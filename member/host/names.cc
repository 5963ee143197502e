#include "member/host/names.h"

namespace groupctl {
namespace {

constexpr std::size_t kMaxVersionBytes = 64;

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

bool is_version(std::string_view text) {
  if (text.empty() || text.size() > kMaxVersionBytes) return false;
  if (!is_letter_or_digit(text.front())) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter_or_digit(c) || c == '.' || c == '_' || c == '+' || c == '-';
  });
}

StepResult<void> check_names(std::string_view name, std::string_view version,
                             std::string_view step) {
  if (!is_name(name)) return step_failed(step, "not a name of an artefact");
  if (!is_version(version)) return step_failed(step, "not a version of an artefact");
  return {};
}

tl::unexpected<StepError> step_failed(std::string_view step, std::string text) {
  return tl::unexpected<StepError>(StepError{Outcome::kFailed, std::string(step), std::move(text)});
}

std::string short_digest(const ArtefactDigest& digest) {
  return digest.hex().substr(0, 8) + "\u2026";
}

}  // namespace groupctl
