#include "tests/fuzz/seal.h"

#include <algorithm>

#include "log/little_endian.h"

namespace groupctl::fuzz {
namespace {

constexpr std::string_view kMagic = "grpframe";
constexpr std::size_t kEntryPrefixBytes = 8;

/// Where the checksum of a frame with these entries belongs; 0: not within the bytes. A packed
/// frame is taken for one that ends with the bytes.
std::size_t checksum_place(ByteView bytes) {
  if (bytes.size() < kFrameHeaderBytes + kFrameChecksumBytes) return 0;
  if (as_text(bytes.first(kMagic.size())) != kMagic) return 0;
  const std::size_t end = bytes.size() - kFrameChecksumBytes;
  if (get_le<std::uint32_t>(bytes.data() + kFramePackingAt) != 0) return end;
  const auto count = get_le<std::uint32_t>(bytes.data() + kFrameCountAt);
  std::size_t at = kFrameHeaderBytes;
  for (std::uint32_t i = 0; i < count && at <= end; ++i) {
    if (end - at < kEntryPrefixBytes) return 0;
    at += framed_size(get_le<std::uint32_t>(bytes.data() + at));
  }
  return at <= end ? at : 0;
}

}  // namespace

void seal_frame(std::span<std::uint8_t> bytes) {
  const std::size_t place = checksum_place(bytes);
  if (place == 0) return;
  const Hash checksum = hash_of(bytes.first(place));
  std::copy(checksum.bytes.begin(), checksum.bytes.end(),
            bytes.begin() + static_cast<std::ptrdiff_t>(place));
}

void seal_frames_within(Bytes& bytes) {
  const std::span<std::uint8_t> all(bytes);
  for (std::size_t at = 0; at < bytes.size(); at += kEntryPrefixBytes) seal_frame(all.subspan(at));
}

}  // namespace groupctl::fuzz
