#include "log/hash.h"

#include <sodium.h>

#include "log/little_endian.h"
#include "log/result.h"

namespace groupctl {
namespace {

using Blake2b = crypto_generichash_blake2b_state;

/// libsodium picks its fastest BLAKE2b at its initialisation, which must come before any use.
void ensure_sodium() {
  static const bool ready = sodium_init() >= 0;
  GROUPCTL_INVARIANT(ready, "libsodium does not start");
}

void start(Blake2b& state, ByteView key, std::size_t out_bytes) {
  ensure_sodium();
  crypto_generichash_blake2b_init(&state, key.data(), key.size(), out_bytes);
}

void feed(Blake2b& state, ByteView bytes) {
  crypto_generichash_blake2b_update(&state, bytes.data(), bytes.size());
}

template <class Unsigned>
void feed_number(Blake2b& state, Unsigned number) {
  std::array<std::uint8_t, sizeof(Unsigned)> bytes;
  put_le(bytes.data(), number);
  feed(state, bytes);
}

template <class Out>
Out end(Blake2b& state) {
  Out out;
  crypto_generichash_blake2b_final(&state, out.bytes.data(), out.bytes.size());
  return out;
}

}  // namespace

struct Hasher::State {
  Blake2b blake;
};

Hasher::Hasher() : state_(std::make_unique<State>()) {
  start(state_->blake, {}, sizeof(Hash::bytes));
}
Hasher::~Hasher() = default;

Hasher& Hasher::add(ByteView bytes) {
  feed(state_->blake, bytes);
  return *this;
}

Hasher& Hasher::add_u32(std::uint32_t number) {
  feed_number(state_->blake, number);
  return *this;
}

Hasher& Hasher::add_u64(std::uint64_t number) {
  feed_number(state_->blake, number);
  return *this;
}

Hash Hasher::finish() { return end<Hash>(state_->blake); }

Hash hash_of(ByteView bytes) {
  Blake2b state;
  start(state, {}, sizeof(Hash::bytes));
  feed(state, bytes);
  return end<Hash>(state);
}

Hash hash_of_row(std::string_view key, ByteView value) {
  Blake2b state;
  start(state, {}, sizeof(Hash::bytes));
  feed_number(state, static_cast<std::uint32_t>(key.size()));
  feed(state, as_bytes(key));
  feed(state, value);
  return end<Hash>(state);
}

Checksum row_checksum(std::uint8_t table, std::string_view key, ByteView value) {
  Blake2b state;
  start(state, {}, sizeof(Checksum::bytes));
  feed_number(state, table);
  feed_number(state, static_cast<std::uint32_t>(key.size()));
  feed(state, as_bytes(key));
  feed(state, value);
  return end<Checksum>(state);
}

Hash chain_start(const LogId& log_id, std::string_view group) {
  Blake2b state;
  start(state, {}, sizeof(Hash::bytes));
  feed(state, as_bytes("groupctl log 1"));
  feed(state, log_id.view());
  feed(state, as_bytes(group));
  return end<Hash>(state);
}

Hash chain_next(const Hash& previous, ByteView entry_bytes) {
  Blake2b state;
  start(state, {}, sizeof(Hash::bytes));
  feed(state, previous.view());
  feed(state, entry_bytes);
  return end<Hash>(state);
}

Tag make_tag(const TagSecret& secret, const LogId& log_id, Epoch epoch, Sequence last,
             const Hash& chain) {
  Blake2b state;
  start(state, secret.view(), sizeof(Tag::bytes));
  feed(state, log_id.view());
  feed_number(state, epoch.value);
  feed_number(state, last.value);
  feed(state, chain.view());
  return end<Tag>(state);
}

bool verify_tag(const TagSecret& secret, const TagClaim& claim) {
  Tag expected = make_tag(secret, claim.log_id, claim.epoch, claim.last, claim.chain);
  return sodium_memcmp(expected.bytes.data(), claim.tag.bytes.data(), expected.bytes.size()) == 0;
}

}  // namespace groupctl
