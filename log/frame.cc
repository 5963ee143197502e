#include "log/frame.h"

#include <array>
#include <cstring>

#include "log/little_endian.h"
#include "log/zstd_bytes.h"

namespace groupctl {
namespace {

constexpr std::array<std::uint8_t, 8> kMagic = {'g', 'r', 'p', 'f', 'r', 'a', 'm', 'e'};
constexpr std::uint32_t kFormat = 1;
constexpr std::size_t kEntryPrefixBytes = 8;

// Places in the header. From kReserved to its end: zeroes.
constexpr std::size_t kAtFormat = 8;
constexpr std::size_t kAtCount = 12;
constexpr std::size_t kAtLogId = 16;
constexpr std::size_t kAtEpoch = 32;
constexpr std::size_t kAtBatch = 40;
constexpr std::size_t kAtFirst = 48;
constexpr std::size_t kAtLast = 56;
constexpr std::size_t kAtGroupTime = 64;
constexpr std::size_t kAtChainBefore = 72;
constexpr std::size_t kAtChainAfter = 104;
constexpr std::size_t kAtStateDigest = 136;
constexpr std::size_t kAtTag = 168;
constexpr std::size_t kAtPacking = 184;
constexpr std::size_t kReserved = 188;

constexpr std::uint32_t kPlain = 0;
constexpr std::uint32_t kZstd = 1;
constexpr std::size_t kWorthPacking = 2048;  // a shorter body has little that repeats
constexpr int kPackingLevel = 1;
constexpr std::size_t kMaxBodyBytes = kMaxFrameBytes - kFrameHeaderBytes - kFrameChecksumBytes;

template <std::size_t Size, class Meaning>
void put(std::uint8_t* at, const Block<Size, Meaning>& block) {
  std::memcpy(at, block.bytes.data(), Size);
}

template <std::size_t Size, class Meaning>
void get_block(const std::uint8_t* at, Block<Size, Meaning>& block) {
  std::memcpy(block.bytes.data(), at, Size);
}

void write_header(std::uint8_t* at, const FrameHeader& header, std::uint32_t count,
                  std::uint32_t packing) {
  std::memcpy(at, kMagic.data(), kMagic.size());
  put_le(at + kAtFormat, kFormat);
  put_le(at + kAtCount, count);
  put(at + kAtLogId, header.log_id);
  put_le(at + kAtEpoch, header.epoch.value);
  put_le(at + kAtBatch, header.batch.value);
  put_le(at + kAtFirst, header.first.value);
  put_le(at + kAtLast, header.last.value);
  put_le(at + kAtGroupTime, header.group_time.value);
  put(at + kAtChainBefore, header.chain_before);
  put(at + kAtChainAfter, header.chain_after);
  put(at + kAtStateDigest, header.state_digest_after);
  put(at + kAtTag, header.tag);
  put_le(at + kAtPacking, packing);
}

FrameHeader read_header(const std::uint8_t* at) {
  FrameHeader header;
  get_block(at + kAtLogId, header.log_id);
  header.epoch = Epoch(get_le<std::uint64_t>(at + kAtEpoch));
  header.batch = BatchNumber(get_le<std::uint64_t>(at + kAtBatch));
  header.first = Sequence(get_le<std::uint64_t>(at + kAtFirst));
  header.last = Sequence(get_le<std::uint64_t>(at + kAtLast));
  header.group_time = GroupTime(get_le<std::uint64_t>(at + kAtGroupTime));
  get_block(at + kAtChainBefore, header.chain_before);
  get_block(at + kAtChainAfter, header.chain_after);
  get_block(at + kAtStateDigest, header.state_digest_after);
  get_block(at + kAtTag, header.tag);
  return header;
}

bool all_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

tl::unexpected<Error> corrupt(const char* what) {
  return fail(ErrorCode::kCorrupt, std::string("frame: ") + what);
}

/// What must hold before any other field may be believed.
Status check_envelope(ByteView bytes) {
  if (bytes.size() < kFrameHeaderBytes + kFrameChecksumBytes) return corrupt("too short");
  if (bytes.size() > kMaxFrameBytes) return corrupt("too long");
  if (std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0) return corrupt("no frame");
  std::size_t covered = bytes.size() - kFrameChecksumBytes;
  Hash checksum = hash_of(bytes.first(covered));
  if (std::memcmp(bytes.data() + covered, checksum.bytes.data(), kFrameChecksumBytes) != 0) {
    return corrupt("checksum does not match");
  }
  std::uint32_t format = get_le<std::uint32_t>(bytes.data() + kAtFormat);
  if (format != kFormat) {
    return fail(ErrorCode::kUnsupported, "frame: format " + std::to_string(format));
  }
  if (!all_zero(bytes.subspan(kReserved, kFrameHeaderBytes - kReserved))) {
    return fail(ErrorCode::kUnsupported, "frame: sealed or signed");
  }
  if (get_le<std::uint32_t>(bytes.data() + kAtPacking) > kZstd) {
    return fail(ErrorCode::kUnsupported, "frame: packed otherwise");
  }
  return {};
}

}  // namespace

std::size_t framed_size(std::size_t entry_bytes) {
  return kEntryPrefixBytes + (entry_bytes + 7) / 8 * 8;
}

Result<std::shared_ptr<const Frame>> Frame::parse(Bytes bytes) {
  if (Status envelope = check_envelope(bytes); !envelope) {
    return tl::unexpected<Error>(envelope.error());
  }
  std::shared_ptr<Frame> frame(new Frame);
  frame->header_ = read_header(bytes.data());
  const FrameHeader& header = frame->header_;
  std::uint32_t count = get_le<std::uint32_t>(bytes.data() + kAtCount);
  if (count == 0 || count > kMaxFrameEntries || !header.first || header.last < header.first ||
      header.last.value - header.first.value != count - 1) {
    return corrupt("counts do not agree");
  }
  const bool packed = get_le<std::uint32_t>(bytes.data() + kAtPacking) == kZstd;
  frame->bytes_ = std::move(bytes);
  if (packed) {
    auto unpacked = zstd_unpacked(frame->body(), kMaxBodyBytes);
    if (!unpacked || unpacked->empty()) return corrupt("its body does not unpack");
    frame->unpacked_ = *std::move(unpacked);
  }
  if (Status found = frame->find_entries(count); !found) {
    return tl::unexpected<Error>(found.error());
  }
  return frame;
}

ByteView Frame::body() const {
  if (!unpacked_.empty()) return unpacked_;
  const ByteView all(bytes_);
  return all.subspan(kFrameHeaderBytes, all.size() - kFrameHeaderBytes - kFrameChecksumBytes);
}

Status Frame::find_entries(std::uint32_t count) {
  const ByteView all = body();
  entries_.reserve(count);
  std::size_t at = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (all.size() - at < kEntryPrefixBytes) return corrupt("body ends early");
    const std::uint32_t length = get_le<std::uint32_t>(all.data() + at);
    if (length == 0 || framed_size(length) > all.size() - at) return corrupt("entry length");
    const std::size_t start = at + kEntryPrefixBytes;
    const std::size_t next = at + framed_size(length);
    if (get_le<std::uint32_t>(all.data() + at + 4) != 0 ||
        !all_zero(all.subspan(start + length, next - start - length))) {
      return corrupt("padding");
    }
    entries_.push_back({static_cast<std::uint32_t>(start), length});
    at = next;
  }
  return at == all.size() ? Status{} : corrupt("body is longer than its entries");
}

