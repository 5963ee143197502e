// The transport seam. A loop asks it for what has come and hands it what is to go; the twin in the
// simulator loses, delays, repeats and reorders. Nothing here blocks but wait().
#pragma once

#include <functional>
#include <string>
#include <tuple>
#include <vector>

#include "log/result.h"
#include "log/types.h"

namespace groupctl {

/// Where a message came from and its answer goes to; opaque. `key` is the CURVE key, zero until
/// secure transport: identity is the key, never the routing id.
struct Peer {
  std::string routing_id;
  PublicKey key;
  std::string address = {};  ///< for people, as the transport tells it; no part of who it is
  bool operator==(const Peer& other) const {
    return routing_id == other.routing_id && key == other.key;
  }
  auto operator<=>(const Peer& other) const {
    return std::tie(routing_id, key) <=> std::tie(other.routing_id, other.key);
  }
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
};

/// A member's end.
class MemberBus {
 public:
  virtual ~MemberBus() = default;
  struct Handlers {
    std::function<void(ByteView)> on_reply;
    std::function<void(ByteView envelope, ByteView frame)> on_publication;
    std::function<void(const Peer&, ByteView)> on_local;  ///< group-member's own commands (ipc)
  };
  virtual void wait(std::uint64_t timeout_ms, const Handlers& handlers) = 0;
  virtual void wake() = 0;
  virtual void to_coordinator(ByteView message) = 0;
  /// Replaces the former subscription. Error: kInvalid for an endpoint that is not allowed.
  virtual Status subscribe(const std::string& endpoint, const LogId& topic) = 0;
  virtual void to_local(const Peer& peer, ByteView message) = 0;
};

}  // namespace groupctl
