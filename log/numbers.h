// Numbers as little-endian bytes, for the few rows that hold nothing else.
#pragma once

#include "log/strong.h"

namespace groupctl {

inline Bytes u64_bytes(std::uint64_t number) {
  Bytes bytes(8);
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  return bytes;
}
/// The first eight bytes; missing ones count as zero.
inline std::uint64_t read_u64(ByteView bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8 && i < bytes.size(); ++i) {
    number |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
  }
  return number;
}

}  // namespace groupctl
