// On which file systems a store may live.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/settings.h"
#include "log/result.h"

namespace groupctl {

/// The name of a kind of file system, by statfs(2)'s `f_type`, on which LMDB must not be trusted:
/// its shared map needs one machine, and a file that stays one file. Empty: nothing is known
/// against it.
std::string_view unsafe_file_system(std::uint64_t type);

/// Looks at where `path` is, or will be: at the nearest folder above it that exists. `allowed`
/// (allow_unsafe_fs_flag()) lets all pass. Errors: kInvalid with the kind; kIo.
Status check_file_system(const std::string& path, bool allowed);

/// A setting of every daemon.
FlagSpec allow_unsafe_fs_flag();

/// Makes the folder if need be, and a file in it that is gone at once. Error: kIo, with the path.
Status try_folder(const std::string& path);

}  // namespace groupctl
