// Who may do what: keys, their roles, and how a new one is let in.
//
//   member or groupctl, with the guest's or a token's key      coordinator
//     Enrol {group, name, key} ------------->  with a token: accepted; a guest's: pending
//     <----------------------------------- Enrolled {state}                       or Refused
//     asks again, with jitter, until an admin has accepted it; then it connects with its own key
//   a member or an operator, with its own key
//     RotateKey {key} ---------------------->  the new key is let in under the same name and role;
//     <----------------------------------- Enrolled {accepted}                    the old one for a
//                                                                                 while longer
//   groupctl (an admin)                                        coordinator
//     KeysQuery {after} -------------------->
//     <----------------------------------- KeysReply, in pages
//     ChangeKey {what, key, name, role ...} ->  durable, and in force at once on every plane
//     <----------------------------------- KeyInfo, as it is now                  or QueryRefused
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "log/result.h"
#include "log/types.h"

namespace groupctl {

/// What a key is for.
enum class KeyRole : std::uint8_t {
  kMember,    ///< of the member whose name it has
  kReader,    ///< looks on
  kOperator,  ///< all that concerns the group, but not who may do what
  kAdmin,     ///< all
  kToken,     ///< lets in others: a join token is such a key's secret half
  kGuest,     ///< of whoever knows the server key: may ask to be let in
};
enum class KeyState : std::uint8_t {
  kPending,   ///< somebody asks to be let in with it
  kAccepted,  ///< it is let in
  kRejected,  ///< it was not
  kRevoked,   ///< it was, and is not any more
};
std::string_view to_word(KeyRole role);
std::string_view to_word(KeyState state);
std::optional<KeyRole> key_role_of(std::string_view word);

struct KeyInfo {
  PublicKey key;
  std::string name;  ///< whose; of a member its name in the group
  KeyRole role = KeyRole::kMember;
  KeyState state = KeyState::kPending;
  GroupTime since;              ///< in this state
  GroupTime until;              ///< it is let in no longer than that; 0: no end
  std::uint32_t uses_left = 0;  ///< of a token: how many it may still let in
  std::string from;             ///< the address that it was asked for from; empty: none
  std::string by;               ///< who said so
  std::string message;          ///< and why
  bool operator==(const KeyInfo&) const = default;
};

/// A key that is let in.
inline KeyInfo accepted_key(const PublicKey& key, std::string name, KeyRole role) {
  KeyInfo info;
  info.key = key;
  info.name = std::move(name);
  info.role = role;
  info.state = KeyState::kAccepted;
  return info;
}

/// How long a key is let in beside the one that has replaced it.
inline constexpr std::uint64_t kKeyGraceMs = std::uint64_t{24} * 3600 * 1000;

/// On the member plane for a member, on the admin plane for people.
struct Enrol {
  std::uint32_t protocol = 1;
  std::string product;
  std::string group;  ///< on the admin plane empty: whichever is there
  std::string name;
  PublicKey key;
  bool operator==(const Enrol&) const = default;
};
struct Enrolled {
  KeyState state = KeyState::kPending;
  std::string text;  ///< for people: what it waits for
  bool operator==(const Enrolled&) const = default;
};
struct RotateKey {
  PublicKey key;
  bool operator==(const RotateKey&) const = default;
};

struct KeysQuery {
  PublicKey after;  ///< the first one comes behind this key
  bool operator==(const KeysQuery&) const = default;
};
struct KeysReply {
  std::vector<KeyInfo> rows;  ///< by key
  bool more = false;
  bool operator==(const KeysReply&) const = default;
};
/// Asked again it is answered again: what is so already stays so.
struct ChangeKey {
  enum class What : std::uint8_t {
    kAdd,     ///< a key that nobody asked for, accepted at once; a token with its time and uses
    kAccept,  ///< one that is pending, rejected or revoked
    kReject,  ///< one that is pending, and no other
    kRevoke,  ///< any: at once, on every plane
  };
  What what = What::kAdd;
  PublicKey key;
  std::string name;             ///< empty: as it was asked for
  std::optional<KeyRole> role;  ///< nullopt: as it was asked for
  std::uint64_t ttl_ms = 0;     ///< of one that is added; 0: no end, which a token has to have
  std::uint32_t uses = 0;       ///< of a token
  std::string issuer;           ///< "ana@bastion"
  std::string message;          ///< why
  bool replace = false;         ///< add, accept: in place of the keys, or of the role, of now
  bool operator==(const ChangeKey&) const = default;
};

/// The same bytes on the wire and in the coordinator's store.
Bytes encode(const KeyInfo& info);
Result<KeyInfo> decode_key_info(ByteView bytes);

}  // namespace groupctl
