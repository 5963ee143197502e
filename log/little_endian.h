// Numbers in stored bytes are little-endian, whatever the machine is.
#pragma once

#include <cstddef>
#include <cstdint>

namespace groupctl {

template <class Unsigned>
void put_le(std::uint8_t* at, Unsigned number) {
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    at[i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
}

template <class Unsigned>
Unsigned get_le(const std::uint8_t* at) {
  Unsigned number = 0;
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    number = static_cast<Unsigned>(number | static_cast<Unsigned>(at[i]) << (8 * i));
  }
  return number;
}

}  // namespace groupctl
