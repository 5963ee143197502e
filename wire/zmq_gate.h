// The gate of a coordinator's TCP listeners: drives ConnectionGate by what libzmq tells, and ends
// the connections that are to go.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "log/unique_fd.h"
#include "wire/connection_gate.h"
#include "wire/refusal_log.h"
#include "wire/zmq_bus.h"
#include "wire/zmq_sockets.h"

namespace groupctl::zmq_shell {

/// The planes, as the gate numbers them.
enum class Plane : std::uint8_t { kMember, kAdmin, kCommand };
inline constexpr std::size_t kPlanes = 3;
std::string_view to_word(Plane plane);

/// Where a plane is bound.
struct BoundAt {
  std::string address;  ///< empty: at all
  std::uint16_t port = 0;
};

class ZmqGate {
 public:
  ZmqGate(ZmqContext& context, std::shared_ptr<ConnectionBudget> budget,
          std::function<void(const CutReport&)> on_cut);
  ~ZmqGate();
  ZmqGate(const ZmqGate&) = delete;
  ZmqGate& operator=(const ZmqGate&) = delete;

  /// Before it is bound. Throws zmq::error_t.
  void watch(Plane plane, zmq::socket_t& socket);
  /// Where it is bound; without this nobody is ended.
  void bound(Plane plane, const std::string& endpoint);

  /// What a poll is to look at, in the order of the planes.
  std::size_t add_to(zmq::pollitem_t* items);
  /// Reads what has been told, and ends who is to go.
  void turn();
  /// How long a poll may wait at most.
  std::uint64_t wait_ms(std::uint64_t timeout_ms) const;
  /// A message has come of this owner. Whether it is its first one on this connection.
  bool spoke(Plane plane, zmq::message_t& message, const ConnectionOwner& owner);
  /// A message was put into the queue of this connection (Peer::connection).
  void given(Plane plane, int connection, std::size_t bytes, bool with_keys);
  /// This key has no place there any more: ends all that it has and that have spoken.
  void disown(Plane plane, const PublicKey& key);
  /// The same, in a moment: what it is told of it leaves before.
  void disown_soon(Plane plane, const PublicKey& key);

 private:
  struct Watched {
    std::unique_ptr<Events> events;
    BoundAt at;
  };
  /// Whether there were any.
  bool read_events(std::size_t plane);
  void measure(LocalTime now);
  void end(const std::optional<ConnectionGate::Cut>& cut);
  bool hear(std::size_t plane, const Connection& connection, const ConnectionOwner& owner);
  void tell_strangers();
  void settle_account();

  ZmqContext& context_;
  const std::shared_ptr<ConnectionBudget> budget_;
  const std::function<void(const CutReport&)> on_cut_;
  ConnectionGate gate_;
  std::array<Watched, kPlanes> watched_;
  std::size_t counted_ = 0;  // in the budget
  struct Leaving {
    LocalTime at;
    Plane plane = Plane::kMember;
    PublicKey key;
  };
  std::deque<Leaving> leaving_;  // in their order
  LocalTime measure_next_;
  LocalTime events_next_;
  UniqueFd nothing_;  // stands in spare_ while nobody is being ended
  UniqueFd spare_;    // a place for a connection, so that ending it needs no new descriptor
  RefusalLog said_;
};

}  // namespace groupctl::zmq_shell
