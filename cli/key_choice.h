// Which keys an operator means.
#pragma once

#include <string>
#include <vector>

#include "cli/invocation.h"
#include "wire/key_messages.h"

namespace groupctl {

/// Those that wait first, then those that are let in; by name.
void sort_keys(std::vector<KeyInfo>& keys);

/// The one key that `key accept` or `key reject` is for. Without --fingerprint only one that waits
/// is meant. Errors: kNotFound; kConflict when the fingerprint is another's or several are meant,
/// with those that there are.
Result<KeyInfo> chosen_key(const std::vector<KeyInfo>& all, const KeyChangeCall& call);

/// All that `key revoke` is for: by name every one that waits or is let in under it, since a key
/// that has been replaced is let in beside the new one. Errors: kNotFound; kConflict when a member
/// and somebody else are called so.
Result<std::vector<KeyInfo>> keys_to_revoke(const std::vector<KeyInfo>& all,
                                            const KeyChangeCall& call);

/// What is to be known before these are revoked; empty: nothing. `own`: the key that asks.
std::string revoking_means(const std::vector<KeyInfo>& all, const std::vector<KeyInfo>& chosen,
                           const PublicKey& own);

}  // namespace groupctl
