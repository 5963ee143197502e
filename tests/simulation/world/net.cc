#include "tests/simulation/world/net.h"

#include <algorithm>

namespace groupctl::sim {

void Net::serve(Server server) {
  server_ = std::move(server);
  ++servers_;
  for (auto& [node, session] : sessions_) {
    if (session.link != Link::kRefused) begin_anew(node, session);
  }
}

void Net::begin_anew(NodeId node, Session& session) {
  ++session.serial;
  session.link = Link::kOpening;
  session.hears = hears_at_once();
  if (session.topic) announce_subscription(node);
}

/// Connections that are there stay, but for those of subscribers when one of them has lost the
/// command plane: all of these are made anew.
void Net::admit(std::shared_ptr<const Admissions> admissions) {
  if (!server_ || !server_->admissions) return;
  const auto before = std::exchange(server_->admissions, std::move(admissions));
  const bool cuts = std::any_of(before->begin(), before->end(), [this](const auto& one) {
    return one.second.command && !may(one.first, &Admission::command);
  });
  if (!cuts) return;
  for (auto& [node, session] : sessions_) {
    session.hears = false;
    if (session.topic) announce_subscription(node);
  }
}

bool Net::may(const PublicKey& key, bool Admission::*plane) const {
  if (!server_->admissions) return true;
  const auto found = server_->admissions->find(key);
  return found != server_->admissions->end() && found->second.*plane;
}

bool Net::let_in(NodeId node, Session& session) {
  if (session.link != Link::kOpening) return session.link == Link::kUp;
  const bool member = session.plane == Plane::kMember;
  if (may(session.client.key, member ? &Admission::member : &Admission::admin)) {
    session.link = Link::kUp;
    return true;
  }
  session.link = Link::kRefused;
  queue_.after(faults_.delay_min_ms, [this, node, serial = session.serial] {
    const Session& refused = sessions_[node];
    if (refused.connected && refused.serial == serial) refused.client.on_refused();
  });
  return false;
}

void Net::stop_serving(bool orderly) {
  server_.reset();
  if (orderly) return;  // the sessions end when it serves again
  for (auto& [node, session] : sessions_) {
    // That it was refused reaches a client whatever becomes of the server.
    if (session.link != Link::kRefused) ++session.serial;
  }
}

void Net::connect(NodeId node, Plane plane, Client client) {
  Session& session = sessions_[node];
  session.plane = plane;
  session.client = std::move(client);
  session.topic.reset();
  session.connected = true;
  begin_anew(node, session);
}

void Net::disconnect(NodeId node) {
  Session& session = sessions_[node];
  ++session.serial;
  session.connected = false;
  session.topic.reset();
}

void Net::renew_session(NodeId node) { begin_anew(node, sessions_[node]); }

std::string Net::routing_id(NodeId node, const Session& session) {
  return std::to_string(node) + "." + std::to_string(session.serial);
}

Fate Net::fate(const Passage& passage, ByteView bytes) {
  if (cuts_.contains({passage.from, passage.to})) return {0, 0, false};
  if (rule_) {
    if (auto ruled = rule_(passage, bytes)) return *ruled;
  }
  Fate drawn;
  const bool published = passage.plane == Plane::kCommand;
  if (random_.chance(published ? faults_.publication_loss : faults_.loss)) drawn.copies = 0;
  const bool may_repeat =
      passage.plane != Plane::kAdmin;  // an admin repeats itself, by its own choice
  if (drawn.copies > 0 && may_repeat && random_.chance(faults_.duplicate)) {
    drawn.copies += 1 + static_cast<std::uint32_t>(random_.below(2));
  }
  drawn.may_overtake = random_.chance(faults_.reorder);
  if (drawn.may_overtake) drawn.extra_ms = random_.below(3 * faults_.delay_max_ms);
  return drawn;
}

void Net::pass(const Passage& passage, NodeId node, ByteView bytes, Millis& latest,
               std::function<void(Session&)> arrive) {
  const Fate what = fate(passage, bytes);
  // What operators are told bears no epoch: a connection ends with the coordinator it was made to.
  const bool fenced = passage.plane != Plane::kAdmin;
  if (fenced && passage.from == kCoordinatorNode && random_.chance(faults_.echo)) {
    echo(node, arrive);
  }
  const std::uint64_t serial = sessions_[node].serial;
  for (std::uint32_t copy = 0; copy < what.copies; ++copy) {
    Millis time = queue_.now() + faults_.delay_min_ms + what.extra_ms +
                  random_.below(faults_.delay_max_ms - faults_.delay_min_ms + 1);
    if (!what.may_overtake) time = latest = std::max(latest, time);
    queue_.at(time, [this, node, serial, arrive] {
      Session& session = sessions_[node];
      if (session.connected && session.serial == serial) arrive(session);
    });
  }
}

/// A former coordinator that does not know that it is one: heard only when another one speaks.
void Net::echo(NodeId node, const std::function<void(Session&)>& arrive) {
  queue_.after(100 + random_.below(4000), [this, node, servers = servers_, arrive] {
    Session& session = sessions_[node];
    if (session.connected && servers != servers_) arrive(session);
  });
}

std::optional<Peer> Net::peer_of(NodeId node) const {
  const auto found = sessions_.find(node);
  if (found == sessions_.end() || found->second.link != Link::kUp) return std::nullopt;
  return Peer{routing_id(node, found->second), found->second.client.key};
}

void Net::to_server(NodeId from, Bytes message) {
  Session& sender = sessions_[from];
  tell({from, kCoordinatorNode, sender.plane}, message);
  if (!server_) return;
  auto shared = std::make_shared<const Bytes>(std::move(message));
  pass({from, kCoordinatorNode, sender.plane}, from, *shared, sender.latest_up,
       [this, from, shared](Session& session) {
         if (!server_ || !let_in(from, session)) return;
         const Peer peer{routing_id(from, session), session.client.key};
         (session.plane == Plane::kMember ? server_->on_member : server_->on_admin)(peer, *shared);
       });
}

void Net::to_client(const Peer& peer, Bytes message) {
  for (auto& [node, session] : sessions_) {
    if (!session.connected || routing_id(node, session) != peer.routing_id) continue;
    tell({kCoordinatorNode, node, session.plane}, message);
    auto shared = std::make_shared<const Bytes>(std::move(message));
    pass({kCoordinatorNode, node, session.plane}, node, *shared, session.latest_down,
         [shared](Session& to) { to.client.on_reply(*shared); });
    return;
  }
}

void Net::subscribe(NodeId node, const LogId& topic) {
  sessions_[node].topic = topic;
  sessions_[node].hears = hears_at_once();
  announce_subscription(node);
}

void Net::announce_subscription(NodeId node) {
  const std::uint64_t serial = sessions_[node].serial;
  queue_.after(faults_.delay_min_ms, [this, node, serial] {
    Session& session = sessions_[node];
    if (!session.connected || session.serial != serial || !server_) return;
    if (!may(session.client.key, &Admission::command)) return;
    session.hears = true;
    server_->on_subscriber();
  });
}

void Net::publish(const LogId& topic, Bytes envelope, ByteView frame) {
  auto parts =
      std::make_shared<const std::pair<Bytes, Bytes>>(std::move(envelope), copy_bytes(frame));
  for (auto& [node, session] : sessions_) {
    if (!session.connected || !session.hears || session.topic != topic) continue;
    tell({kCoordinatorNode, node, Plane::kCommand}, parts->first, parts->second);
    pass({kCoordinatorNode, node, Plane::kCommand}, node, parts->first, session.latest_published,
         [parts](Session& to) { to.client.on_publication(parts->first, parts->second); });
  }
}

}  // namespace groupctl::sim
