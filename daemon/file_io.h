// Reading and writing at a place in a file, and what a file system has room for. Errors are those
// of errno_error.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "log/result.h"
#include "log/strong.h"

namespace groupctl {

/// As many bytes as there are from `offset` on, up to the whole buffer; 0 at the end.
Result<std::size_t> read_at(int fd, std::uint64_t offset, std::span<std::uint8_t> into,
                            const std::string& path);
/// All of it. After an error a part may be written.
Status write_at(int fd, std::uint64_t offset, ByteView bytes, const std::string& path);

/// Has the system write what is in the file to the disk now rather than later, without waiting; a
/// sync that follows takes less long. Promises nothing.
void begin_writing_back(int fd);

/// What may still be written to the file system of this path, in bytes.
Result<std::uint64_t> free_bytes(const std::string& path);

/// Makes the folder and those above it (0700 each that is new), and their names durable; "" is the
/// current one.
Status make_folders_durably(const std::string& path);

}  // namespace groupctl
