// Puts right what a checksum covers, so that mutants get behind it.
#pragma once

#include <span>

#include "log/frame.h"

namespace groupctl::fuzz {

/// Bytes that begin with a frame's magic, up to where its entries' lengths say that it ends: as if
/// sealed with this content. Other bytes are left alone.
void seal_frame(std::span<std::uint8_t> bytes);
/// All frames that stand on an 8-byte boundary in these bytes.
void seal_frames_within(Bytes& bytes);

// Places in a frame's header.
inline constexpr std::size_t kFrameCountAt = 12;
inline constexpr std::size_t kFrameChainBeforeAt = 72;
inline constexpr std::size_t kFrameChainAfterAt = 104;
inline constexpr std::size_t kFrameDigestAt = 136;
inline constexpr std::size_t kFramePackingAt = 184;

}  // namespace groupctl::fuzz
