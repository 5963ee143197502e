// Safe unpacking of artefact archives: tar, plain or compressed by gzip or zstd; nothing else.
//
// The archive may be hostile. Files are made relative to the folder's descriptor and never through
// a symbolic link; entries that could reach outside, or that two file systems would understand
// differently, are refused. Owners, times, ACLs and attributes of the archive are not taken over;
// files are 0755 if their owner may execute them, else 0644; folders are 0755.
#pragma once

#include <cstdint>
#include <string>

#include "log/result.h"

namespace groupctl {

/// What an archive may become. An archive beyond one of these is refused as kUnsafe.
struct UnpackLimits {
  /// Sum of the sizes of all files, holes counted as if they were written.
  std::uint64_t bytes = 8ULL << 30;
  std::uint64_t entries = 100'000;
  /// Unpacked bytes for each byte read of the archive, beyond `ratio_free_bytes`. Text packs to
  /// about a tenth, zeros to a thousandth.
  std::uint64_t ratio = 200;
  std::uint64_t ratio_free_bytes = 16ULL << 20;
  std::size_t path_bytes = 1024;
  std::size_t depth = 64;  ///< components of a path
};

/// Unpacks the archive open at `archive_fd`, from where it stands, into the new folder `into`; it is
/// not synced. On an error `into` is gone again. Errors: kUnsafe for what is hostile or
/// beyond a limit; kInvalid for what is no whole archive of these formats; kConflict when `into`
/// exists; kStorageFull; kIo.
Status unpack(int archive_fd, const std::string& into, const UnpackLimits& limits = {});

}  // namespace groupctl
