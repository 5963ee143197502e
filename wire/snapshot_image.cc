#include "wire/snapshot_image.h"

#include <cstring>

#include "log/capnp_bytes.h"
#include "log/little_endian.h"
#include "log/store.h"
#include "log/zstd_bytes.h"
#include "wire/snapshot.capnp.h"

namespace groupctl {
namespace {

constexpr std::uint32_t kFormat = 1;
constexpr int kLevel = 3;

tl::unexpected<Error> corrupt(const std::string& what) {
  return fail(ErrorCode::kCorrupt, "snapshot image: " + what);
}

void append(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void append_u32(Bytes& out, std::size_t number) {
  std::uint8_t bytes[sizeof(std::uint32_t)];
  put_le(bytes, static_cast<std::uint32_t>(number));
  append(out, bytes);
}

Bytes encode_header(const SnapshotHeader& header, std::size_t rows) {
  ScratchMessage message;
  auto out = message.initRoot<schema::SnapshotHeader>();
  out.setFormat(kFormat);
  out.setLogId(data_of(header.log_id.view()));
  out.setGroup(text_reader(header.group));
  out.setEpoch(header.epoch.value);
  out.setSequence(header.at.value);
  out.setChain(data_of(header.chain.view()));
  out.setStateDigest(data_of(header.state_digest.view()));
  out.setGroupTimeMs(header.group_time.value);
  out.setTag(data_of(header.tag.view()));
  auto kinds = out.initStateKinds(static_cast<unsigned>(header.state_kinds.size()));
  for (unsigned i = 0; i < header.state_kinds.size(); ++i) {
    kinds.set(i, header.state_kinds[i].value);
  }
  out.setRows(rows);
  return to_bytes(message);
}

struct DecodedHeader {
  SnapshotHeader header;
  std::uint64_t rows = 0;
};

Result<DecodedHeader> decode_header(ByteView bytes) {
  return with_capnp("snapshot image", [&]() -> Result<DecodedHeader> {
    CapnpReader reader(bytes);
    auto in = reader.root<schema::SnapshotHeader>();
    if (in.getFormat() != kFormat)
      return fail(ErrorCode::kUnsupported, "snapshot of another format");
    DecodedHeader out;
    SnapshotHeader& header = out.header;
    const bool whole = header.log_id.assign(view_of(in.getLogId())) &&
                       header.chain.assign(view_of(in.getChain())) &&
                       header.state_digest.assign(view_of(in.getStateDigest())) &&
                       header.tag.assign(view_of(in.getTag()));
    if (!whole) return corrupt("bad header");
    header.group = text_of(in.getGroup());
    header.epoch = Epoch(in.getEpoch());
    header.at = Sequence(in.getSequence());
    header.group_time = GroupTime(in.getGroupTimeMs());
    for (auto kind : in.getStateKinds()) header.state_kinds.push_back(KindId(kind));
    out.rows = in.getRows();
    return out;
  });
}

/// Takes runs of bytes from the front of a view.
class Taker {
 public:
  explicit Taker(ByteView bytes) : rest_(bytes) {}
  bool take(std::uint64_t size, ByteView& out) {
    if (size > rest_.size()) return false;
    out = rest_.first(size);
    rest_ = rest_.subspan(size);
    return true;
  }
  bool take_u32(std::uint64_t& out) {
    ByteView bytes;
    if (!take(4, bytes)) return false;
    out = read_u64(bytes);
    return true;
  }
  bool done() const { return rest_.empty(); }

 private:
  ByteView rest_;
};

}  // namespace

Bytes encode_image(const SnapshotHeader& header, const SnapshotRows& rows) {
  const Bytes head = encode_header(header, rows.size());
  Bytes plain = u64_bytes(head.size());
  append(plain, head);
  for (const auto& [key, value] : rows) {
    append_u32(plain, key.size());
    append_u32(plain, value.size());
    append(plain, as_bytes(key));
    append(plain, value);
  }
  append(plain, hash_of(plain).view());
  return zstd_packed(plain, kLevel);
}

ImageName image_name(const SnapshotHeader& header, ByteView image) {
  return {header.log_id, header.at, hash_of(image)};
}

Result<Snapshot> decode_image(ByteView image, std::size_t max_bytes) {
  auto plain = zstd_unpacked(image, max_bytes);
  if (!plain) return fail("snapshot image", plain.error());
  Hash stored;
  if (plain->size() < stored.bytes.size() + 8) return corrupt("too short");
  const ByteView body = ByteView(*plain).first(plain->size() - stored.bytes.size());
  stored.assign(ByteView(*plain).subspan(body.size()));
  if (hash_of(body) != stored) return corrupt("its hash does not verify");

  Taker taker(body);
  ByteView length, head;
  if (!taker.take(8, length) || !taker.take(read_u64(length), head)) return corrupt("bad header");
  auto header = decode_header(head);
  if (!header) return tl::unexpected<Error>(header.error());
  Snapshot snapshot{std::move(header->header), {}};
  for (std::uint64_t row = 0; row < header->rows; ++row) {
    std::uint64_t key_size = 0, value_size = 0;
    ByteView key, value;
    if (!taker.take_u32(key_size) || !taker.take_u32(value_size) || !taker.take(key_size, key) ||
        !taker.take(value_size, value)) {
      return corrupt("a row is cut off");
    }
    const bool ascends = snapshot.rows.empty() || snapshot.rows.back().first < as_text(key);
    if (!ascends || key.empty() || key.size() > kMaxRowKeyBytes || value.size() > kMaxRowBytes) {
      return corrupt("a row that no state has");
    }
    snapshot.rows.emplace_back(std::string(as_text(key)), copy_bytes(value));
  }
  if (!taker.done()) return corrupt("bytes behind the last row");
  return snapshot;
}

}  // namespace groupctl
