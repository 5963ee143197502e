#include "log/entry.h"

#include <cstring>

#include "log/capnp_bytes.h"
#include "log/entry.capnp.h"
#include "log/hash.h"
#include "log/target_codec.h"

namespace groupctl {
namespace {

using capnp::word;

constexpr std::size_t kScratchWords = 512;

std::size_t blob_words(std::size_t bytes) { return bytes / sizeof(word) + 1; }  // room for a NUL

std::size_t texts_words(const std::vector<std::string>& texts) {
  std::size_t words = texts.size();
  for (const std::string& text : texts) words += blob_words(text.size());
  return words;
}

std::size_t selector_words(const std::vector<Conjunction>& selector) {
  std::size_t words = 1 + selector.size();
  for (const Conjunction& conjunction : selector) {
    words += 1;
    for (const SelectorTerm& term : conjunction) {
      words += capnp::sizeInWords<schema::Term>() + blob_words(term.label.size()) +
               texts_words(term.values);
    }
  }
  return words;
}

/// At least as many words as the entry's message takes, so that it gets one segment.
std::size_t words_bound(const Entry& entry) {
  return 1 + capnp::sizeInWords<schema::Entry>() + capnp::sizeInWords<schema::Target>() +
         texts_words(entry.keys) + selector_words(entry.target.selector) +
         blob_words(sizeof(PublicKey::bytes)) + blob_words(entry.issuer_name.size()) +
         blob_words(entry.message.size()) + blob_words(entry.payload.size());
}

schema::EntryClass to_schema(EntryClass entry_class) {
  switch (entry_class) {
    case EntryClass::kState:
      return schema::EntryClass::STATE;
    case EntryClass::kLatest:
      return schema::EntryClass::LATEST;
    case EntryClass::kNeverLate:
      return schema::EntryClass::NEVER_LATE;
  }
  broken_invariant("class of an entry", __FILE__, __LINE__);
}

void write_entry(const Entry& entry, schema::Entry::Builder out) {
  out.setSequence(entry.sequence.value);
  out.setEpoch(entry.epoch.value);
  out.setIssueTimeMs(entry.issued.value);
  out.setTtlMs(entry.ttl_ms);
  out.setKind(entry.kind.value);
  out.setClass(to_schema(entry.entry_class));
  write_texts(entry.keys, out.initKeys(static_cast<unsigned>(entry.keys.size())));
  write_target(entry.target, out.initTarget());
  if (entry.issuer_key) out.setIssuerKey(data_of(entry.issuer_key.view()));
  out.setIssuerName(text_reader(entry.issuer_name));
  out.setClientHigh(entry.request.client.high);
  out.setClientLow(entry.request.client.low);
  out.setNumber(entry.request.number);
  out.setMessage(text_reader(entry.message));
  out.setPayload(data_of(entry.payload));
}

void hash_text(Hasher& hasher, std::string_view text) { hasher.add_u64(text.size()).add(text); }

void hash_target(Hasher& hasher, const Target& target) {
  hasher.add_u32(static_cast<std::uint32_t>(target.kind)).add_u64(target.member.value);
  hasher.add_u64(target.selector.size());
  for (const Conjunction& conjunction : target.selector) {
    hasher.add_u64(conjunction.size());
    for (const SelectorTerm& term : conjunction) {
      hash_text(hasher, term.label);
      hasher.add_u32(static_cast<std::uint32_t>(term.test)).add_u64(term.values.size());
      for (const std::string& value : term.values) hash_text(hasher, value);
    }
  }
}

}  // namespace

Bytes encode_entry(const Entry& entry) {
  std::size_t bound = words_bound(entry);
  word on_stack[kScratchWords];
  std::vector<word> on_heap(bound > kScratchWords ? bound : 0);
  word* scratch = on_heap.empty() ? on_stack : on_heap.data();
  std::memset(static_cast<void*>(scratch), 0, bound * sizeof(word));  // the builder expects zeroes
  capnp::MallocMessageBuilder message(kj::arrayPtr(scratch, bound));
  write_entry(entry, message.initRoot<schema::Entry>());
  GROUPCTL_INVARIANT(message.getSegmentsForOutput().size() == 1, "an entry has one segment");
  return to_bytes(message);
}

ContentHasher& ContentHasher::add(KindId kind, const Target& target, std::uint64_t ttl_ms,
                                  std::string_view message, ByteView payload) {
  hasher_.add_u64(kind.value).add_u64(ttl_ms);
  hash_target(hasher_, target);
  hash_text(hasher_, message);
  hash_text(hasher_, as_text(payload));
  return *this;
}

Hash content_hash(const Entry& entry) {
  return ContentHasher()
      .add(entry.kind, entry.target, entry.ttl_ms, entry.message, entry.payload)
      .finish();
}

}  // namespace groupctl
