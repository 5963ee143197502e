#include "log/frame.h"

#include <gtest/gtest.h>

#include "log/little_endian.h"
#include "log/pcg.h"
#include "log/zstd_bytes.h"
#include "tests/unit/log/builders.h"

namespace groupctl {
namespace {

using fixtures::History;

constexpr std::size_t kAtPacking = 184;

/// The bytes after a change, with a checksum that is right again.
Bytes resealed(Bytes bytes) {
  std::size_t covered = bytes.size() - kFrameChecksumBytes;
  Hash checksum = hash_of(ByteView(bytes).first(covered));
  std::copy(checksum.bytes.begin(), checksum.bytes.end(),
            bytes.begin() + static_cast<std::ptrdiff_t>(covered));
  return bytes;
}

ErrorCode parse_error(Bytes bytes) {
  auto frame = Frame::parse(std::move(bytes));
  return frame ? ErrorCode::kOk : frame.error().code;
}

TEST(Frame, IsReadAsItWasBuilt) {
  FramePtr built = History().frame(3);
  auto read = Frame::parse(copy_bytes(built->bytes()));
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ((*read)->header(), built->header());
  ASSERT_EQ((*read)->size(), 3U);
  Hash chain = built->header().chain_before;
  for (std::size_t i = 0; i < 3; ++i) {
    ByteView bytes = (*read)->entry_bytes(i);
    EXPECT_EQ(copy_bytes(bytes), copy_bytes(built->entry_bytes(i)));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(bytes.data()) % 8, 0U);
    EXPECT_EQ(decode_entry(bytes)->sequence, Sequence(i + 1));
    chain = chain_next(chain, bytes);
  }
  EXPECT_EQ(chain, built->header().chain_after);
}

TEST(Frame, HasItsGoldenBytes) {
  FramePtr frame = History().frame(2);
  EXPECT_EQ(hash_of(frame->bytes()).hex(),
            "7d75744226a03a6f24c5a40b966c79321e001e96e1ade3c85b9b43b8548eaa87");
}

TEST(Frame, RefusesEveryTruncation) {
  Bytes whole = copy_bytes(History().frame(1)->bytes());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_EQ(parse_error(copy_bytes(ByteView(whole).first(length))), ErrorCode::kCorrupt);
  }
  whole.insert(whole.end(), 8, 0);
  EXPECT_EQ(parse_error(whole), ErrorCode::kCorrupt);
}

TEST(Frame, F10_DetectsEverySingleBitFlip) {
  Bytes whole = copy_bytes(History().frame(1)->bytes());
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    Bytes flipped = whole;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
    EXPECT_EQ(parse_error(std::move(flipped)), ErrorCode::kCorrupt) << "bit " << bit;
  }
}

TEST(Frame, SurvivesHostileBytesWithARightChecksum) {
  Bytes whole = copy_bytes(History().frame(2)->bytes());
  std::size_t covered = whole.size() - kFrameChecksumBytes;
  for (std::size_t at = 0; at < covered; ++at) {
    for (int value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      Bytes changed = whole;
      changed[at] = static_cast<std::uint8_t>(value);
      auto frame = Frame::parse(resealed(std::move(changed)));
      if (!frame) continue;
      for (std::size_t i = 0; i < (*frame)->size(); ++i)
        (void)decode_entry((*frame)->entry_bytes(i));
    }
  }
}

TEST(Frame, SaysThatANewerFormatOrASealIsNotSupported) {
  Bytes newer = copy_bytes(History().frame(1)->bytes());
  newer[8] = 2;
  EXPECT_EQ(parse_error(resealed(newer)), ErrorCode::kUnsupported);
  Bytes sealed = copy_bytes(History().frame(1)->bytes());
  sealed[kFrameHeaderBytes - 1] = 1;
  EXPECT_EQ(parse_error(resealed(sealed)), ErrorCode::kUnsupported);
}

TEST(Frame, RefusesCountsThatDoNotAgree) {
  Bytes bytes = copy_bytes(History().frame(2)->bytes());
  bytes[12] = 3;  // entries
  EXPECT_EQ(parse_error(resealed(bytes)), ErrorCode::kCorrupt);
  bytes = copy_bytes(History().frame(2)->bytes());
  bytes[48] = 0;  // first sequence
  EXPECT_EQ(parse_error(resealed(bytes)), ErrorCode::kCorrupt);
  bytes = copy_bytes(History().frame(2)->bytes());
  bytes[kFrameHeaderBytes + 3] = 0xff;  // length of the first entry
  EXPECT_EQ(parse_error(resealed(bytes)), ErrorCode::kCorrupt);
  bytes = copy_bytes(History().frame(2)->bytes());
  bytes[kFrameHeaderBytes + 4] = 1;  // what must be zero beside it
  EXPECT_EQ(parse_error(resealed(bytes)), ErrorCode::kCorrupt);
}

