// The transport seam. A loop asks it for what has come and hands it what is to go; the twin in the
// simulator loses, delays, repeats and reorders. Nothing here blocks but wait().
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "log/keys.h"
#include "log/result.h"
#include "log/types.h"

namespace groupctl {

/// Where a message came from and its answer goes to; opaque. Identity is the key, never the routing
/// id.
struct Peer {
  std::string routing_id;
  PublicKey key;             ///< proved at the handshake; zero: a connection without keys
  std::string address = {};  ///< for people, as the transport tells it; no part of who it is
  bool local = false;        ///< through an ipc socket: the directory's mode says who may
  bool shared = false;       ///< many have this key: bounds are by address; no part of who it is
  int connection = -1;       ///< the transport's own; no part of who it is
  bool operator==(const Peer& other) const {
    return std::tie(routing_id, key, local) == std::tie(other.routing_id, other.key, other.local);
  }
  auto operator<=>(const Peer& other) const {
    return std::tie(routing_id, key, local) <=> std::tie(other.routing_id, other.key, other.local);
  }
};

/// Which planes a key may connect to.
struct Admission {
  bool member = false;
  bool admin = false;
  bool command = false;
  bool shared = false;  ///< many have this key: a guest's, a token
  bool operator==(const Admission&) const = default;
};
/// All who may connect; who is not there may not.
using Admissions = std::map<PublicKey, Admission>;

/// Why a member's connection does not come about.
enum class LinkTrouble : std::uint8_t {
  kKeyRefused,   ///< it does not know this key, or knows it too well; it is not tried again
  kWrongServer,  ///< who answers does not have the server key that is pinned here
  kKeysWanted,   ///< it wants keys, and none are given
  kNoKeys,       ///< it has no keys, and some are given
};

/// A coordinator's end of the three planes of one group.
class CoordinatorBus {
 public:
  virtual ~CoordinatorBus() = default;
  struct Handlers {
    std::function<void(const Peer&, ByteView)> on_member;
    std::function<void(const Peer&, ByteView)> on_admin;
    std::function<void()> on_subscriber;  ///< somebody has subscribed to the topic
  };
  /// Waits up to `timeout_ms` for messages or a wake(), then hands over what is there (bounded).
  virtual void wait(std::uint64_t timeout_ms, const Handlers& handlers) = 0;
  /// Makes a wait() in another thread return. The only call allowed from another thread.
  virtual void wake() = 0;
  virtual void to_member(const Peer& peer, ByteView message) = 0;
  virtual void to_admin(const Peer& peer, ByteView message) = 0;
  virtual void publish(ByteView envelope, ByteView frame) = 0;
  /// Lets in these and nobody else from now on. Who was let in to the command plane and is not any
  /// more loses its connections there, and nobody else loses one; on the other planes each message
  /// is judged by its key. Without keys: nothing.
  virtual void admit(std::shared_ptr<const Admissions> admissions) = 0;
};

/// A member's end.
class MemberBus {
 public:
  virtual ~MemberBus() = default;
  struct Handlers {
    std::function<void(ByteView)> on_reply;
    std::function<void(ByteView envelope, ByteView frame)> on_publication;
    std::function<void(const Peer&, ByteView)> on_local;  ///< group-member's own commands (ipc)
    std::function<void(LinkTrouble)> on_trouble;          ///< with the coordinator
  };
  virtual void wait(std::uint64_t timeout_ms, const Handlers& handlers) = 0;
  virtual void wake() = 0;
  virtual void to_coordinator(ByteView message) = 0;
  /// Replaces the former subscription. Error: kInvalid for an endpoint that is not allowed.
  virtual Status subscribe(const std::string& endpoint, const LogId& topic) = 0;
  virtual void to_local(const Peer& peer, ByteView message) = 0;
  /// Connects to the coordinator anew, with these keys or else its own: what was under way is lost.
  virtual void reconnect(const std::optional<KeyPair>& as) = 0;
};

}  // namespace groupctl
