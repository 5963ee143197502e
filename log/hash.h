// The hashes of the log: BLAKE2b (RFC 7693) by libsodium.
#pragma once

#include <memory>

#include "log/types.h"

namespace groupctl {

/// BLAKE2b-256 fed in pieces.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  Hasher& add(ByteView bytes);
  Hasher& add(std::string_view text) { return add(as_bytes(text)); }
  /// Little-endian.
  Hasher& add_u32(std::uint32_t number);
  Hasher& add_u64(std::uint64_t number);
  /// Ends the hash; nothing may be added afterwards.
  Hash finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// BLAKE2b-256 of one run of bytes.
Hash hash_of(ByteView bytes);
/// BLAKE2b-256 over (u32 key length, key, value).
Hash hash_of_row(std::string_view key, ByteView value);

/// BLAKE2b-128 that stands beside a stored row.
using Checksum = Block<16, struct ChecksumMeaning>;
/// Over (u8 table, u32 key length, key, value): a row found in another's place does not verify.
Checksum row_checksum(std::uint8_t table, std::string_view key, ByteView value);

/// chain(0) of a history: BLAKE2b-256("groupctl log 1", log_id, group name).
Hash chain_start(const LogId& log_id, std::string_view group);
/// chain(N) = BLAKE2b-256(chain(N-1), the entry's bytes exactly as stored).
Hash chain_next(const Hash& previous, ByteView entry_bytes);

/// The secret that makes tags, drawn at `init`; never leaves the coordinators.
using TagSecret = Block<32, struct TagSecretMeaning>;

/// A coordinator's word that it once ended its log so. Members keep the last and give it in JOIN.
struct TagClaim {
  LogId log_id;
  Epoch epoch;
  Sequence last;
  Hash chain;
  Tag tag;
  bool operator==(const TagClaim&) const = default;
};

/// Keyed BLAKE2b-128 over (log_id, epoch, last sequence, chain hash).
Tag make_tag(const TagSecret& secret, const LogId& log_id, Epoch epoch, Sequence last,
             const Hash& chain);
bool verify_tag(const TagSecret& secret, const TagClaim& claim);

}  // namespace groupctl
