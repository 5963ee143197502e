// Strong types: a number or a run of bytes that cannot be mistaken for another.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace groupctl {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The bytes of a text, not copied.
inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
/// The text in these bytes, not copied; whether it is UTF-8 is the caller's question.
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes copy_bytes(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

/// An unsigned 64-bit number of one meaning. Zero is "none" for every one of them.
template <class Meaning>
struct Number {
  std::uint64_t value = 0;

  constexpr Number() = default;
  constexpr explicit Number(std::uint64_t v) : value(v) {}
  constexpr auto operator<=>(const Number&) const = default;
  constexpr explicit operator bool() const { return value != 0; }
  constexpr Number next() const { return Number(value + 1); }
  /// The number before this one; of zero it is zero.
  constexpr Number previous() const { return Number(value == 0 ? 0 : value - 1); }
};

/// `Size` bytes of one meaning: ids, hashes, tags. All zero is "none".
template <std::size_t Size, class Meaning>
struct Block {
  std::array<std::uint8_t, Size> bytes{};

  constexpr auto operator<=>(const Block&) const = default;
  explicit operator bool() const { return *this != Block{}; }
  ByteView view() const { return bytes; }
  /// Lower-case hexadecimal, two digits a byte.
  std::string hex() const;
  /// False, and untouched, unless `from` has exactly Size bytes.
  bool assign(ByteView from) {
    if (from.size() != Size) return false;
    std::copy(from.begin(), from.end(), bytes.begin());
    return true;
  }
  /// False, and untouched, unless `text` is exactly 2*Size hexadecimal digits.
  bool assign_hex(std::string_view text);
};

/// Lower-case hexadecimal of any bytes.
std::string to_hex(ByteView bytes);
/// False unless `text` is an even number of hexadecimal digits that fill `out` exactly.
bool from_hex(std::string_view text, std::span<std::uint8_t> out);

template <std::size_t Size, class Meaning>
std::string Block<Size, Meaning>::hex() const {
  return to_hex(bytes);
}
template <std::size_t Size, class Meaning>
bool Block<Size, Meaning>::assign_hex(std::string_view text) {
  Block read;
  if (!from_hex(text, read.bytes)) return false;
  *this = read;
  return true;
}

}  // namespace groupctl

template <class Meaning>
struct std::hash<groupctl::Number<Meaning>> {
  std::size_t operator()(const groupctl::Number<Meaning>& n) const noexcept {
    return std::hash<std::uint64_t>{}(n.value);
  }
};
