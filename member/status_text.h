// What `group-member status` prints.
#pragma once

#include <string>

#include "wire/local_messages.h"

namespace groupctl {

std::string status_table(const LocalStatus& status);
/// One JSON object in one line, as docs/json.md has it.
std::string status_json(const LocalStatus& status);
/// The same for what ended the program before there was a status.
std::string error_json(const Error& error);

}  // namespace groupctl
