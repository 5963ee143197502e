#include "tests/simulation/world/coordinator_node.h"

#include "commands/state/target.h"
#include "coordinator/access.h"
#include "tests/simulation/world/commands.h"
#include "tests/simulation/world/describe.h"

namespace groupctl::sim {
namespace {

constexpr const char* kName = "coordinator";
constexpr const char* kAuditor = "auditor";
/// Shorter than a minute, so that images go, and let the floor rise, while a world still runs.
constexpr std::uint64_t kShareImageMs = 5000;
/// From when a Join was heard to its Welcome, at most.
constexpr Millis kJoinWithinMs = 300;
/// As much more often come members that need one.
constexpr Rate kImagesOfAPeer = {1, 500, 3};

}  // namespace

CoordinatorNode::CoordinatorNode(Stage& stage, const CommandTable& table,
                                 CoordinatorConfig defaults)
    : stage_(stage),
      table_(table),
      defaults_(std::move(defaults)),
      disk_(stage.queue, stage.random, stage.faults, stage.trace,
            [this](const Batch& batch) {
              const Sequence before = stage_.truth.last();
              stage_.truth.coordinator_wrote(batch);
              show_written(before);
              keys_.wrote(batch);
              if (!keys_.broken().empty()) stage_.truth.broken("I12", keys_.broken());
            }),
      ticker_(stage.queue, 1000, [this] { step(CoordinatorTick{}); }),
      keys_(stage.trace) {}

/// The entries behind that one, for a reader of the trace.
void CoordinatorNode::show_written(Sequence before) {
  if (!stage_.trace.keeping()) return;
  for (Sequence at = before.next(); at <= stage_.truth.last(); at = at.next()) {
    const Entry& entry = stage_.truth.at(at).entry;
    stage_.trace.aside(stage_.queue.now(), kName, "wrote", [&] {
      return std::to_string(at.value) + " " + command_text(entry.kind, entry.payload) + " to " +
             to_text(entry.target);
    });
  }
}

void CoordinatorNode::create(const LogId& log_id) {
  Batch batch;
  batch.head = empty_head();
  batch.head.batch = BatchNumber(1);
  batch.head.log_id = log_id;
  batch.head.chain = chain_start(log_id, defaults_.group);
  batch.head.group_time = GroupTime(Stage::kWallStartMs);
  MemoryStore made;
  made.commit(batch);
  disk_.restore(made);
  stage_.truth.begin(table_, batch.head);
}

void CoordinatorNode::set_keys(const std::vector<KeyInfo>& keys) {
  defaults_.open = false;
  MemoryStore store = disk_.store();
  Batch batch;
  batch.head = *store.head();
  batch.head.batch = batch.head.batch.next();
  for (const KeyInfo& one : keys) batch.rows[key_row(one.key)] = encode(one);
  store.commit(batch);
  disk_.restore(store);
}

void CoordinatorNode::set_retention(const Faults& faults) {
  if (faults.keep_entries == 0) return;
  defaults_.keep_entries = faults.keep_entries;
  defaults_.keep_age_ms = faults.keep_age_ms;
  defaults_.log_cap_bytes = faults.log_cap_bytes;
  defaults_.log_cap_age_ms = faults.log_cap_age_ms;
  capped_ = faults.log_cap_bytes != 0 || faults.log_cap_age_ms != 0;
}

void CoordinatorNode::set_bounds(const Faults& faults) {
  PeerBounds& bounds = defaults_.bounds;
  // A world does not last for the minutes that who has left and come too often would have to wait.
  bounds.roster_changes.per_ms = 10'000;
  if (!faults.little_room) return;
  bounds.knocks = Rate::per_second(2, 8);
  bounds.roster_changes = {1, 4000, 2};
  bounds.outcomes = Rate::per_second(10, 10);
  bounds.replaced_outcome_cost = 5;
  bounds.outcome_text_bytes = 200;
  bounds.challenges = 1;
  bounds.waiters = 2;
  bounds.key_answers = 1;
  member_limits_.messages_per_s = 200;
  member_limits_.message_burst = 100;
}

CoordinatorConfig CoordinatorNode::config() const {
  CoordinatorConfig config = defaults_;
  config.wall_time = GroupTime(Stage::kWallStartMs + stage_.queue.now() + wall_error_ms_);
  return config;
}

Result<std::unique_ptr<CoordinatorCore>> CoordinatorNode::reload() const {
  return CoordinatorCore::load(config(), table_, disk_.store());
}

void CoordinatorNode::start() {
  if (up()) return;
  exit_code_.reset();
  wall_error_ms_ = 0;
  if (stage_.random.chance(stage_.faults.clock_jump)) {
    wall_error_ms_ = stage_.random.below(3'600'000) - 1'800'000;  // half an hour either way
  }
  auto loaded = reload();
  stage_.trace.add(stage_.queue.now(), kName, loaded ? "starts" : "cannot start");
  if (!loaded) {
    last_error_ = std::string(to_word(loaded.error().code)) + ": " + loaded.error().text;
    return;
  }
  ++life_;
  core_ = std::move(*loaded);
  member_quota_ = Quota();
  admin_quota_ = Quota();
  keys_.load(disk_.store(), defaults_.open);
  register_all();
  replayer_ = std::make_unique<Replayer>(
      disk_.store(),
      Replayer::Options{defaults_.group, defaults_.secret, kShareImageMs,
                        10 * defaults_.heartbeat_interval_ms, 4, kImagesOfAPeer, chunk_bytes_});
  stage_.truth.coordinator_loaded(core_->durable_head());
  if (life_ > 1) stage_.trace.sometimes("coordinator restarted");
  step(CoordinatorTick{});
  serve();
}

void CoordinatorNode::serve() {
  stage_.net.serve({[this](const Peer& peer, ByteView bytes) { hear_member(peer, bytes); },
                    [this](const Peer& peer, ByteView bytes) { hear_admin(peer, bytes); },
                    [this] { step(SubscriberCame{}); },
                    defaults_.open ? nullptr : core_->admissions()});
}

void CoordinatorNode::crash() { go_down(false); }

void CoordinatorNode::go_down(bool orderly) {
  if (!up()) return;
  stage_.trace.add(stage_.queue.now(), kName, "dies");
  ++life_;
  stage_.net.stop_serving(orderly);
  disk_.crash();
  ticker_.stop();
  core_.reset();
  replayer_.reset();
  answers_.clear();
  silences_.clear();
  reads_until_ = 0;
}

void CoordinatorNode::end(int code) {
  go_down(true);
  if (code == kLoadAnew) {
    stage_.trace.sometimes("recovered");
    return stage_.queue.after(1, [this] { start(); });
  }
  exit_code_ = code;
  if (code != 74) stage_.truth.broken("exit", "the coordinator ended " + std::to_string(code));
  if (restart_ms_ > 0) stage_.queue.after(restart_ms_, [this] { start(); });
}

void CoordinatorNode::ask(AdminRequest request, Answer answer) {
  if (!up()) return;
  next_ask_ = next_ask_.next();
  answers_[next_ask_] = std::move(answer);
  const Peer auditor{kAuditor, {}, {}, true};
  keys_.said(auditor, request);
  step(FromAdmin{auditor, {next_ask_, std::move(request)}});
}

void CoordinatorNode::step(CoordinatorEvent event) {
  if (!up()) return;
  CoordinatorOutput output = core_->step(ticker_.local_now(), std::move(event));
  ticker_.wake_at(core_->next_tick());
  carry_out(std::move(output));
}

void CoordinatorNode::carry_out(CoordinatorOutput output) {
  if (output.commit) {
    if (output.commit->head.floor > core_->durable_head().floor) {
      stage_.trace.sometimes("the floor rises");
    }
    const BatchNumber number = output.commit->head.batch;
    keys_.handed_over();
    disk_.commit(*std::move(output.commit), [this, number](const CommitResult& result) {
      if (result.answer == CommitAnswer::kCommitted) keys_.committed();
      if (result.answer == CommitAnswer::kRefused) keys_.refused();
      step(BatchDone{number, result});
    });
  }
  group_now_ = output.envelope.now;
  note_roster(output.roster);
  if (output.admit) stage_.net.admit(output.admit);
  const std::uint64_t life = life_;
  for (const ToAdmin& message : output.to_admins) reply(message);
  if (life != life_) return;
  for (const Publication& publication : output.publish) publish(output.envelope, publication);
  for (const ToMember& message : output.to_members) send(envelope_of(output, message), message);
  for (const ReadRequest& request : output.reads) read(request);
  for (const RepoRequest& request : output.repository) repository(request);
  for (const Note& note : output.notes) {
    const std::string text = text_of(note);
    if (note.text == "asks to join too often") stage_.trace.sometimes("a knock too many");
    if (note.text.starts_with("more outcomes")) stage_.trace.sometimes("an outcome too many");
    stage_.trace.add(stage_.queue.now(), kName, "notes", as_bytes(text), [&] { return text; });
  }
  if (output.exit) end(*output.exit);
}

void CoordinatorNode::reply(const ToAdmin& message) {
  if (message.peer.routing_id != kAuditor) {
    return stage_.net.to_client(message.peer, encode(message.id, message.reply));
  }
  auto waiting = answers_.extract(message.id);
  if (!waiting.empty()) waiting.mapped()(message.reply);
}

void CoordinatorNode::publish(const Envelope& envelope, const Publication& publication) {
  if (const auto* frame = std::get_if<FramePtr>(&publication)) {
    const FrameHeader& header = (*frame)->header();
    stage_.truth.exposed(header.log_id, header.last, header.chain_after, "a published frame");
  } else {
    const auto& heartbeat = std::get<Heartbeat>(publication);
    stage_.truth.exposed(envelope.log_id, heartbeat.head, heartbeat.chain, "a heartbeat");
  }
  const PublicationParts parts = encode(envelope, publication);
  stage_.net.publish(envelope.log_id, parts.envelope, parts.frame);
}

void CoordinatorNode::send(const Envelope& envelope, const ToMember& message) {
  const auto door = doors_.find(message.peer.routing_id);
  if (door != doors_.end()) {
    if (std::holds_alternative<Welcome>(message.reply)) {
      stage_.trace.sometimes("hostile: joined");
    }
    if (std::holds_alternative<Rejoin>(message.reply)) {
      stage_.trace.sometimes("hostile: a foreign session");
    }
    return door->second(message.reply);
  }
  if (const auto* page = std::get_if<ReplayPage>(&message.reply)) {
    stage_.trace.sometimes("replay page");
    for (const FramePtr& frame : page->frames) {
      const FrameHeader& header = frame->header();
      stage_.truth.exposed(header.log_id, header.last, header.chain_after, "a replay page");
    }
  }
  const auto* chunk = std::get_if<SnapshotChunk>(&message.reply);
  if (chunk != nullptr && chunk->offset != 0) stage_.trace.sometimes("a later chunk of an image");
  const auto* told = std::get_if<Resynchronise>(&message.reply);
  if (told != nullptr && !is_suspect(message.peer)) judge(message.peer, *told);
  if (const auto* welcome = std::get_if<Welcome>(&message.reply)) {
    silences_[message.peer] = {stage_.queue.now(), welcome->member, welcome->session};
    note_contact(welcome->member);
  }
  if (std::holds_alternative<Probe>(message.reply)) stage_.trace.sometimes("probe");
  const auto* refused = std::get_if<Refused>(&message.reply);
  if (refused != nullptr && refused->code == ErrorCode::kBusy) {
    stage_.trace.sometimes("a member is refused as busy");
  }
  if (std::holds_alternative<Evicted>(message.reply)) stage_.trace.sometimes("evicted is told");
  stage_.net.to_client(message.peer, encode(envelope, message.reply));
}

/// Who leaves is not waited for, even if it still asks.
void CoordinatorNode::hears_from(const Peer& peer, const MemberMessage& message) {
  if (std::holds_alternative<Leave>(message)) silences_.erase(peer);
  auto found = silences_.find(peer);
  if (found == silences_.end()) return;
  Silence& silence = found->second;
  silence.longest = std::max(silence.longest, stage_.queue.now() - silence.heard);
  silence.heard = stage_.queue.now();
  const auto* ack = std::get_if<Ack>(&message);
  if (ack != nullptr && ack->session == silence.session) note_contact(silence.member);
}

void CoordinatorNode::note_contact(MemberId id) {
  const Millis now = stage_.queue.now();
  const auto [contact, fresh] = contacts_.try_emplace(id, Contact{now, now});
  const bool was_lost = now - contact->second.heard + kJoinWithinMs >= lost_after();
  if (!fresh && was_lost) contact->second.back = now;
  contact->second.heard = now;
}

bool CoordinatorNode::may_have_lost(MemberId id, Millis within) const {
  const auto contact = contacts_.find(id);
  if (contact == contacts_.end()) return true;
  const Millis now = stage_.queue.now();
  const auto& [heard, back] = contact->second;
  return now - heard + kJoinWithinMs >= lost_after() || (back && now - *back <= within);
}

/// I10: the floor passes nobody who was never lost, unless a cap makes it. L1: once nothing goes
/// wrong any more a member finds by itself what it lacks.
void CoordinatorNode::judge(const Peer& peer, const Resynchronise& told) {
  stage_.trace.sometimes("resynchronise");
  const bool sluggish = told.cause.starts_with("behind by");
  if (sluggish) stage_.trace.sometimes("a sluggish member told to resynchronise");
  // Who follows another history than one that was put back is quarantined, and says no more.
  if (sluggish && stage_.healed_at != 0 && stage_.truth.generation() == 0 &&
      stage_.queue.now() > stage_.healed_at + defaults_.sluggish_ms) {
    stage_.truth.broken("L1", "only the coordinator saw that a member is " + told.cause);
  }
  const bool below = told.cause.find("below the floor") != std::string::npos ||
                     told.cause.starts_with("the log starts at");
  const auto silence = silences_.find(peer);
  if (!below || capped_ || silence == silences_.end()) return;
  const Millis longest =
      std::max(silence->second.longest, stage_.queue.now() - silence->second.heard);
  if (longest < lost_after()) {
    stage_.truth.broken("I10", "the floor has passed a member that was here: " + told.cause);
  }
}

void CoordinatorNode::read(const ReadRequest& request) {
  const Millis begin = std::max(reads_until_, stage_.queue.now());
  reads_until_ = begin + 1 + stage_.random.below(stage_.faults.commit_max_ms);
  stage_.queue.at(reads_until_, [this, life = life_, request] {
    if (life == life_ && up()) step(replayer_->answer(ticker_.local_now(), request));
  });
}

/// A repository that holds whatever is put and gives nothing: bytes do not travel in this world.
void CoordinatorNode::repository(const RepoRequest& request) {
  const auto* put = std::get_if<OpenPut>(&request);
  if (put == nullptr) return;
  stage_.queue.after(1, [this, life = life_, whole = PutWhole{put->peer, put->id, put->put}] {
    if (life == life_ && up()) step(RepoDone(whole));
  });
}

}  // namespace groupctl::sim
