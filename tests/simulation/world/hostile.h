// Peers that mean harm: members with a key of their own that lie, operators that try what they may
// not, and holders of keys that are not let in, who try everything. They speak beside the network,
// as over connections that were never cut.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/world/world.h"

namespace groupctl::sim {

class Hostile {
 public:
  Hostile(World& world, std::uint64_t seed) : world_(world), random_(seed, kStream) {}

  /// Draws them; gives the keys that the group has of them.
  std::vector<KeyInfo> appear();
  void start() { next(); }
  void stop() { stopped_ = true; }

 private:
  static constexpr std::uint64_t kStream = 13;
  struct Self {
    std::string name;
    PublicKey key;
    ServerId server_id;
    Peer peer = {};
    Incarnation incarnation = {};
    SessionNumber session = {};
  };
  void next();
  void strike();
  void add(const std::string& name);
  const std::string& group() const { return world_.coordinator().group(); }
  Self& drawn_self() { return *selves_[random_.below(selves_.size())]; }
  bool is_operator(const Self& self) const { return self.name == "xo"; }

  void say(Self& self, const MemberMessage& message);
  void say(Self& self, const AdminRequest& request);
  /// What somebody else has said, once more, as it was or altered.
  void repeat(Self& self);
  Bytes altered(Bytes bytes);
  void flood(Self& self);

  MemberMessage drawn_message(Self& self);
  Join drawn_join(Self& self);
  Ack drawn_ack(Self& self);
  AdminRequest drawn_request();
  std::vector<OutcomeReport> drawn_outcomes();
  Sequence drawn_sequence();
  ServerId server_of_the_roster();
  /// Of a session, a join, a name: somebody else's where there is one.
  SessionNumber other_session(const Self& self);
  const MemberSpec& other_member();
  template <class Message>
  std::optional<Message> heard_from_others();

  World& world_;
  Pcg random_;
  std::vector<std::unique_ptr<Self>> selves_;
  std::uint64_t requests_ = 0;
  bool stopped_ = false;
};

}  // namespace groupctl::sim
