// Numbers in stored bytes are little-endian, whatever the machine is.
#pragma once

#include <cstddef>
#include <cstdint>

#include "log/strong.h"

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

/// A number as the eight bytes of a row that holds nothing else.
inline Bytes u64_bytes(std::uint64_t number) {
  Bytes bytes(sizeof(number));
  put_le(bytes.data(), number);
  return bytes;
}
/// The number in the first eight bytes; missing ones count as zero.
inline std::uint64_t read_u64(ByteView bytes) {
  std::uint8_t whole[sizeof(std::uint64_t)] = {};
  for (std::size_t i = 0; i < sizeof(whole) && i < bytes.size(); ++i) whole[i] = bytes[i];
  return get_le<std::uint64_t>(whole);
}

}  // namespace groupctl
