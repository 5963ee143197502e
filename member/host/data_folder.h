// The folder in which a workload keeps what is to outlive its release.
#pragma once

#include <string>

#include "log/result.h"

namespace groupctl {

/// Makes the folder (0700, its name durable), the user's own; an empty user is this process's.
/// A folder that is there stays as it is, but for an empty one of another's, which is given to the
/// user. It may be a symbolic link to a folder elsewhere. Errors: kInvalid for a user that there is
/// not, or who only root may be, and for a folder with something in it that is not the user's; kIo.
Status make_data_folder(const std::string& path, const std::string& user);

}  // namespace groupctl
