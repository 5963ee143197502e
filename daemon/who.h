// Who runs this process, for people to read later.
#pragma once

#include <string>

namespace groupctl {

/// "ana@bastion": who has logged in on this terminal, without one whose process it is; and the
/// machine's name.
std::string login_at_host();

}  // namespace groupctl
