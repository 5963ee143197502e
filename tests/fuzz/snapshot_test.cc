// Snapshot images: as they come, and with what is in them mutated behind compression and hash.
#include <gtest/gtest.h>
#include <zstd.h>

#include <algorithm>

#include "log/little_endian.h"
#include "member/snapshot_fetch.h"
#include "tests/fuzz/group.h"
#include "tests/fuzz/target.h"

namespace groupctl::fuzz {
namespace {

constexpr std::size_t kMaxImageBytes = 1 << 20;

void append(Bytes& bytes, ByteView more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

/// A zstd frame (RFC 8878) of one raw block with its size in the header: nothing is compressed,
/// which takes no time.
Bytes framed(ByteView plain) {
  Bytes frame = {0x28, 0xb5, 0x2f, 0xfd, 0xe0};
  append(frame, u64_bytes(plain.size()));
  const Bytes block = u64_bytes(plain.size() << 3 | 1);
  append(frame, ByteView(block).first(3));
  append(frame, plain);
  return frame;
}

Bytes image_of(ByteView body) {
  Bytes plain = copy_bytes(body);
  append(plain, hash_of(body).view());
  return framed(plain);
}

/// What stands in an image before its hash.
Bytes body_of(const Bytes& image) {
  Bytes plain(ZSTD_getFrameContentSize(image.data(), image.size()));
  EXPECT_EQ(ZSTD_decompress(plain.data(), plain.size(), image.data(), image.size()), plain.size());
  plain.resize(plain.size() - sizeof(Hash::bytes));
  return plain;
}

TEST(SnapshotBytes, F33_F34_F41_Images) {
  const SnapshotHeader bare{};
  FuzzTarget target;
  target.seeds = {a_group().image(), encode_image(bare, {}),
                  encode_image(bare, {{"property/x", Bytes(100'000, 'x')}}),
                  image_of(body_of(a_group().image()))};
  target.decode = [](ByteView bytes) {
    const auto snapshot = decode_image(bytes, kMaxImageBytes);
    if (!snapshot) return refused();
    return round_trip(
        bytes, [](ByteView image) { return decode_image(image, kMaxImageBytes); },
        [](const Snapshot& s) { return encode_image(s.header, s.rows); }, kMaxImageBytes);
  };
  target.fixed_bytes = 8 << 20;
  fuzz(target);
}

/// With the digest that the rows have, where the header still has the one that they had.
Bytes with_digest(Bytes body, const Snapshot& snapshot) {
  GroupState state;
  for (const auto& [key, value] : snapshot.rows) state.load_row(key, value);
  const auto& digest = snapshot.header.state_digest.bytes;
  const auto place = std::search(body.begin(), body.end(), digest.begin(), digest.end());
  if (place != body.end()) {
    std::copy(state.digest().bytes.begin(), state.digest().bytes.end(), place);
  }
  return body;
}

/// What a member does with a state that it has taken.
void use(const GroupState& state) {
  for (const MemberRow& row : roster(state)) desired_for(state, row);
}

TEST(SnapshotBytes, F33_F34_F41_SnapshotContents) {
  FuzzTarget target;
  target.seeds = {body_of(a_group().image())};
  target.decode = [](ByteView body) {
    const auto snapshot = decode_image(image_of(body), kMaxImageBytes);
    if (!snapshot) return refused();
    const SnapshotNeeds needs{a_group().log_id, "shop", {}, {}, kMaxImageBytes};
    const Bytes image = image_of(with_digest(copy_bytes(body), *snapshot));
    const auto checked = check_snapshot(image, needs, command_table());
    if (!checked) return refused();
    use(checked->state);
    return accepted();
  };
  target.fixed_bytes = 2 << 20;
  fuzz(target);
}

}  // namespace
}  // namespace groupctl::fuzz
