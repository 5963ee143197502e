#include "tests/simulation/world/visitors.h"

namespace groupctl::sim {
namespace {

constexpr Millis kVisitsEachMs = 60;
constexpr const char* kDoor = "another group";

}  // namespace

void Visitors::start(std::vector<World*> from) {
  from_ = std::move(from);
  if (!from_.empty() && world_.stage().faults.keys) next();
}

void Visitors::next() {
  world_.stage().queue.after(1 + random_.below(2 * kVisitsEachMs), [this] {
    if (stopped_) return;
    visit();
    next();
  });
}

/// As much is drawn whoever is there.
void Visitors::visit() {
  World* home = from_[random_.below(from_.size())];
  const bool brings_a_member = random_.chance(300);
  const std::uint64_t which = random_.below(UINT64_MAX);
  CoordinatorNode& here = world_.coordinator();
  const bool spoke =
      home != nullptr && (brings_a_member ? bring_a_member(*home, which) : repeat(*home, which));
  if (!spoke) here.hear_noise(here.open_door(kDoor, {}, [](const MemberReply&) {}));
}

/// One of them comes with its own key, which nobody knows here, and says what it says at home.
bool Visitors::repeat(World& home, std::uint64_t which) {
  const auto& tape = home.coordinator().tape();
  if (tape.empty()) return false;
  const auto& said = tape[which % tape.size()];
  const PublicKey& key = home.members()[which % home.members().size()]->spec().key;
  if (!key || !world_.coordinator().up()) return false;
  const Peer peer = world_.coordinator().open_door(kDoor, key, [](const MemberReply&) {});
  world_.coordinator().hear_at_door(said.plane, peer, said.bytes);
  world_.stage().trace.sometimes("a message of another group");
  return true;
}

/// A member of this group that is let in says that a member there is its server.
bool Visitors::bring_a_member(World& home, std::uint64_t which) {
  CoordinatorNode& here = world_.coordinator();
  const auto& servers = home.coordinator().servers();
  if (!here.up() || servers.empty()) return false;
  auto server = servers.begin();
  std::advance(server, which % servers.size());
  for (const auto& [key, info] : here.keys().all()) {
    if (info.name != "xm" || info.state != KeyState::kAccepted) continue;
    Join join;
    join.group = here.group();
    join.name = info.name;
    join.server_id = server->second;
    join.incarnation = Incarnation(1);
    const Peer peer = here.open_door(kDoor, key, [](const MemberReply&) {});
    // Revoked just now, and not on the disk yet: nobody could judge what comes of it.
    if (!here.core()->may(peer, join)) return false;
    here.hear_at_door(Plane::kMember, peer, encode(MemberMessage(join)));
    world_.stage().trace.sometimes("a member of another group");
    return true;
  }
  return false;
}

}  // namespace groupctl::sim
