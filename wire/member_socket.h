// Where a member's own socket is.
#pragma once

#include <string>

namespace groupctl {

/// Of a member whose state directory has this absolute path.
inline std::string member_socket(const std::string& state_dir) {
  return "ipc://" + state_dir + "/member.sock";
}

}  // namespace groupctl
