// Entries: the header the cores read, and the payload they do not.
#pragma once

#include <optional>
#include <vector>

#include "log/hash.h"
#include "log/result.h"
#include "log/types.h"

namespace groupctl {

/// How an entry behaves when it is obeyed late (docs/architecture.md, "Entry and state").
enum class EntryClass : std::uint8_t { kState, kLatest, kNeverLate };

/// One condition on a member's labels; the label "name" is the member's name.
struct SelectorTerm {
  enum class Test : std::uint8_t { kEquals, kNotEquals, kAmong, kNotAmong, kHas, kHasNot, kGlob };
  std::string label;
  Test test = Test::kEquals;
  std::vector<std::string> values;
  auto operator<=>(const SelectorTerm&) const = default;
};
using Conjunction = std::vector<SelectorTerm>;

/// Whom an entry addresses. Equal targets compare equal, so a target can be a key.
struct Target {
  enum class Kind : std::uint8_t { kNone, kAll, kMember, kSelector };
  Kind kind = Kind::kNone;
  MemberId member;                    ///< kMember only
  std::vector<Conjunction> selector;  ///< kSelector only: any of these
  auto operator<=>(const Target&) const = default;

  static Target none() { return {}; }
  static Target all() { return {Kind::kAll, {}, {}}; }
  static Target one(MemberId id) { return {Kind::kMember, id, {}}; }
  static Target of(std::vector<Conjunction> any) { return {Kind::kSelector, {}, std::move(any)}; }
};

struct Entry {
  Sequence sequence;
  Epoch epoch;  ///< in which it was sequenced
  GroupTime issued;
  std::uint64_t ttl_ms = 0;  ///< 0: none
  KindId kind;
  EntryClass entry_class = EntryClass::kState;
  std::vector<std::string> keys;  ///< the state keys it names
  Target target;
  PublicKey issuer_key;
  std::string issuer_name;
  RequestId request;
  std::string message;
  Bytes payload;
  bool operator==(const Entry&) const = default;
};

/// The entry's stored form (entry.capnp), one single-segment message. Deterministic.
Bytes encode_entry(const Entry& entry);
/// Errors: kInvalid for bytes that are no entry within the limits; kUnsupported for a class,
/// target or test that this build does not know.
Result<Entry> decode_entry(ByteView bytes);

/// Hash of what a client asked for, without what the coordinator adds: tells a retry from the same
/// id with other content.
class ContentHasher {
 public:
  /// One command; several are added in their order.
  ContentHasher& add(KindId kind, const Target& target, std::uint64_t ttl_ms,
                     std::string_view message, ByteView payload);
  Hash finish() { return hasher_.finish(); }

 private:
  Hasher hasher_;
};
Hash content_hash(const Entry& entry);

}  // namespace groupctl
