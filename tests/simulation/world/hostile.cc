#include "tests/simulation/world/hostile.h"

#include <algorithm>

#include "tests/simulation/world/commands.h"
#include "tests/simulation/world/locksmith.h"
#include "wire/limits.h"
#include "wire/question_messages.h"

namespace groupctl::sim {
namespace {

constexpr std::size_t kAtOnce = 4;
constexpr int kFlood = 150;

}  // namespace

void Hostile::add(const std::string& name) {
  auto made = std::make_unique<Self>();
  Self* self = made.get();
  self->name = name;
  self->key = draw_key(random_);
  for (std::uint8_t& byte : self->server_id.bytes) {
    byte = static_cast<std::uint8_t>(random_.below(256));
  }
  self->peer = world_.coordinator().open_door(name, self->key, [self](const MemberReply& reply) {
    if (const auto* welcome = std::get_if<Welcome>(&reply)) self->session = welcome->session;
  });
  selves_.push_back(std::move(made));
}

/// xm and xn are members; xr looks on; xo is an operator; xv was a member, xt was let in for a
/// time that is over; xu is of another group.
std::vector<KeyInfo> Hostile::appear() {
  if (world_.stage().faults.hostile_interval_ms == 0) return {};
  for (const char* name : {"xm", "xn", "xr", "xo", "xv", "xt", "xu"}) add(name);
  std::vector<KeyInfo> keys;
  const auto of = [&](std::size_t at, KeyRole role) {
    keys.push_back(accepted_key(selves_[at]->key, selves_[at]->name, role));
  };
  of(0, KeyRole::kMember);
  of(1, KeyRole::kMember);
  of(2, KeyRole::kReader);
  of(3, KeyRole::kOperator);
  of(4, KeyRole::kMember);
  keys.back().state = KeyState::kRevoked;
  of(5, KeyRole::kAdmin);
  keys.back().until = GroupTime(Stage::kWallStartMs);
  return keys;
}

void Hostile::next() {
  Stage& stage = world_.stage();
  if (stage.faults.hostile_interval_ms == 0) return;
  stage.queue.after(1 + random_.below(2 * stage.faults.hostile_interval_ms), [this] {
    if (stopped_) return;
    const std::uint64_t times = 1 + random_.below(kAtOnce);
    for (std::uint64_t i = 0; i < times; ++i) strike();
    next();
  });
}

void Hostile::strike() {
  Self& self = drawn_self();
  if (random_.chance(10)) return flood(self);
  const std::uint64_t kind = random_.below(10);
  if (kind < 3 && !is_operator(self)) return repeat(self);
  // An operator may do much that is no harm: it is asked to try what it may not.
  if (kind < 5 || is_operator(self)) return say(self, drawn_request());
  say(self, drawn_message(self));
}

void Hostile::say(Self& self, const MemberMessage& message) {
  Bytes bytes = encode(message);
  if (random_.chance(150)) bytes = altered(std::move(bytes));
  world_.coordinator().hear_at_door(Plane::kMember, self.peer, bytes);
}

void Hostile::say(Self& self, const AdminRequest& request) {
  const Bytes bytes = encode(AdminRequestId(++requests_), request);
  world_.coordinator().hear_at_door(Plane::kAdmin, self.peer, bytes);
}

void Hostile::repeat(Self& self) {
  const auto& tape = world_.coordinator().tape();
  if (tape.empty()) return;
  const auto& said = tape[random_.below(tape.size())];
  Bytes bytes = said.bytes;
  if (random_.chance(500)) bytes = altered(std::move(bytes));
  // Mostly where it was said, sometimes on the wrong plane.
  const bool astray = random_.chance(100);
  const bool member = (said.plane == Plane::kMember) != astray;
  world_.coordinator().hear_at_door(member ? Plane::kMember : Plane::kAdmin, self.peer, bytes);
}

void Hostile::flood(Self& self) {
  for (int i = 0; i < kFlood; ++i) say(self, MemberMessage(drawn_ack(self)));
}

Bytes Hostile::altered(Bytes bytes) {
  const std::uint64_t changes = 1 + random_.below(4);
  for (std::uint64_t i = 0; i < changes && !bytes.empty(); ++i) {
    const std::size_t at = random_.below(bytes.size());
    const std::uint64_t kind = random_.below(10);
    if (kind == 0) {
      bytes.resize(at);
    } else if (kind == 1) {
      bytes.resize(bytes.size() + 8 * (1 + random_.below(8)));
    } else if (kind < 5) {
      bytes[at] = static_cast<std::uint8_t>(random_.below(256));
    } else {
      bytes[at] ^= static_cast<std::uint8_t>(1U << random_.below(8));
    }
  }
  return bytes;
}

// ---- what others have said

template <class Message>
std::optional<Message> Hostile::heard_from_others() {
  const auto& tape = world_.coordinator().tape();
  for (int tries = 0; tries < 8 && !tape.empty(); ++tries) {
    const auto& said = tape[random_.below(tape.size())];
    if (said.plane != Plane::kMember) continue;
    const auto message = decode_member_message(said.bytes);
    if (!message) continue;
    if (const auto* one = std::get_if<Message>(&*message)) return *one;
  }
  return std::nullopt;
}

SessionNumber Hostile::other_session(const Self& self) {
  if (random_.chance(600)) return self.session;
  const auto ack = heard_from_others<Ack>();
  return ack ? ack->session : SessionNumber(random_.below(UINT64_MAX));
}

const MemberSpec& Hostile::other_member() {
  return world_.members()[random_.below(world_.members().size())]->spec();
}

Sequence Hostile::drawn_sequence() {
  const std::uint64_t last = world_.stage().truth.last().value;
  if (random_.chance(50)) return Sequence(random_.below(UINT64_MAX));
  return Sequence(random_.below(last + 10));
}

// ---- what they say on the member plane

MemberMessage Hostile::drawn_message(Self& self) {
  switch (random_.below(12)) {
    case 0:
      return Hello{kProtocolVersion, "x", random_.chance(700) ? group() : "other", self.name};
    case 1:
      return Hello{kProtocolVersion, "x", group(), other_member().name};
    case 2:
    case 3:
      return drawn_join(self);
    case 4:
      return ReplayRequest{other_session(self), drawn_sequence(),
                           static_cast<std::uint32_t>(random_.below(kMaxReplayPages))};
    case 5:
      return SnapshotRequest{other_session(self), {}, random_.below(1000)};
    case 6:
      return random_.chance(200) ? MemberMessage(Leave{other_session(self)})
                                 : MemberMessage(ProbeReply{other_session(self), random_.below(9)});
    case 7:
      return MemberAnswer{other_session(self), random_.below(20), encode(Answer())};
    case 8:
      return Enrol{kProtocolVersion, "x", group(), other_member().name, self.key};
    case 9:
      return random_.chance(100) ? MemberMessage(RotateKey{draw_key(random_)})
                                 : MemberMessage(RotateKey{other_member().key});
    default:
      return drawn_ack(self);
  }
}

/// In its own name or in another's, with its own server or another's; and it has what others have,
/// or says so.
Join Hostile::drawn_join(Self& self) {
  Join join;
  if (auto theirs = heard_from_others<Join>(); theirs && random_.chance(500)) {
    join = *theirs;
  }
  self.incarnation = self.incarnation.next();
  join.group = random_.chance(950) ? group() : "other";
  join.name = random_.chance(750) ? self.name : other_member().name;
  join.server_id = self.server_id;
  if (random_.chance(250)) join.server_id = server_of_the_roster();
  join.incarnation = self.incarnation;
  if (random_.chance(300)) join.marks = {drawn_sequence(), drawn_sequence()};
  if (random_.chance(300)) join.outcomes = drawn_outcomes();
  if (random_.chance(200)) join.labels["role"] = "web";
  return join;
}

/// One that is a member's now: what somebody else's server was to be nobody could tell.
ServerId Hostile::server_of_the_roster() {
  const auto rows = roster(world_.stage().truth.state());
  return rows.empty() ? ServerId() : rows[random_.below(rows.size())].server_id;
}

Ack Hostile::drawn_ack(Self& self) {
  Ack ack;
  ack.session = other_session(self);
  ack.number = AckNumber(random_.below(5));
  ack.marks.received = drawn_sequence();
  ack.marks.executed = random_.chance(500) ? ack.marks.received : drawn_sequence();
  if (random_.chance(500)) ack.state_digest = world_.stage().truth.state().digest();
  if (random_.chance(500)) ack.outcomes = drawn_outcomes();
  if (random_.chance(200)) ack.running = {drawn_sequence(), "sleeps", 50};
  if (random_.chance(100)) ack.held_at = drawn_sequence();
  ack.asks = random_.chance(300);
  return ack;
}

std::vector<OutcomeReport> Hostile::drawn_outcomes() {
  std::vector<OutcomeReport> outcomes(1 + random_.below(4));
  for (OutcomeReport& one : outcomes) {
    one.first = drawn_sequence();
    one.last = random_.chance(700) ? one.first : drawn_sequence();
    one.outcome = random_.chance(500) ? Outcome::kFailed : Outcome::kUnknown;
    one.text = "so it says";
  }
  return outcomes;
}

// ---- and on the admin plane

/// What an operator may not, a reader less, and others not at all.
AdminRequest Hostile::drawn_request() {
  ChangeKey change;
  change.key = random_.chance(500) ? drawn_self().key : other_member().key;
  change.name = "xa";
  change.role = KeyRole::kAdmin;
  change.what = random_.chance(500) ? ChangeKey::What::kAdd : ChangeKey::What::kRevoke;
  switch (random_.below(4)) {
    case 0: {
      CreateGroup create;
      create.name = "other";
      return create;
    }
    case 1: {
      DeleteGroup deletion;
      deletion.name = group();
      return deletion;
    }
    case 2:
      return Recover{std::max(drawn_sequence(), Sequence(1)), "xo@desk", "gone"};
    default:
      return change;
  }
}

}  // namespace groupctl::sim
