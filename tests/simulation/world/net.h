// The simulated network: bytes between one coordinator and its members and admins, which it delays,
// loses, repeats and reorders; sessions that end; directions that are cut; keys that are not let
// in.
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
    std::shared_ptr<const Admissions> admissions = {};  ///< null: without keys
  };
  struct Client {
    std::function<void(ByteView)> on_reply;
    std::function<void(ByteView envelope, ByteView frame)> on_publication = {};
    std::function<void()> on_refused = {};  ///< the handshake failed; it is not tried again
    PublicKey key = {};
  };
  Net(EventQueue& queue, Pcg& random, const Faults& faults)
      : queue_(queue), random_(random), faults_(faults) {}

  /// The coordinator is up; every subscription that stands is made again.
  void serve(Server server);
  /// It is down and all sessions end. What it said last still arrives after an orderly end, and is
  /// lost after a crash; what is under way to it is lost.
  void stop_serving(bool orderly);
  /// Who is let in from now on, as CoordinatorBus::admit says.
  void admit(std::shared_ptr<const Admissions> admissions);
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

  /// Told of every message when it is said, whatever becomes of it. `second`: of a publication.
  using Tap = std::function<void(const Passage&, ByteView first, ByteView second)>;
  void set_tap(Tap tap) { tap_ = std::move(tap); }
  /// As the coordinator knows this node; nullopt: it has not let it in.
  std::optional<Peer> peer_of(NodeId node) const;

 private:
  /// How the handshake of a connection ended; it is asked for when the first message arrives.
  enum class Link : std::uint8_t { kOpening, kUp, kRefused };
  struct Session {
    Plane plane = Plane::kMember;
    Link link = Link::kOpening;
    bool hears = false;  // publications of its topic
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
  void begin_anew(NodeId node, Session& session);
  bool let_in(NodeId node, Session& session);
  bool may(const PublicKey& key, bool Admission::*plane) const;
  /// Without keys nobody has to be asked first.
  bool hears_at_once() const { return server_ && !server_->admissions; }
  void tell(const Passage& passage, ByteView first, ByteView second = {}) const {
    if (tap_) tap_(passage, first, second);
  }
  static std::string routing_id(NodeId node, const Session& session);

  EventQueue& queue_;
  Pcg& random_;
  const Faults& faults_;
  std::optional<Server> server_;
  std::uint64_t servers_ = 0;  // there have been so many
  std::map<NodeId, Session> sessions_;
  std::set<std::pair<NodeId, NodeId>> cuts_;
  Rule rule_;
  Tap tap_;
};

}  // namespace groupctl::sim