/// What no packing makes smaller.
Bytes random_bytes(std::size_t count, std::uint64_t seed) {
  Pcg random(seed);
  Bytes bytes(count);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.below(256));
  return bytes;
}

TEST(Frame, IsPackedWhereThatMakesItSmaller) {
  const FramePtr built = History().frame(50);
  EXPECT_LT(2 * built->bytes().size(), built->held_bytes());
  const auto read = Frame::parse(copy_bytes(built->bytes()));
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ((*read)->header(), built->header());
  ASSERT_EQ((*read)->size(), 50U);
  for (std::size_t i = 0; i < 50; ++i) {
    const ByteView bytes = (*read)->entry_bytes(i);
    EXPECT_EQ(copy_bytes(bytes), encode_entry(fixtures::some_entry(Sequence(i + 1))));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(bytes.data()) % 8, 0U);
  }
}

TEST(Frame, RefusesAPackedBodyThatIsNone) {
  const Bytes whole = copy_bytes(History().frame(50)->bytes());
  Bytes plain = whole;
  plain[kAtPacking] = 0;
  EXPECT_EQ(parse_error(resealed(plain)), ErrorCode::kCorrupt);
  Bytes otherwise = whole;
  otherwise[kAtPacking] = 2;
  EXPECT_EQ(parse_error(resealed(otherwise)), ErrorCode::kUnsupported);
  Bytes torn = whole;
  torn.erase(torn.end() - kFrameChecksumBytes - 8, torn.end() - kFrameChecksumBytes);
  EXPECT_EQ(parse_error(resealed(torn)), ErrorCode::kCorrupt);
}

/// A frame of one entry whose packed body is of this size.
Bytes packed_frame(std::size_t body_bytes) {
  Bytes frame = copy_bytes(History().frame(1)->bytes());
  frame.resize(kFrameHeaderBytes);
  frame[kAtPacking] = 1;
  Bytes body(body_bytes, 1);
  put_le(body.data(), static_cast<std::uint32_t>(body_bytes - 8));
  put_le(body.data() + 4, std::uint32_t{0});
  const Bytes packed = zstd_packed(body, 1);
  frame.insert(frame.end(), packed.begin(), packed.end());
  frame.resize(frame.size() + kFrameChecksumBytes);
  return resealed(frame);
}

TEST(Frame, APackedBodyBeyondAFrameIsRefused) {
  constexpr std::size_t kMost = kMaxFrameBytes - kFrameHeaderBytes - kFrameChecksumBytes;
  EXPECT_EQ(parse_error(packed_frame(kMost)), ErrorCode::kOk);
  EXPECT_EQ(parse_error(packed_frame(kMost + 8)), ErrorCode::kCorrupt);
}

TEST(Frame, APackedBodyIsOneZstdFrame) {
  Bytes frame = packed_frame(4096);
  const Bytes empty = zstd_packed({}, 1);
  frame.insert(frame.end() - kFrameChecksumBytes, empty.begin(), empty.end());
  EXPECT_EQ(parse_error(resealed(frame)), ErrorCode::kCorrupt);
}

TEST(FrameBuilder, StopsAt64KiB) {
  FrameBuilder builder;
  const Bytes entry = random_bytes(kMaxPayloadBytes, 1);
  ASSERT_TRUE(builder.room().fits(entry.size()));
  builder.add(entry);
  EXPECT_FALSE(builder.room().fits(entry.size()));
  std::size_t rest = kMaxFrameBytes - builder.room().bytes() - 8;
  EXPECT_TRUE(builder.room().fits(rest));
  EXPECT_FALSE(builder.room().fits(rest + 1));
  EXPECT_FALSE(builder.room().fits(SIZE_MAX));
  builder.add(random_bytes(rest, 2));
  FrameHeader header;
  header.first = Sequence(1);
  header.last = Sequence(2);
  FramePtr frame = builder.seal(header);
  EXPECT_EQ(frame->bytes().size(), kMaxFrameBytes);
  EXPECT_TRUE(Frame::parse(copy_bytes(frame->bytes())));
}

TEST(FrameBuilder, StopsAt1000Entries) {
  FrameBuilder builder;
  for (std::size_t i = 0; i < kMaxFrameEntries; ++i) builder.add(as_bytes("e"));
  EXPECT_FALSE(builder.room().fits(1));
}

TEST(FrameBuilderDeathTest, AHeaderThatCountsWronglyIsABrokenInvariant) {
  FrameBuilder builder;
  builder.add(as_bytes("entry"));
  FrameHeader header;
  header.first = Sequence(1);
  header.last = Sequence(2);
  EXPECT_DEATH(builder.seal(header), "does not count its entries");
}

}  // namespace
}  // namespace groupctl
