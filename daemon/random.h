// Randomness from the kernel, for ids and secrets.
#pragma once

#include <cstdint>
#include <span>

namespace groupctl {

/// Fills at most 256 bytes; from this many on the kernel may give fewer than asked for.
void fill_random(std::span<std::uint8_t> bytes);
std::uint64_t random_number();

}  // namespace groupctl
