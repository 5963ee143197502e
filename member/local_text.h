// What `group-member local ...` and `diff` print. Foreign text is made harmless.
#pragma once

#include <string>

#include "wire/local_messages.h"

namespace groupctl {

std::string job_table(const JobState& job);
std::string delta_table(const DeltaPage& delta);
/// One JSON object in one line, with the envelope of docs/json.md.
std::string job_json(const JobState& job, int exit_code);
std::string delta_json(const DeltaPage& delta);
std::string local_error_json(const Error& error, int exit_code);

}  // namespace groupctl
