// File descriptors of this process: every connection takes one, and every file.
#pragma once

#include <cstddef>

namespace groupctl {

/// So many are asked for, where the system lets a process have them.
inline constexpr std::size_t kMostDescriptors = 65'536;

/// Raises the limit that the process started with as far as it may; gives what it is now.
std::size_t raise_descriptor_limit();
/// How many are open now; 0 when the system does not say.
std::size_t open_descriptors();

}  // namespace groupctl
