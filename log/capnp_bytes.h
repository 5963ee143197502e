// The one boundary to Cap'n Proto: aligned reading with limits, exceptions turned into errors.
// Only codecs include this; no reader outlives the call that received it.
#pragma once

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/exception.h>

#include "log/result.h"
#include "log/strong.h"

namespace groupctl {

/// A read-only message over foreign bytes. Reads in place when the bytes are 8-aligned, else from
/// a copy. Limits: traversal 4 * words + 64, nesting 16, at most 16 segments.
class CapnpReader {
 public:
  explicit CapnpReader(ByteView bytes);
  CapnpReader(const CapnpReader&) = delete;
  CapnpReader& operator=(const CapnpReader&) = delete;

  template <class Root>
  typename Root::Reader root() {
    return reader_.getRoot<Root>();
  }

 private:
  std::vector<capnp::word> copy_;
  capnp::FlatArrayMessageReader reader_;
};

/// Reads what to_canonical_bytes() made: one segment without a table, under the same limits.
class CanonicalReader {
 public:
  explicit CanonicalReader(ByteView bytes);
  CanonicalReader(const CanonicalReader&) = delete;
  CanonicalReader& operator=(const CanonicalReader&) = delete;

  template <class Root>
  typename Root::Reader root() {
    return reader_.getRoot<Root>();
  }

 private:
  std::vector<capnp::word> copy_;
  kj::ArrayPtr<const capnp::word> segment_;
  capnp::SegmentArrayMessageReader reader_;
};

struct ScratchWords {
  static constexpr std::size_t kWords = 128;
  capnp::word words[kWords] = {};
};

/// A message to write. Most fit in its first KiB, so most need no allocation.
class ScratchMessage : private ScratchWords, public capnp::MallocMessageBuilder {
 public:
  ScratchMessage() : capnp::MallocMessageBuilder(kj::arrayPtr(words, kWords)) {}
};

/// Runs `decode` (which may throw kj::Exception, from CapnpReader's constructor on) and turns what
/// it throws into kInvalid with `what` in front. `decode` returns a Result.
template <class Decode>
auto with_capnp(std::string_view what, Decode&& decode) -> decltype(decode()) {
  try {
    return decode();
  } catch (const kj::Exception& e) {
    return fail(ErrorCode::kInvalid, std::string(what) + ": " + e.getDescription().cStr());
  }
}

/// The message as bytes with its segment table.
Bytes to_bytes(capnp::MessageBuilder& message);
/// The root struct in canonical form: one segment, no table. For state values.
Bytes to_canonical_bytes(capnp::AnyStruct::Reader root);

inline std::string text_of(capnp::Text::Reader text) { return {text.cStr(), text.size()}; }
/// `text` must outlive the use.
inline capnp::Text::Reader text_reader(const std::string& text) {
  return {text.c_str(), text.size()};
}
std::vector<std::string> read_texts(capnp::List<capnp::Text>::Reader texts);
/// `out` has as many places as there are texts.
void write_texts(const std::vector<std::string>& texts, capnp::List<capnp::Text>::Builder out);
inline ByteView view_of(capnp::Data::Reader data) { return {data.begin(), data.size()}; }
inline capnp::Data::Reader data_of(ByteView bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace groupctl
