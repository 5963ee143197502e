// What `group-member status` prints.
#pragma once

#include <string>

#include "wire/local_messages.h"

namespace groupctl {

std::string status_table(const LocalStatus& status);
/// One JSON object.
std::string status_json(const LocalStatus& status);

}  // namespace groupctl
