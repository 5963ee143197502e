// Small files that are there whole or not at all, whenever the power goes.
#pragma once

#include <string>
#include <string_view>

#include "log/result.h"

namespace groupctl {

/// Replaces `path` by `text`: a temporary file beside it, synced, renamed over it, and the folder
/// synced. Mode 0600. Errors: kIo, kStorageFull.
Status write_file_durably(const std::string& path, std::string_view text);

/// Errors: kNotFound, kIo, also for more than a mebibyte: these files are small.
Result<std::string> read_small_file(const std::string& path);

}  // namespace groupctl
