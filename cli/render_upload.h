// How an upload goes. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/screen.h"

namespace groupctl {

struct UploadProgress {
  std::uint64_t there = 0;  ///< bytes that were there already, of an earlier upload
  std::uint64_t done = 0;   ///< bytes that are there
  std::uint64_t total = 0;  ///< 0: nothing is known yet
};

/// "  [bar]  24.1 MB/38.2 MB   0:04   12.0 MB were there   3.0 MB/s". Narrower than the screen.
std::vector<std::string> upload_bar(const UploadProgress& progress, std::uint64_t elapsed_ms,
                                    const Screen& screen);
/// "put shop@2.4.1: 24.1 MB of 38.2 MB", with what was there already.
std::string upload_line(std::string_view artefact, const UploadProgress& progress);

}  // namespace groupctl
