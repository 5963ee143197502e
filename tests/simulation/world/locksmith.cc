#include "tests/simulation/world/locksmith.h"

#include <algorithm>

#include "tests/simulation/world/commands.h"

namespace groupctl::sim {
namespace {

constexpr Millis kLooksEachMs = 700;
constexpr const char* kIssuer = "locksmith@desk";

}  // namespace

PublicKey draw_key(Pcg& random) {
  PublicKey key;
  for (std::uint8_t& byte : key.bytes) byte = static_cast<std::uint8_t>(random.below(256));
  return key;
}

void Locksmith::furnish(const std::vector<KeyInfo>& others) {
  if (!world_.stage().faults.keys) return;
  std::vector<KeyInfo> rows = others;
  const PublicKey guest = draw_key(random_);
  rows.push_back(accepted_key(guest, "guest", KeyRole::kGuest));
  KeyInfo token = accepted_key(draw_key(random_), "init", KeyRole::kToken);
  token.uses_left = static_cast<std::uint32_t>(1 + random_.below(4));
  token.until = GroupTime(Stage::kWallStartMs + 1000 + random_.below(8000));
  rows.push_back(token);
  for (auto& admin : world_.admins()) {
    const bool first = admin == world_.admins().front();
    admin->set_key(draw_key(random_));
    rows.push_back(
        accepted_key(admin->key(), admin->name(), first ? KeyRole::kAdmin : KeyRole::kOperator));
  }
  for (auto& member : world_.members()) {
    const PublicKey key = draw_key(random_);
    const std::uint64_t way = random_.below(3);
    member->set_key(key, way == 0 ? token.key : PublicKey());
    member->set_guest(guest);
    if (way == 1) rows.push_back(accepted_key(key, member->spec().name, KeyRole::kMember));
  }
  world_.coordinator().set_keys(rows);
}

void Locksmith::start() {
  if (!world_.stage().faults.keys) return;
  next();
  look_after_keys();
}

void Locksmith::next() {
  Stage& stage = world_.stage();
  if (stage.faults.key_interval_ms == 0) return;
  stage.queue.after(1 + random_.below(2 * stage.faults.key_interval_ms), [this] {
    if (ended_) return;
    strike();
    next();
  });
}

MemberNode& Locksmith::drawn_member() {
  return *world_.members()[random_.below(world_.members().size())];
}

void Locksmith::strike() {
  const std::uint64_t kind = random_.below(10);
  if (kind < 4) {
    rotate(drawn_member());
  } else if (kind < 7) {
    revoke(drawn_member());
  } else if (kind < 9) {
    lose_key(drawn_member());
  } else {
    for (const auto& [key, info] : world_.coordinator().keys().all()) {
      if (!is_hostile(info.name) || info.state != KeyState::kAccepted) continue;
      change(ChangeKey::What::kRevoke, key, "", false);
      return world_.stage().trace.sometimes("a hostile key is revoked");
    }
  }
}

void Locksmith::revoke(MemberNode& member) {
  const bool up = member.up() && member.core()->phase() == MemberPhase::kInStep;
  if (up) world_.stage().trace.sometimes("a member in step is revoked");
  change(ChangeKey::What::kRevoke, member.spec().key, "", false);
}

/// Its key is gone, and the coordinator does not know. Some are given a token, others ask.
void Locksmith::lose_key(MemberNode& member) {
  world_.stage().trace.sometimes("a member's key is lost");
  member.set_key(draw_key(random_), random_.chance(500) ? make_token() : PublicKey());
  restart(member);
}

/// Said on its machine with the key that it has, beside its process, which has the next one when it
/// is started anew.
void Locksmith::rotate(MemberNode& member) {
  CoordinatorNode& coordinator = world_.coordinator();
  const PublicKey next_key = draw_key(random_);
  const PublicKey now_key = member.spec().key;
  const Peer peer = coordinator.open_door(
      "the machine of " + member.spec().name, now_key,
      [this, &member, next_key, now_key](const MemberReply& reply) {
        const auto* enrolled = std::get_if<Enrolled>(&reply);
        const bool done = enrolled != nullptr && enrolled->state == KeyState::kAccepted;
        if (!done || ended_ || member.spec().key != now_key) return;
        world_.stage().trace.sometimes("a key is rotated");
        member.set_key(next_key, {});
        world_.stage().queue.after(random_.below(4000), [this, &member] { restart(member); });
      });
  coordinator.hear_at_door(Plane::kMember, peer, encode(MemberMessage(RotateKey{next_key})));
}

void Locksmith::restart(MemberNode& member) {
  member.crash();
  world_.stage().queue.after(20 + random_.below(500), [&member] { member.start(); });
}

PublicKey Locksmith::make_token() {
  ChangeKey token;
  token.what = ChangeKey::What::kAdd;
  token.key = draw_key(random_);
  token.name = "one";
  token.role = KeyRole::kToken;
  token.uses = 1;
  token.ttl_ms = 1000 + random_.below(10000);
  token.issuer = kIssuer;
  world_.coordinator().ask(token, [](const AdminReply&) {});
  return token.key;
}

void Locksmith::change(ChangeKey::What what, const PublicKey& key, const std::string& name,
                       bool replace) {
  ChangeKey change;
  change.what = what;
  change.key = key;
  change.name = name;
  if (what == ChangeKey::What::kAccept) change.role = KeyRole::kMember;
  change.issuer = kIssuer;
  change.replace = replace;
  world_.coordinator().ask(change, [](const AdminReply&) {});
}

// ---- who asks, and who is to go

void Locksmith::look_after_keys() {
  world_.stage().queue.after(kLooksEachMs, [this] {
    const std::map<PublicKey, KeyInfo> known = world_.coordinator().keys().all();
    for (const auto& [key, info] : known) judge(info);
    if (ended_) throw_out();
    look_after_keys();
  });
}

/// A member's own key is let in, late; whoever else asks is turned away.
void Locksmith::judge(const KeyInfo& info) {
  if (ended_ && is_hostile(info.name) && info.state == KeyState::kAccepted) {
    return change(ChangeKey::What::kRevoke, info.key, "", false);
  }
  if (info.state == KeyState::kAccepted || info.role == KeyRole::kToken) return;
  for (const auto& member : world_.members()) {
    if (member->spec().key != info.key) continue;
    if (!sometimes(400)) return;
    const bool pending = info.state == KeyState::kPending;
    world_.stage().trace.sometimes(pending ? "a pending key is accepted"
                                           : "a revoked key is accepted again");
    return change(ChangeKey::What::kAccept, info.key, member->spec().name, true);
  }
  if (info.state == KeyState::kPending && sometimes(300)) {
    change(ChangeKey::What::kReject, info.key, "", false);
  }
}

void Locksmith::throw_out() {
  AdminNode& admin = *world_.admins().front();
  if (!admin.all_answered()) return;
  for (const MemberRow& row : roster(world_.stage().truth.state())) {
    if (!is_hostile(row.name)) continue;
    world_.stage().trace.sometimes("a hostile member is evicted");
    admin.submit({*make_command("EVICT " + row.name, Target::none())}, true);
    return;
  }
}

}  // namespace groupctl::sim
