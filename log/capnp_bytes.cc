#include "log/capnp_bytes.h"

#include <kj/debug.h>

#include <cstring>

#include "log/little_endian.h"

namespace groupctl {
namespace {

constexpr std::uint32_t kMaxSegments = 16;

capnp::ReaderOptions limits_for(std::size_t bytes) {
  capnp::ReaderOptions options;
  options.traversalLimitInWords = 4 * (bytes / sizeof(capnp::word)) + 64;
  options.nestingLimit = 16;
  return options;
}

/// The bytes as words, in place where they are aligned, else by way of `copy`.
kj::ArrayPtr<const capnp::word> as_words(ByteView bytes, std::vector<capnp::word>& copy) {
  KJ_REQUIRE(!bytes.empty() && bytes.size() % sizeof(capnp::word) == 0, "not whole words");
  std::size_t words = bytes.size() / sizeof(capnp::word);
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(capnp::word) == 0) {
    return {reinterpret_cast<const capnp::word*>(bytes.data()), words};
  }
  copy.resize(words);
  std::memcpy(copy.data(), bytes.data(), bytes.size());
  return {copy.data(), words};
}

/// The words of a message, whose table must not name more segments than we allow.
kj::ArrayPtr<const capnp::word> as_message(ByteView bytes, std::vector<capnp::word>& copy) {
  auto words = as_words(bytes, copy);
  KJ_REQUIRE(get_le<std::uint32_t>(words.asBytes().begin()) < kMaxSegments, "too many segments");
  return words;
}

class AppendTo : public kj::OutputStream {
 public:
  explicit AppendTo(Bytes& out) : out_(out) {}
  void write(const void* data, std::size_t size) override {
    const auto* from = static_cast<const std::uint8_t*>(data);
    out_.insert(out_.end(), from, from + size);
  }

 private:
  Bytes& out_;
};

Bytes bytes_of(kj::ArrayPtr<const capnp::word> words) {
  auto raw = words.asBytes();
  return {raw.begin(), raw.end()};
}

}  // namespace

CapnpReader::CapnpReader(ByteView bytes)
    : reader_(as_message(bytes, copy_), limits_for(bytes.size())) {}

CanonicalReader::CanonicalReader(ByteView bytes)
    : segment_(as_words(bytes, copy_)),
      reader_(kj::arrayPtr(&segment_, 1), limits_for(bytes.size())) {}

Bytes to_bytes(capnp::MessageBuilder& message) {
  Bytes bytes;
  bytes.reserve(capnp::computeSerializedSizeInWords(message) * sizeof(capnp::word));
  AppendTo out(bytes);
  capnp::writeMessage(out, message);
  return bytes;
}

Bytes to_canonical_bytes(capnp::AnyStruct::Reader root) { return bytes_of(root.canonicalize()); }

std::vector<std::string> read_texts(capnp::List<capnp::Text>::Reader texts) {
  std::vector<std::string> out;
  out.reserve(texts.size());
  for (auto text : texts) out.push_back(text_of(text));
  return out;
}

void write_texts(const std::vector<std::string>& texts, capnp::List<capnp::Text>::Builder out) {
  for (unsigned i = 0; i < texts.size(); ++i) out.set(i, text_reader(texts[i]));
}

}  // namespace groupctl
