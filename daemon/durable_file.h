// Small files that are there whole or not at all, whenever the power goes.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "log/result.h"

namespace groupctl {

/// Replaces `path` by `text`: a temporary file beside it, synced, renamed over it, and the folder
/// synced. Mode 0600. Errors: kIo, kStorageFull.
Status write_file_durably(const std::string& path, std::string_view text);

/// Makes a folder that is there whole or not at all: `make` fills a new one beside its place, which
/// is then renamed. What a try that was cut short has left goes first; an empty folder in its place
/// is replaced. Errors: kIo, those of `make`.
Status make_folder_whole(const std::filesystem::path& folder,
                         const std::function<Status(const std::filesystem::path&)>& make);

/// Errors: kNotFound, kIo, also for more than a mebibyte: these files are small.
Result<std::string> read_small_file(const std::string& path);

}  // namespace groupctl
