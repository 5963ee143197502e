#include "tests/simulation/world/living_group.h"

#include "commands/state/target.h"
#include "tests/simulation/world/commands.h"
#include "tests/simulation/world/locksmith.h"
#include "tests/simulation/world/world_check.h"
#include "wire/question_messages.h"

namespace groupctl::sim {
namespace {

constexpr Millis kComesAndGoesMs = 700;
constexpr Millis kSubmitsEachMs = 40;
const char* const kUnderWay[] = {"DEPLOY shop@1", "SET mode=1", "PING", "DEPLOY shop@2", "DUMP"};
const char* const kHonest[] = {"m1", "m2"};

bool is_in_step(const MemberNode& member) {
  return member.up() && member.core()->phase() == MemberPhase::kInStep && member.idle();
}

}  // namespace

LivingGroup::LivingGroup(std::uint64_t seed) : world_(seed, command_table()) {
  Faults& faults = world_.stage().faults;
  faults.keys = true;
  faults.delay_max_ms = faults.commit_max_ms = faults.step_max_ms = 3;
  faults.step_failure = 100;
  faults.publication_loss = 300;  // so they are behind for a while, time and again
  faults.chunk_bytes = 512;
  faults.keep_entries = 40;
  faults.keep_age_ms = 1000;
  for (const char* name : {"m1", "m2", "m3", "m4", "x1", "x2"}) {
    world_.add_member(name, {{"role", name[0] == 'x' ? "db" : "web"}}, command_table());
  }
  world_.coordinator().set_retention(faults);
  world_.coordinator().set_chunk_bytes(faults.chunk_bytes);
  // So often may one come and join that much of what it says gets further than that.
  PeerBounds& bounds = world_.coordinator().defaults().bounds;
  bounds.knocks = Rate::per_second(2000, 2000);
  bounds.roster_changes = Rate::per_second(20, 20);
  world_.add_admin("a1").set_retry_ms(300);
  furnish();
}

/// x2 has a key that nobody knows yet; it asks as everybody may who knows the coordinator's.
void LivingGroup::furnish() {
  Pcg random = world_.stage().random;
  std::vector<KeyInfo> rows;
  const PublicKey guest = draw_key(random);
  rows.push_back(accepted_key(guest, "guest", KeyRole::kGuest));
  operator_key_ = draw_key(random);
  world_.coordinator().suspect(operator_key_);
  rows.push_back(accepted_key(operator_key_, "xo", KeyRole::kOperator));
  for (auto& admin : world_.admins()) {
    admin->set_key(draw_key(random));
    rows.push_back(accepted_key(admin->key(), admin->name(), KeyRole::kAdmin));
  }
  for (auto& member : world_.members()) {
    member->set_key(draw_key(random), {});
    member->set_guest(guest);
    if (is_hostile(member->spec().name)) world_.coordinator().suspect(member->spec().key);
    if (member->spec().name == "x2") continue;
    rows.push_back(accepted_key(member->spec().key, member->spec().name, KeyRole::kMember));
  }
  world_.coordinator().set_keys(rows);
  Net::Client nobody;
  nobody.on_reply = [](ByteView) {};
  nobody.key = operator_key_;
  world_.stage().net.connect(kSuspectOperator, Plane::kAdmin, std::move(nobody));
}

bool LivingGroup::is_suspect(NodeId node) {
  return node == suspect().spec().node || node == world_.member("x2")->spec().node;
}

void LivingGroup::live_on() {
  Stage& stage = world_.stage();
  stage.queue.run_until(stage.queue.now() + 1);
  AdminNode& admin = *world_.admin("a1");
  if (stage.queue.now() % kSubmitsEachMs == 0 && admin.all_answered()) {
    const char* text = kUnderWay[stage.queue.now() / kSubmitsEachMs % std::size(kUnderWay)];
    admin.submit({*make_command(text, Target::all())});
  }
  MemberNode& away = *world_.member("m3");
  if (stage.queue.now() % kComesAndGoesMs == 0 && !away.up()) return away.start();
  if (stage.queue.now() % kComesAndGoesMs == kComesAndGoesMs / 2) away.crash();
}

bool LivingGroup::run_until(const std::function<bool()>& done, Millis within) {
  Stage& stage = world_.stage();
  const Millis end = stage.queue.now() + within;
  while (!done() && stage.queue.now() < end && !stage.truth.violation()) {
    stage.queue.run_until(stage.queue.now() + 1);
  }
  return done();
}

bool LivingGroup::all_in_step() {
  for (const char* name : {"m1", "m2", "m3", "m4", "x1"}) {
    if (!is_in_step(*world_.member(name))) return false;
  }
  return true;
}

bool LivingGroup::submit(const std::string& text, bool force) {
  AdminNode& admin = *world_.admin("a1");
  const bool single = text.starts_with("EVICT");
  const auto command = make_command(text, single ? Target::none() : Target::all());
  const std::size_t index = admin.submit({*command}, force);
  return run_until([&] { return admin.all_answered(); }) && admin.was_accepted(index);
}

std::string LivingGroup::grow_up() {
  world_.coordinator().start();
  for (auto& member : world_.members()) member->start();
  if (!run_until([&] { return all_in_step(); })) return "they do not come together";
  for (const char* text :
       {"DEPLOY shop@1", "SET mode=1", "LABEL tier=gold", "PING", "UNSET mode"}) {
    if (!submit(text)) return std::string(text) + " is not accepted";
  }
  world_.member("m4")->crash();
  say_all_as_operator();
  say_all_as_admin();
  if (std::string wrong = comes_and_goes(); !wrong.empty()) return wrong;
  if (std::string wrong = is_asked_and_told(); !wrong.empty()) return wrong;
  return serves();
}

/// The suspect, as members do: by replay, by a snapshot, after it has left, after it was evicted.
std::string LivingGroup::comes_and_goes() {
  MemberNode& member = suspect();
  const auto back = [&] { return run_until([&] { return is_in_step(member); }); };
  member.crash();
  for (int i = 0; i < 5; ++i) submit("SET mode=" + std::to_string(i));
  member.start();
  if (!back()) return "no replay";
  member.leave();
  if (!run_until([&] { return member.has_left(); })) return "it does not leave";
  begin_anew(member);
  if (!back()) return "no snapshot";
  if (!submit("EVICT x1", true)) return "it is not evicted";
  if (!run_until([&] { return member.has_left(); })) return "it is not told";
  begin_anew(member);
  return back() ? "" : "it does not come back";
}

void LivingGroup::begin_anew(MemberNode& member) {
  member.wipe(world_.draw_server_id());
  member.start();
}

/// What members are told and asked now and then, and what is wrong with what they have said.
std::string LivingGroup::is_asked_and_told() {
  Net& net = world_.stage().net;
  MemberNode& member = suspect();
  const auto say = [&](const MemberMessage& message) {
    net.to_server(member.spec().node, encode(message));
    run_until([] { return false; }, 30);
  };
  PublicKey next = member.spec().key;
  next.bytes[0] ^= 1;
  say(RotateKey{next});
  say(Hello{kProtocolVersion, "x", "other", "x1"});
  say(Hello{kProtocolVersion, "x", world_.coordinator().group(), "x1"});
  MemberId id;
  for (const MemberRow& row : roster(world_.stage().truth.state())) {
    if (row.name == "x1") id = row.id;
  }
  for (const Question& one :
       {Question(DeltaQuestion{}), Question(ArtefactsQuestion{}), Question(ReconcileQuestion{})}) {
    say_as_operator(MemberAsk{id, encode(one)});
  }
  run_until([] { return false; }, 100);
  Join other;
  other.group = world_.coordinator().group();
  other.name = "x1";
  other.server_id = world_.draw_server_id();
  other.incarnation = Incarnation(1);
  say(other);  // whoever is there is asked whether it is
  world_.coordinator().crash();
  world_.coordinator().start();
  say(Ack());  // of no session
  say_as_operator(AdminHello{});
  world_.member("m4")->crash();
  return run_until([&] { return is_in_step(member); }) ? "" : "it does not join a new epoch";
}

void LivingGroup::says_otherwise(SessionNumber session) {
  Ack ack;
  ack.session = session;
  ack.marks.received = ack.marks.executed = world_.stage().truth.last();
  const NodeId node = suspect().spec().node;
  for (const MemberMessage& one :
       {MemberMessage(ack), MemberMessage(ArtefactRequest{session, sim_digest("api@1"), 0})}) {
    world_.stage().net.to_server(node, encode(one));
    run_until([] { return false; }, 10);
  }
  run_until([&] { return is_in_step(suspect()); });
}

void LivingGroup::say_as_operator(const AdminRequest& request) {
  world_.stage().net.to_server(kSuspectOperator, encode(AdminRequestId(++said_), request));
  run_until([] { return false; }, 5);
}

void LivingGroup::submit_as_operator(const std::string& text) {
  Submit submit;
  submit.first = next_request();
  submit.issuer = "xo@desk";
  submit.commands = {*make_command(text, *parse_target({"role=web"}))};
  submit.commands.front().message = "why";
  say_as_operator(submit);
}

void LivingGroup::say_all_as_operator() {
  for (const char* text : {"DEPLOY blog@2", "SET limit=3", "LABEL rack=r4", "PING", "DUMP",
                           "UNSET limit", "UNDEPLOY blog"}) {
    submit_as_operator(text);
  }
  const ArtefactDigest digest = sim_digest("api@1");
  const std::vector<AdminRequest> all = {AdminHello{},
                                         StatusQuery{},
                                         MembersQuery{},
                                         LogQuery{},
                                         MemberQuery{"m1"},
                                         Watch{Sequence(3), 0},
                                         Watch{world_.stage().truth.last(), 0},
                                         StateQuery{},
                                         GroupsQuery{},
                                         KeysQuery{},
                                         CollectGarbage{true},
                                         VerifyQuery{7, digest},
                                         PutArtefact{"api", "1", digest, 4096, "xo@desk", "why"},
                                         PutChunk{digest, 0, Bytes(64, 1)},
                                         Recover{}};
  for (const AdminRequest& one : all) say_as_operator(one);
  PublicKey next = operator_key_;
  next.bytes[0] ^= 1;
  say_as_operator(RotateKey{next});
  say_as_operator(Enrol{kProtocolVersion, "x", "", "xo", next});
}

/// What an operator may not; of an admin's key.
void LivingGroup::say_all_as_admin() {
  ChangeKey add;
  add.key = world_.member("x1")->spec().key;
  add.key.bytes[1] ^= 1;
  add.name = "token";
  add.role = KeyRole::kToken;
  add.ttl_ms = 24 * 3600 * 1000;
  add.uses = 2;
  ChangeKey reject;
  reject.what = ChangeKey::What::kReject;
  reject.key = world_.member("x2")->spec().key;
  CreateGroup create;
  create.name = "other";
  DeleteGroup deletion;
  deletion.name = "other";
  Net& net = world_.stage().net;
  for (const AdminRequest& one :
       {AdminRequest(add), AdminRequest(reject), AdminRequest(create), AdminRequest(deletion)}) {
    net.to_server(World::kFirstAdmin, encode(AdminRequestId((1ULL << 40) + ++said_), one));
    run_until([] { return false; }, 10);
  }
}

std::string LivingGroup::serves() {
  AdminNode& admin = *world_.admin("a1");
  const auto command = make_command("SET served=" + std::to_string(++served_), Target::all());
  const std::size_t index = admin.submit({*command});
  const auto obeyed = [&] {
    if (!admin.was_accepted(index)) return false;
    const Sequence last = std::get<Accepted>(*admin.requests()[index].answer).last;
    for (const char* name : kHonest) {
      const MemberNode& member = *world_.member(name);
      if (!member.up() || member.core()->marks().executed < last) return false;
    }
    return true;
  };
  if (run_until(obeyed)) return {};
  return admin.was_accepted(index) ? "honest members do not obey" : "an honest submit is not heard";
}

std::string LivingGroup::recovers_the_suspect() {
  MemberNode& member = suspect();
  const auto back = [&] {
    return run_until([&] { return member.up() && member.core()->phase() == MemberPhase::kInStep; },
                     5000);
  };
  if (back()) return {};
  member.crash();
  member.start();
  return back() ? "" : "the suspect does not come back: " + member.last_error();
}

}  // namespace groupctl::sim
