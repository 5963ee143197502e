// Keys of people, members and coordinators: X25519 pairs, as CURVE uses them
// (rfc.zeromq.org/spec/26).
#pragma once

#include <string>
#include <string_view>

#include "log/result.h"
#include "log/types.h"

namespace groupctl {

/// Whoever has it is whoever it belongs to: it is written to its own file (0600) and nowhere else.
using SecretKey = Block<32, struct SecretKeyMeaning>;

struct KeyPair {
  PublicKey public_key;
  SecretKey secret_key;
};

/// What a client needs to connect.
struct ClientKeys {
  KeyPair own;
  PublicKey server;  ///< pinned: who answers with another is not talked to
};

PublicKey public_key_of(const SecretKey& secret);
inline KeyPair pair_of(const SecretKey& secret) { return {public_key_of(secret), secret}; }
/// Drawn anew.
KeyPair draw_keys();

/// 64 hexadecimal digits, as hex() gives them. Error: kInvalid, which does not repeat the text: it
/// may be a secret.
Result<PublicKey> parse_public_key(std::string_view text);
Result<SecretKey> parse_secret_key(std::string_view text);

/// What people compare: "k7qm-41xr-9plw-..", 120 bits of a hash in six groups of four letters and
/// digits, without those that look alike.
std::string fingerprint(const PublicKey& key);

/// The keys of whoever knows a coordinator's public key: with them one may ask to be let in, and
/// nothing else. They are made of it, so all askers have the same.
KeyPair guest_keys(const PublicKey& server);

}  // namespace groupctl
