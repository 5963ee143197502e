// What there is to say of keys, before it is text or JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "log/keys.h"
#include "wire/key_messages.h"

namespace groupctl {

/// `key list`, and what several keys have become.
struct KeysReport {
  std::vector<KeyInfo> keys;  ///< those that wait first, then by name
  GroupTime now;
};

/// What has become of one key.
struct KeyReport {
  KeyInfo key;
};

/// `key token`: whoever has it may let in others.
struct TokenReport {
  KeyInfo key;
  SecretKey secret;
  std::string group;
  std::string endpoint;  ///< where members join
  PublicKey server;
  std::uint64_t ttl_ms = 0;

  /// What is typed where a member is to be.
  std::string join_line() const;
};

/// The key of who runs groupctl.
struct OwnKeyReport {
  enum class Did : std::uint8_t { kLook, kMake, kAskAgain, kReplace };
  Did did = Did::kLook;
  std::string file;
  PublicKey key;
  std::string name = {};                ///< under which it asks to be let in; empty: it did not
  std::string endpoint = {};            ///< where it has asked
  std::optional<Enrolled> answer = {};  ///< nullopt: there is none
  std::string why_not_asked = {};
  std::string ask_later = {};               ///< the command line that does; empty: it is no use
  std::optional<GroupTime> old_until = {};  ///< of a replaced one: let in no longer than that
  std::optional<PublicKey> server = {};
  std::string server_from = {};  ///< who says so: "--server-key", a file
};

}  // namespace groupctl
