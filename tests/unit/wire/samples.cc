#include "tests/unit/wire/samples.h"

namespace groupctl::samples {
namespace {

std::vector<OutcomeReport> reports() {
  return {{Sequence(5), Sequence(5), Outcome::kFailed, "unpack", "no space left"},
          {Sequence(6), Sequence(90), Outcome::kBySnapshot, "", ""}};
}

TagClaim tag_claim() {
  return {block<LogId>(1), Epoch(3), Sequence(99), block<Hash>(2), block<Tag>(3)};
}

Join join() {
  Join join;
  join.product = "1.2.3";
  join.group = "shop";
  join.name = "web-01";
  join.server_id = block<ServerId>(9);
  join.incarnation = Incarnation(4);
  join.participant = "web";
  join.replica = 2;
  join.labels = {{"rack", "r3"}, {"role", "web=1"}};
  join.shared_tail = {"group:", "https://repo.example/a"};
  join.known_kinds = {KindId(1), KindId(0xffffffffffffffff)};
  join.log_id = block<LogId>(1);
  join.envelope_epoch = Epoch(7);
  join.marks = {Sequence(100), Sequence(98)};
  join.chain = block<Hash>(10);
  join.state_digest = block<Hash>(11);
  join.tag = tag_claim();
  join.outcomes = reports();
  join.resynchronise = true;
  join.resynchronise_cause = "state digest differs at 100";
  return join;
}

Join bare_join() {
  Join join;
  join.group = "g";
  join.name = "m";
  join.server_id = block<ServerId>(1);
  return join;
}

Ack ack() {
  return {SessionNumber(8),
          AckNumber(3),
          {Sequence(100), Sequence(99)},
          block<Hash>(1),
          reports(),
          {1, 2, 3, 4, 5},
          {Sequence(100), "fetch", 55},
          Sequence(101),
          true};
}

Submit submit() {
  Submit submit;
  submit.first = {{0x123456789abcdef0, 42}, 17};
  submit.issuer = "ana@bastion";
  const SelectorTerm role{"role", SelectorTerm::Test::kAmong, {"web", "api"}};
  const SelectorTerm not_drained{"drained", SelectorTerm::Test::kHasNot, {}};
  submit.commands = {{KindId(77), Target::all(), 600000, "why not", {1, 2, 3}},
                     {KindId(78), Target::one(MemberId(5)), 0, "", {}},
                     {KindId(79), Target::of({{role, not_drained}, {role}}), 0, "", {9}}};
  submit.allow_empty_target = true;
  submit.force = true;
  submit.group = "shop";
  submit.at_sequence = Sequence(411);
  return submit;
}

Submit bare_submit() {
  Submit submit;
  submit.first.number = 1;
  submit.commands.resize(1);
  submit.commands[0].kind = KindId(1);
  return submit;
}

std::vector<Predicted> predicted() {
  return {{Outcome::kDone, "", "deploy 2.4.1", {MemberId(3), MemberId(5)}},
          {Outcome::kFailed, "fetch", "nowhere", {MemberId(7)}},
          {}};
}

HelloReply hello_reply() {
  return {kProtocolVersion,         "1.2.3",          "shop", block<LogId>(1), Epoch(3),
          GroupTime(1234567890123), KeyRole::kReader, 40};
}
HelloReply bare_hello_reply() {
  HelloReply hello;
  hello.group = "g";
  return hello;
}

std::vector<OutcomeCount> counts() { return {{Outcome::kDone, 36}, {Outcome::kLost, 4}}; }

Update update() {
  return {Sequence(412),
          9,
          40,
          counts(),
          {{MemberId(3), "web-01", Outcome::kFailed, "start", "exit 1", 0},
           {MemberId(4), "web-02", Outcome::kLost, "", "", 12000}},
          true,
          true};
}

StatusReply status() {
  StatusReply status;
  status.hello = hello_reply();
  status.endpoint_members = "tcp://127.0.0.1:7400";
  status.head = Sequence(412);
  status.floor = Sequence(7);
  status.chain = block<Hash>(20);
  status.state_digest = block<Hash>(21);
  status.uptime_ms = 99;
  status.artefacts = 5;
  status.properties = 6;
  status.members = {{MemberState::kInStep, 38}, {MemberState::kQuarantined, 2}};
  status.read_only = "web-03 is ahead";
  status.last_command = GroupTime(1234567890000);
  status.last_issuer = "ana@bastion";
  return status;
}
StatusReply bare_status() {
  StatusReply status;
  status.hello = bare_hello_reply();
  return status;
}

MemberInfo member_info() {
  MemberInfo info;
  info.id = MemberId(3);
  info.name = "web-01";
  info.server_id = block<ServerId>(30);
  info.state = MemberState::kHeld;
  info.marks = {Sequence(412), Sequence(411)};
  info.state_digest = block<Hash>(31);
  info.silent_ms = 250;
  info.delta = {1, 2, 3, 4, 5};
  info.running = {Sequence(412), "unpack", 100};
  info.labels = {{"role", "web"}};
  info.product = "1.2.2";
  info.note = "needs a newer group-member";
  return info;
}

LocalStatus local_status() {
  LocalStatus status;
  status.group = "shop";
  status.name = "web-01";
  status.id = MemberId(3);
  status.server_id = block<ServerId>(30);
  status.log_id = block<LogId>(1);
  status.epoch = Epoch(3);
  status.phase = "in-step";
  status.marks = {Sequence(412), Sequence(411)};
  status.known_head = Sequence(413);
  status.chain = block<Hash>(40);
  status.state_digest = block<Hash>(41);
  status.coordinator_up = true;
  status.note = "catching up";
  status.delta = {{"artefact/shop", "failed", Sequence(400), "exit 1"}};
  status.artefacts = {{"shop", "2.4.1", block<ArtefactDigest>(50)}};
  status.properties = {{"log.level", "debug"}};
  return status;
}
LocalStatus bare_local_status() {
  LocalStatus status;
  status.group = "g";
  status.name = "m";
  return status;
}

MemberDetail member_detail() {
  MemberDetail detail;
  detail.info = member_info();
  detail.own_labels = {{"role", "web"}, {"rack", "r1"}};
  detail.operator_labels = {{"role", "canary"}};
  detail.participant = "web";
  detail.replica = 2;
  detail.head = Sequence(412);
  detail.incarnation = Incarnation(3);
  detail.address = "127.0.0.1";
  detail.since = GroupTime(1234567890000);
  detail.outcomes = {{Sequence(400), Sequence(410), Outcome::kBySnapshot, "", ""},
                     {Sequence(399), Sequence(399), Outcome::kFailed, "fetch", "not there"}};
  detail.wanted = {{"shop", "2.4.1", Sequence(410)}};
  detail.wanted_in_all = 7;
  return detail;
}

GroupInfo group_info() {
  return {"bank",
          true,
          "its log is damaged",
          {"tcp://127.0.0.1:1", "tcp://127.0.0.1:2", "ipc:///run/bank"},
          Sequence(412),
          {{MemberState::kInStep, 3}, {MemberState::kQuarantined, 1}}};
}
GroupInfo bare_group_info() {
  GroupInfo info;
  info.name = "b";
  return info;
}

KeyInfo key_info() {
  return {block<PublicKey>(6), "web-01", KeyRole::kMember, KeyState::kAccepted, GroupTime(5),
          GroupTime(9),        3,        "10.0.0.5",       "ana@bastion",       "rack r4"};
}

}  // namespace

Envelope envelope() { return {block<LogId>(1), Epoch(3), GroupTime(1234567890123)}; }

FramePtr frame(Sequence sequence) {
  Entry entry;
  entry.sequence = sequence;
  entry.kind = KindId(5);
  entry.entry_class = EntryClass::kNeverLate;
  entry.target = Target::all();
  entry.payload = Bytes(100, 7);
  const Bytes bytes = encode_entry(entry);
  FrameHeader header;
  header.log_id = block<LogId>(1);
  header.epoch = Epoch(3);
  header.batch = BatchNumber(sequence.value);
  header.first = header.last = sequence;
  header.chain_after = chain_next(header.chain_before, bytes);
  FrameBuilder builder;
  builder.add(bytes);
  return builder.seal(header);
}

std::vector<MemberMessage> member_messages() {
  return {Hello{kProtocolVersion, "1.2.3", "shop", "web-01"},
          join(),
          ReplayRequest{SessionNumber(8), Sequence(101), 4},
          SnapshotRequest{SessionNumber(8), {block<LogId>(1), Sequence(90), block<Hash>(9)}, 65536},
          ack(),
          Leave{SessionNumber(8)},
          ProbeReply{SessionNumber(8), 0xdeadbeefcafe},
          MemberAnswer{SessionNumber(8), 5, {1, 2, 3}},
          Hello{kProtocolVersion, "", "g", "m"},
          bare_join(),
          ReplayRequest{{}, Sequence(1), 1},
          SnapshotRequest{},
          Ack{},
          Leave{},
          ProbeReply{},
          MemberAnswer{},
          ArtefactRequest{SessionNumber(8), block<ArtefactDigest>(4), 65536},
          ArtefactRequest{},
          Enrol{kProtocolVersion, "1.2.3", "shop", "web-01", block<PublicKey>(6)},
          Enrol{kProtocolVersion, "", "g", "m", block<PublicKey>(7)},
          RotateKey{block<PublicKey>(8)}};
}

std::vector<MemberReply> member_replies() {
  return {Offer{"shop", "tcp://127.0.0.1:7401", 1000},
          Welcome{SessionNumber(8),
                  MemberId(3),
                  Sequence(412),
                  1000,
                  10000,
                  {"group:"},
                  CatchUp::kSnapshot,
                  Sequence(411)},
          ReplayPage{Sequence(5), Sequence(412), {frame(Sequence(5)), frame(Sequence(6))}, true},
          SnapshotChunk{{block<LogId>(1), Sequence(90), block<Hash>(9)}, 100, 97, {1, 2, 3}},
          Recorded{AckNumber(4)},
          Probe{77},
          Rejoin{"the session is unknown"},
          Resynchronise{"too far behind"},
          Left{},
          Refused{ErrorCode::kWrongGroup, "not this group"},
          Evicted{SessionNumber(8), "evicted by ana@bastion: rack r4 is gone"},
          Evicted{},
          MemberQuestion{5, {1, 2, 3}},
          Offer{"g", "", 0},
          Welcome{},
          ReplayPage{},
          SnapshotChunk{},
          Recorded{},
          Probe{},
          Rejoin{},
          Resynchronise{},
          Refused{ErrorCode::kInternal, ""},
          MemberQuestion{},
          ArtefactChunk{block<ArtefactDigest>(4), 100, 97, {1, 2, 3}},
          ArtefactChunk{},
          NoArtefact{block<ArtefactDigest>(4), ErrorCode::kIo, "cannot read it"},
          NoArtefact{{}, ErrorCode::kNotFound, ""},
          Heard{},
          Enrolled{KeyState::kRejected, "nobody knows it"},
          Enrolled{}};
}

std::vector<Publication> publications() {
  return {Heartbeat{Sequence(412), block<Hash>(1), block<Hash>(2), block<Tag>(3)}, Heartbeat{},
          frame(Sequence(413))};
}

std::vector<AdminRequest> admin_requests() {
  return {AdminHello{kProtocolVersion, "1.2.3", "shop"},
          submit(),
          Watch{Sequence(412), 9},
          StatusQuery{},
          MembersQuery{MemberId(40)},
          LogQuery{Sequence(5), 100},
          MemberQuery{"web-07"},
          MemberAsk{MemberId(3), {1, 2}},
          AdminHello{},
          bare_submit(),
          Foresee{submit(), 3},
          Predict{Sequence(411), block<Hash>(7), 2, predicted()},
          Predict{},
          PredictionQuery{Sequence(412)},
          Watch{},
          MembersQuery{},
          LogQuery{},
          MemberAsk{},
          MemberQuery{},
          PutArtefact{"shop", "2.4.1", block<ArtefactDigest>(4), 1ULL << 33, "ana@bastion", "why"},
          PutChunk{block<ArtefactDigest>(4), 65536, {1, 2, 3}},
          VerifyQuery{77, block<ArtefactDigest>(4)},
          CollectGarbage{true},
          CollectGarbage{},
          StateQuery{"catalogue/", "catalogue/shop/1.0", 5},
          StateQuery{},
          GroupsQuery{"bank"},
          GroupsQuery{},
          CreateGroup{"bank",
                      {"tcp://127.0.0.1:1", "tcp://127.0.0.1:2", "ipc:///run/bank"},
                      {0x123456789abcdef0, 42}},
          CreateGroup{"bank", {}, {}},
          DeleteGroup{"bank", {0x123456789abcdef0, 42}},
          DeleteGroup{"bank", {}},
          Recover{Sequence(9), "ana@bastion", "the disk broke"},
          Recover{},
          Enrol{kProtocolVersion, "1.2.3", "shop", "ana", block<PublicKey>(6)},
          RotateKey{block<PublicKey>(8)},
          KeysQuery{block<PublicKey>(6)},
          KeysQuery{},
          ChangeKey{ChangeKey::What::kAdd, block<PublicKey>(6), "init", KeyRole::kToken, 3600000,
                    1000, "ana@bastion", "for rack r4", true},
          ChangeKey{ChangeKey::What::kRevoke, block<PublicKey>(6), "", std::nullopt, 0, 0, "", "",
                    false}};
}

std::vector<AdminReply> admin_replies() {
  return {hello_reply(),
          Accepted{Sequence(412), Sequence(414), {"web-03 does not know PING"}},
          SubmitRefused{ErrorCode::kNoTarget, "no member matches role=wbe", 3},
          SubmitUnknown{"the disk did not answer"},
          update(),
          status(),
          MembersReply{{member_info()}, true, Sequence(412)},
          LogReply{{{Bytes{1, 2, 3}, 40, counts()}}, Sequence(412), Sequence(7), true},
          QueryRefused{ErrorCode::kCompacted, "below the floor"},
          member_detail(),
          MemberAnswered{{1, 2}},
          bare_hello_reply(),
          Accepted{},
          SubmitRefused{},
          SubmitUnknown{},
          ForeseenReply{Sequence(411),
                        {{{1, 2, 3}, std::vector{MemberId(3), MemberId(5)}}, {{4}, std::nullopt}},
                        {"m1 does not know DEPLOY"},
                        block<Hash>(7),
                        true},
          ForeseenReply{},
          PredictionReply{predicted()},
          PredictionReply{},
          Update{},
          bare_status(),
          MembersReply{},
          LogReply{},
          QueryRefused{},
          MemberAnswered{},
          PutState{block<ArtefactDigest>(4), 65536, 4096},
          CataloguedReply{Sequence(413), true},
          CataloguedReply{},
          VerifyReply{block<ArtefactDigest>(4), 5, 9, true, "its content has another digest"},
          CollectReply{1, 2, 3, 4, 5},
          CollectReply{},
          StateReply{{{"property/a", {1, 2}, 7}}, true, Sequence(412)},
          StateReply{},
          GroupsReply{{group_info(), bare_group_info()}, true},
          GroupsReply{},
          group_info(),
          bare_group_info(),
          GroupDeleted{"/var/lib/groupctl/coordinator/deleted/bank-20261121T164100Z"},
          GroupDeleted{},
          RecoverReply{true,
                       "member m1 proves sequence 9",
                       Sequence(4),
                       Sequence(5),
                       Sequence(9),
                       {{"m1", Sequence(9), Epoch(3)}, {"m2", Sequence(7), Epoch(2)}},
                       {"m3", "m4"}},
          RecoverReply{},
          Enrolled{KeyState::kAccepted, ""},
          KeysReply{{key_info()}, true},
          KeysReply{},
          key_info()};
}

std::vector<LocalRequest> local_requests() {
  const auto command = [](LocalVerb verb) {
    return LocalCommand{std::move(verb), "ana@web-11", 1234567890123, "testing"};
  };
  std::vector<LocalRequest> all = {
      LocalStatusQuery{},
      LocalLeave{},
      command(LocalDeploy{"shop", "2.4.1", block<ArtefactDigest>(1), "dir", {1, 2}}),
      command(LocalUndeploy{"shop"}),
      command(LocalSet{{{"mode", "fast"}, {"limit", ""}}}),
      command(LocalUnset{{"mode", "limit"}}),
      command(LocalHold{"shop"}),
      command(LocalRelease{"shop"}),
      command(LocalReconcile{{"shop", "mode"}}),
      command(LocalScan{}),
      LocalCommand{},
  };
  for (Question& question : questions()) all.emplace_back(std::move(question));
  return all;
}

std::vector<LocalReply> local_replies() {
  std::vector<LocalReply> all = {local_status(), LocalLeft{},
                                 Refused{ErrorCode::kBusy, "still joining"}, bare_local_status()};
  for (Answer& answer : answers()) all.emplace_back(std::move(answer));
  return all;
}

std::vector<AgentRequest> agent_requests() {
  return {AgentHello{1, "groupctl 0.1"},
          AgentMembersQuery{},
          SteerMember{SteerMember::What::kStart, {"shop", "web-01"}},
          SteerMember{SteerMember::What::kStop, {"shop", "web-01"}},
          SteerMember{SteerMember::What::kRestart, {"shop", "web-01"}},
          SpawnMember{{"shop", "web-01"},
                      "tcp://10.0.0.5:7400",
                      block<PublicKey>(1),
                      block<SecretKey>(2),
                      {{"rack", "r1"}, {"role", "web"}}},
          SpawnMember{{"s", "w"}, "tcp://[::1]:1", block<PublicKey>(1), block<SecretKey>(2), {}},
          AgentHello{}};
}

std::vector<AgentReply> agent_replies() {
  const AgentMember running{
      {"shop", "web-01"}, AgentMemberState::kRunning, true, 4711, 5000, "in_step", "signal 9"};
  AgentMember stopped;
  stopped.member = {"shop", "web-02"};
  return {AgentHelloReply{1, "group-agent 0.1"},
          AgentMembersReply{{running, stopped}},
          running,
          AgentRefused{ErrorCode::kNotFound, "no such member"},
          AgentMembersReply{},
          AgentHelloReply{},
          stopped};
}

}  // namespace groupctl::samples