ByteView Frame::entry_bytes(std::size_t index) const {
  GROUPCTL_INVARIANT(index < entries_.size(), "no such entry in the frame");
  return body().subspan(entries_[index].offset, entries_[index].length);
}

bool FrameRoom::fits(std::size_t entry_bytes) const {
  return entries_ < kMaxFrameEntries && entry_bytes <= kMaxFrameBytes &&
         bytes_ + framed_size(entry_bytes) <= kMaxFrameBytes;
}

bool FrameRoom::add(std::size_t entry_bytes) {
  if (!fits(entry_bytes)) return false;
  bytes_ += framed_size(entry_bytes);
  ++entries_;
  return true;
}

void FrameBuilder::add(ByteView entry_bytes) {
  GROUPCTL_INVARIANT(!entry_bytes.empty() && room_.add(entry_bytes.size()), "entry does not fit");
  std::size_t at = body_.size();
  body_.resize(at + framed_size(entry_bytes.size()));
  put_le(body_.data() + at, static_cast<std::uint32_t>(entry_bytes.size()));
  std::memcpy(body_.data() + at + kEntryPrefixBytes, entry_bytes.data(), entry_bytes.size());
}

FramePtr FrameBuilder::seal(const FrameHeader& header) {
  const auto count = static_cast<std::uint32_t>(room_.entries());
  GROUPCTL_INVARIANT(
      !empty() && header.first && header.last.value - header.first.value + 1 == count,
      "frame header does not count its entries");
  std::shared_ptr<Frame> frame(new Frame);
  frame->header_ = header;
  Bytes packed;
  if (body_.size() >= kWorthPacking) packed = zstd_packed(body_, kPackingLevel);
  const bool smaller = !packed.empty() && packed.size() < body_.size();
  const Bytes& body = smaller ? packed : body_;
  Bytes& out = frame->bytes_;
  out.reserve(kFrameHeaderBytes + body.size() + kFrameChecksumBytes);
  out.resize(kFrameHeaderBytes);
  write_header(out.data(), header, count, smaller ? kZstd : kPlain);
  out.insert(out.end(), body.begin(), body.end());
  const Hash checksum = hash_of(out);
  out.insert(out.end(), checksum.bytes.begin(), checksum.bytes.end());
  if (smaller) frame->unpacked_ = std::move(body_);
  const Status found = frame->find_entries(count);
  GROUPCTL_INVARIANT(found.has_value(), "a frame that was built is whole");
  *this = {};
  return frame;
}

}  // namespace groupctl
