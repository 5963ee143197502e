#include "log/keys.h"

#include <sodium.h>

#include "log/hash.h"

namespace groupctl {
namespace {

constexpr std::size_t kGroups = 6;
constexpr std::size_t kGroupLetters = 4;
constexpr std::size_t kLetterBits = 5;
/// Without i, l, o and u (Crockford's base 32).
constexpr std::string_view kLetters = "0123456789abcdefghjkmnpqrstvwxyz";

template <class Key>
Result<Key> parse(std::string_view text) {
  Key key;
  if (!key.assign_hex(text)) return fail(ErrorCode::kInvalid, "a key is 64 hexadecimal digits");
  if (!key) return fail(ErrorCode::kInvalid, "64 zeros are no key");
  return key;
}

}  // namespace

PublicKey public_key_of(const SecretKey& secret) {
  PublicKey key;
  crypto_scalarmult_curve25519_base(key.bytes.data(), secret.bytes.data());
  return key;
}

KeyPair draw_keys() {
  GROUPCTL_INVARIANT(sodium_init() >= 0, "libsodium does not start");
  SecretKey secret;
  randombytes_buf(secret.bytes.data(), secret.bytes.size());
  return pair_of(secret);
}

Result<PublicKey> parse_public_key(std::string_view text) { return parse<PublicKey>(text); }
Result<SecretKey> parse_secret_key(std::string_view text) { return parse<SecretKey>(text); }

std::string fingerprint(const PublicKey& key) {
  const Hash hash = Hasher().add("groupctl key 1").add(key.view()).finish();
  std::string text;
  for (std::size_t i = 0; i < kGroups * kGroupLetters; ++i) {
    const std::size_t bit = i * kLetterBits;
    const unsigned two_bytes = unsigned{hash.bytes[bit / 8]} << 8U | hash.bytes[bit / 8 + 1];
    if (i != 0 && i % kGroupLetters == 0) text += '-';
    text += kLetters[two_bytes >> (16 - kLetterBits - bit % 8) & 31U];
  }
  return text;
}

KeyPair guest_keys(const PublicKey& server) {
  const Hash hash = Hasher().add("groupctl guest 1").add(server.view()).finish();
  SecretKey secret;
  secret.assign(hash.view());
  return pair_of(secret);
}

}  // namespace groupctl
