// decode_entry(): foreign bytes to an Entry, with every limit checked.
#include "log/capnp_bytes.h"
#include "log/entry.capnp.h"
#include "log/entry.h"
#include "log/frame.h"
#include "log/little_endian.h"
#include "log/target_codec.h"

namespace groupctl {
namespace {

constexpr std::size_t kMaxEntryBytes =
    kMaxFrameBytes - kFrameHeaderBytes - kFrameChecksumBytes - sizeof(std::uint64_t);

tl::unexpected<Error> invalid(std::string what) {
  return fail(ErrorCode::kInvalid, "entry: " + std::move(what));
}
tl::unexpected<Error> unsupported(const char* what) {
  return fail(ErrorCode::kUnsupported, std::string("entry: ") + what + " of a newer version");
}

Result<EntryClass> read_class(schema::EntryClass entry_class) {
  switch (entry_class) {
    case schema::EntryClass::STATE:
      return EntryClass::kState;
    case schema::EntryClass::LATEST:
      return EntryClass::kLatest;
    case schema::EntryClass::NEVER_LATE:
      return EntryClass::kNeverLate;
  }
  return unsupported("class");
}

Result<Entry> read_entry(schema::Entry::Reader in) {
  auto entry_class = read_class(in.getClass());
  if (!entry_class) return tl::unexpected<Error>(entry_class.error());
  // Reserved: whoever fills them means what this version would not do.
  if (in.getDeadlineMs() != 0) return unsupported("deadline");
  if (in.getRollout() != 0) return unsupported("rollout");
  if (in.getSignature().size() != 0) return unsupported("signature");
  auto target = read_target(in.getTarget());
  if (!target) return fail("entry", target.error());

  Entry entry;
  entry.sequence = Sequence(in.getSequence());
  entry.epoch = Epoch(in.getEpoch());
  entry.issued = GroupTime(in.getIssueTimeMs());
  entry.ttl_ms = in.getTtlMs();
  entry.kind = KindId(in.getKind());
  entry.entry_class = *entry_class;
  entry.keys = read_texts(in.getKeys());
  entry.target = std::move(*target);
  if (in.hasIssuerKey() && !entry.issuer_key.assign(view_of(in.getIssuerKey()))) {
    return invalid("issuer's key is not 32 bytes");
  }
  entry.issuer_name = text_of(in.getIssuerName());
  entry.request = {{in.getClientHigh(), in.getClientLow()}, in.getNumber()};
  entry.message = text_of(in.getMessage());
  if (in.getPayload().size() > kMaxPayloadBytes) return invalid("payload beyond 32 KiB");
  entry.payload = copy_bytes(view_of(in.getPayload()));
  return entry;
}

/// One segment that fills the bytes: anything else could carry what the hash of a reader's own
/// re-encoding would not show.
bool is_single_segment(ByteView bytes) {
  if (bytes.size() < 8 || get_le<std::uint32_t>(bytes.data()) != 0) return false;
  const std::uint64_t words = get_le<std::uint32_t>(bytes.data() + 4);
  return bytes.size() == 8 + 8 * words;
}

}  // namespace

Result<Entry> decode_entry(ByteView bytes) {
  if (bytes.size() > kMaxEntryBytes) return invalid("longer than a frame");
  if (!is_single_segment(bytes)) return invalid("not one whole segment");
  return with_capnp("entry", [&]() -> Result<Entry> {
    CapnpReader reader(bytes);
    return read_entry(reader.root<schema::Entry>());
  });
}

}  // namespace groupctl
