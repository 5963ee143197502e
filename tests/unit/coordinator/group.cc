#include "tests/unit/coordinator/group.h"

#include "commands/payload.h"
#include "commands/ping/ping.capnp.h"
#include "commands/set/set.capnp.h"

namespace groupctl::testing {

static_assert(kSetKind == kind_of<payload::Set>());
static_assert(kPingKind == kind_of<payload::Ping>());

ServerId server(std::uint8_t number) {
  ServerId id;
  id.bytes.fill(number);
  return id;
}

Peer peer(const std::string& name) { return {name, {}}; }

SubmittedCommand set_command(const std::string& key, const std::string& value, Target target) {
  Bytes payload = make_payload<payload::Set>([&](auto out) {
    auto pairs = out.initPairs(1);
    pairs[0].setKey(key);
    pairs[0].setValue(value);
  });
  return {kSetKind, std::move(target), 0, "", std::move(payload)};
}

SubmittedCommand ping_command(std::uint64_t ttl_ms) {
  return {kPingKind, Target::all(), ttl_ms, "", make_payload<payload::Ping>([](auto) {})};
}

RequestId drawn(std::uint64_t client, std::uint64_t number) {
  return {{1'000'000'000'000, client}, number};
}

CoordinatorConfig Group::default_config() {
  CoordinatorConfig config;
  config.group = "shop";
  config.product = "test";
  config.server_id = server(250);
  config.secret.bytes.fill(7);
  config.wall_time = GroupTime(1'000'000'000'000);
  config.open = true;
  return config;
}

ErrorCode refusal(const std::optional<MemberReply>& reply) {
  const auto* refused = reply ? std::get_if<Refused>(&*reply) : nullptr;
  return refused == nullptr ? ErrorCode::kOk : refused->code;
}

CatchUp plan(const std::optional<MemberReply>& reply) {
  GROUPCTL_INVARIANT(reply && std::holds_alternative<Welcome>(*reply), "not welcome");
  return std::get<Welcome>(*reply).plan;
}

Group::Group(CoordinatorConfig with, const CommandTable& commands)
    : config(std::move(with)), table(commands) {
  Batch first;
  first.head = empty_head();
  first.head.batch = BatchNumber(1);
  first.head.log_id.bytes.fill(9);
  first.head.chain = chain_start(first.head.log_id, config.group);
  store.commit(first);
  restart();
}

Result<std::unique_ptr<CoordinatorCore>> Group::load() const {
  return CoordinatorCore::load(config, table, store);
}

void Group::restart() {
  auto loaded = load();
  GROUPCTL_INVARIANT(loaded.has_value(), "the core does not load");
  core = *std::move(loaded);
  replayer_ = std::make_unique<Replayer>(store, Replayer::Options{config.group, config.secret});
  in_commit.reset();
  reads.clear();
  exit.reset();
  inbox_.clear();
  const bool held = std::exchange(hold_commits, false);
  tick();
  hold_commits = held;
}

void Group::take(const CoordinatorOutput& output) {
  if (output.commit) {
    GROUPCTL_INVARIANT(!in_commit, "a batch while one is in commit");
    in_commit = output.commit;
  }
  for (const ToAdmin& one : output.to_admins) answers_[one.id].push_back(one.reply);
  for (const Publication& one : output.publish) {
    if (const auto* frame = std::get_if<FramePtr>(&one)) published.push_back(*frame);
    if (const auto* beat = std::get_if<Heartbeat>(&one)) heartbeats.push_back(*beat);
  }
  for (const ToMember& one : output.to_members) inbox_[one.peer].push_back(one.reply);
  reads.insert(reads.end(), output.reads.begin(), output.reads.end());
  repository.insert(repository.end(), output.repository.begin(), output.repository.end());
  notes.insert(notes.end(), output.notes.begin(), output.notes.end());
  if (output.exit) exit = output.exit;
}

void Group::settle() {
  while ((in_commit && !hold_commits) || (!reads.empty() && !hold_reads)) {
    if (in_commit && !hold_commits) commit();
    if (!reads.empty() && !hold_reads) answer_reads();
  }
}

CoordinatorOutput Group::step(CoordinatorEvent event) {
  CoordinatorOutput output = core->step(now, std::move(event));
  take(output);
  settle();
  return output;
}

CoordinatorOutput Group::commit() {
  const Batch batch = *std::exchange(in_commit, std::nullopt);
  const CommitResult result = store.commit(batch);
  CoordinatorOutput output = core->step(now, BatchDone{batch.head.batch, result});
  take(output);
  return output;
}

CoordinatorOutput Group::refuse_commit() {
  store.refuse_next({ErrorCode::kStorageFull, "disk full"});
  return commit();
}

CoordinatorOutput Group::lose_commit(bool written) {
  store.leave_next_unknown(written);
  return commit();
}

CoordinatorOutput Group::answer_reads() {
  CoordinatorOutput last;
  for (const ReadRequest& read : std::exchange(reads, {})) {
    const ReadDone done = replayer_->answer(now, read);
    last = core->step(now, done);
    take(last);
  }
  return last;
}

CoordinatorOutput Group::tick(std::uint64_t after_ms) {
  now.value += after_ms;
  return step(CoordinatorTick{});
}

void Group::raise_floor() {
  tick(config.heartbeat_interval_ms);
  tick(config.watermark_interval_ms);
}

Follower Group::newcomer(const std::string& name, std::uint8_t server_number, Labels labels) const {
  Follower member;
  member.peer = peer(name);
  member.join.group = config.group;
  member.join.name = name;
  member.join.server_id = server(server_number);
  member.join.incarnation = Incarnation(1);
  member.join.labels = std::move(labels);
  member.join.known_kinds = {kSetKind, kPingKind};
  return member;
}

CoordinatorOutput Group::say(const Follower& member, MemberMessage message) {
  return step(FromMember{member.peer, std::move(message)});
}

std::optional<MemberReply> Group::try_join(Follower& member) {
  inbox_[member.peer].clear();
  say(member, member.join);
  if (inbox_[member.peer].empty()) return std::nullopt;
  MemberReply answer = inbox_[member.peer].back();
  if (const auto* welcome = std::get_if<Welcome>(&answer)) {
    member.session = welcome->session;
    member.id = welcome->member;
  }
  return answer;
}

Follower Group::joined(const std::string& name, std::uint8_t server_number, Labels labels) {
  Follower member = newcomer(name, server_number, std::move(labels));
  auto answer = try_join(member);
  GROUPCTL_INVARIANT(answer && std::holds_alternative<Welcome>(*answer), "not welcome");
  ack(member, head(), head());
  inbox_[member.peer].clear();
  return member;
}

CoordinatorOutput Group::ack(Follower& member, Sequence received, Sequence executed,
                             std::vector<OutcomeReport> outcomes) {
  Ack ack;
  ack.session = member.session;
  if (!outcomes.empty()) ack.number = AckNumber(++member.acks);
  ack.marks = {received, executed};
  ack.state_digest = core->durable_head().state_digest;
  ack.outcomes = std::move(outcomes);
  member.join.marks = ack.marks;
  member.join.chain = core->durable_head().chain;
  member.join.state_digest = ack.state_digest;
  return say(member, ack);
}

void Group::ack_all(std::vector<Follower*> members) {
  for (Follower* member : members) ack(*member, head(), head());
}

AdminRequestId Group::ask(AdminRequest request, const Peer& from) {
  const AdminRequestId id(++next_id_);
  step(FromAdmin{from, {id, std::move(request)}});
  return id;
}

const AdminReply* Group::reply(AdminRequestId id) const {
  auto found = answers_.find(id);
  return found == answers_.end() ? nullptr : &found->second.back();
}

AdminRequestId Group::submit(RequestId first, std::vector<SubmittedCommand> commands) {
  return ask(Submit{first, "ana@bastion", std::move(commands), false});
}

AdminRequestId Group::submit(SubmittedCommand command) {
  return submit(drawn(++next_client_, 1), {std::move(command)});
}

MemberState Group::state_of(MemberId id) {
  for (const MemberInfo& row : asked<MembersReply>(MembersQuery{}).rows) {
    if (row.id == id) return row.state;
  }
  return MemberState::kLeft;
}

}  // namespace groupctl::testing
