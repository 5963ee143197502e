// The simulated network: bytes between one coordinator and its members and admins, which it delays,
// loses, repeats and reorders; sessions that end; directions that are cut.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "tests/simulation/world/faults.h"
#include "tests/simulation/world/trace.h"
#include "wire/bus.h"

namespace groupctl::sim {

/// A place in the network: the coordinator is 0.
using NodeId = std::uint32_t;
inline constexpr NodeId kCoordinatorNode = 0;

enum class Plane : std::uint8_t { kMember, kAdmin, kCommand };

/// What becomes of one message.
struct Fate {
  std::uint32_t copies = 1;  ///< 0: lost
  Millis extra_ms = 0;
  bool may_overtake = false;
};
struct Passage {
  NodeId from = 0;
  NodeId to = 0;
  Plane plane = Plane::kMember;
};

class Net {
 public:
  struct Server {
    std::function<void(const Peer&, ByteView)> on_member;
    std::function<void(const Peer&, ByteView)> on_admin;
    std::function<void()> on_subscriber;
  };
  struct Client {
    std::function<void(ByteView)> on_reply;
    std::function<void(ByteView envelope, ByteView frame)> on_publication;
  };
  Net(EventQueue& queue, Pcg& random, const Faults& faults)
      : queue_(queue), random_(random), faults_(faults) {}

  /// The coordinator is up; every subscription that stands is made again.
  void serve(Server server);
  /// It is down and all sessions end. What it said last still arrives after an orderly end, and is
  /// lost after a crash; what is under way to it is lost.
  void stop_serving(bool orderly);
  /// A node comes up with a fresh session and no subscription.
  void connect(NodeId node, Plane plane, Client client);
  void disconnect(NodeId node);
  /// The connection breaks and is made again: another routing id, what is under way is lost.
  void renew_session(NodeId node);

  void to_server(NodeId from, Bytes message);
  /// To an unknown routing id: dropped, as a ROUTER does.
  void to_client(const Peer& peer, Bytes message);
  void subscribe(NodeId node, const LogId& topic);
  void publish(const LogId& topic, Bytes envelope, ByteView frame);

  /// Cuts one direction until healed.
  void cut(NodeId from, NodeId to) { cuts_.emplace(from, to); }
  void heal(NodeId from, NodeId to) { cuts_.erase({from, to}); }
  void heal_all() { cuts_.clear(); }

  /// Asked before chance is: nullopt leaves the message to chance. For faults given by hand.
  using Rule = std::function<std::optional<Fate>(const Passage&, ByteView first_part)>;
  void set_rule(Rule rule) { rule_ = std::move(rule); }

 private:
  struct Session {
    Plane plane = Plane::kMember;
    std::uint64_t serial = 0;
    Client client;
    std::optional<LogId> topic;
    bool connected = false;
    Millis latest_up = 0;  // latest arrival so far, each way: what keeps order
    Millis latest_down = 0;
    Millis latest_published = 0;
  };
  Fate fate(const Passage& passage, ByteView bytes);
  /// Schedules `arrive` for each copy that arrives while the session of `node` stands.
  void pass(const Passage& passage, NodeId node, ByteView bytes, Millis& latest,
            std::function<void(Session&)> arrive);
  void echo(NodeId node, const std::function<void(Session&)>& arrive);
  void announce_subscription(NodeId node);
  static std::string routing_id(NodeId node, const Session& session);

  EventQueue& queue_;
  Pcg& random_;
  const Faults& faults_;
  std::optional<Server> server_;
  std::uint64_t servers_ = 0;  // there have been so many
  std::map<NodeId, Session> sessions_;
  std::set<std::pair<NodeId, NodeId>> cuts_;
  Rule rule_;
};

}  // namespace groupctl::sim
