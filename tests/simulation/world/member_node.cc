#include "tests/simulation/world/member_node.h"

#include <algorithm>

#include "member/memory.h"
#include "tests/simulation/world/away_check.h"
#include "tests/simulation/world/describe.h"

namespace groupctl::sim {
namespace {

/// Whether somebody may ask it with this to give up what it has otherwise.
bool asks(const MemberEvent& event) {
  const auto* heard = std::get_if<FromCoordinator>(&event);
  return std::holds_alternative<LocalAsked>(event) ||
         (heard != nullptr && std::holds_alternative<MemberQuestion>(heard->message.reply));
}

}  // namespace

MemberNode::MemberNode(Stage& stage, MemberSpec spec, const CommandTable& table,
                       MemberConfig defaults)
    : stage_(stage),
      spec_(std::move(spec)),
      table_(&table),
      defaults_(std::move(defaults)),
      disk_(stage.queue, stage.random, stage.faults, stage.trace,
            [this](const Batch& batch) {
              stage_.truth.member_wrote(spec_.server_id, spec_.name, stored_, batch);
              if (batch.replace_all) stage_.trace.sometimes("snapshot used");
              stored_ = batch.head;
            }),
      exec_(stage.queue, stage.random, stage.faults, stage.trace,
            [this](const WorkItem& item, WorkResult result) {
              note_work(item, result);
              take(WorkDone{std::move(result)});
            }),
      ticker_(stage.queue, 1000 + 7919 * spec_.node, [this] { take(MemberTick{}); }) {}

/// What was done for entries that are lost says nothing of those in their place.
void MemberNode::note_work(const WorkItem& item, const WorkResult& result) {
  const Truth& log = stage_.truth;
  TrueMember& truth = stage_.truth.member(spec_.server_id);
  stage_.trace.add(stage_.queue.now(), spec_.name, "worked", {},
                   [&] { return describe(item, result); });
  if (std::holds_alternative<ForetellRequest>(item.what)) return;
  if (const auto* request = std::get_if<ExecuteRequest>(&item.what)) {
    if (!log.has(request->entry)) return;
    truth.worked[request->entry.sequence] = std::get<ExecuteResult>(result.what).outcome;
    return;
  }
  const bool astray = log.lost_digest(stored_.last, stored_.chain).has_value();
  const auto& results = std::get<ReconcileResult>(result.what).by_name;
  for (const ArtefactStep& step : std::get<ReconcileRequest>(item.what).steps) {
    auto found = results.find(step.name);
    if (found == results.end() || (astray && step.desired.sequence > log.kept())) continue;
    truth.reconciled[step.desired.sequence].insert(found->second.outcome);
  }
}

MemberConfig MemberNode::config() const {
  MemberConfig config = defaults_;
  config.group = spec_.group;
  config.name = spec_.called.empty() ? spec_.name : spec_.called;
  config.labels = spec_.labels;
  config.shared_tail = spec_.shared_tail;
  config.server_id = spec_.server_id;
  config.incarnation = incarnation_;
  config.key = spec_.key;
  config.has_token = static_cast<bool>(spec_.token);
  config.seed = spec_.node * 1000 + incarnation_.value;
  return config;
}

Result<std::unique_ptr<MemberCore>> MemberNode::reload() const {
  return MemberCore::load(config(), *table_, disk_.store());
}

void MemberNode::start() {
  if (up()) return;
  incarnation_ = incarnation_.next();
  exit_code_.reset();
  left_ = false;
  auto loaded = reload();
  stage_.trace.add(stage_.queue.now(), spec_.name, loaded ? "starts" : "cannot start");
  if (!loaded) {
    last_error_ = std::string(to_word(loaded.error().code)) + ": " + loaded.error().text;
    return;
  }
  core_ = std::move(*loaded);
  const auto stored = read_memory(disk_.store(), spec_.group);
  if (stored) check_kept(stage_.truth, *core_, spec_.name, spec_.server_id, stored->intended);
  heard_ = core_->status().epoch;
  connect(spec_.key);
  take(MemberTick{});
}

const PublicKey& MemberNode::key_for(LinkAs as) const {
  if (as == LinkAs::kToken) return spec_.token;
  return as == LinkAs::kGuest ? spec_.guest : spec_.key;
}

void MemberNode::connect(const PublicKey& as) {
  stage_.net.connect(spec_.node, Plane::kMember,
                     {[this](ByteView bytes) {
                        auto message = decode_member_reply(bytes);
                        if (!message) return stage_.truth.broken("wire", message.error().text);
                        stage_.trace.add(stage_.queue.now(), "coordinator -> " + spec_.name, "",
                                         bytes, [&] { return describe(message->reply); });
                        take(FromCoordinator{std::move(*message)});
                      },
                      [this](ByteView envelope, ByteView frame) {
                        auto message = decode_publication(envelope, frame);
                        if (!message) return stage_.truth.broken("wire", message.error().text);
                        stage_.trace.add(stage_.queue.now(), "coordinator => " + spec_.name, "",
                                         envelope, [&] { return describe(message->publication); });
                        take(FromCommandPlane{{std::move(*message)}});
                      },
                      [this] {
                        stage_.trace.sometimes("a member's handshake refused");
                        take(LinkTroubled{LinkTrouble::kKeyRefused});
                      },
                      as});
}

void MemberNode::crash() {
  if (!up()) return;
  stage_.trace.add(stage_.queue.now(), spec_.name, "dies");
  stage_.net.disconnect(spec_.node);
  disk_.crash();
  exec_.crash();
  ticker_.stop();
  core_.reset();
  inbox_.clear();
  ++life_;
  stage_.truth.member(spec_.server_id).crashed = true;
}

void MemberNode::wipe(const ServerId& new_server_id) {
  crash();
  disk_.wipe();
  exec_.host().wipe();
  stored_ = empty_head();
  incarnation_ = {};
  spec_.server_id = new_server_id;
}

void MemberNode::leave() {
  if (up()) take(LeaveAsked{});
}

std::uint64_t MemberNode::ask_local(std::variant<LocalCommand, Question> what) {
  const std::uint64_t token = ++last_token_;
  take(LocalAsked{token, std::move(what)});
  return token;
}

const LocalReply* MemberNode::local_reply(std::uint64_t token) const {
  const auto found = local_replies_.find(token);
  return found == local_replies_.end() ? nullptr : &found->second;
}

/// The machine is seen as it is some time later, while work goes on.
void MemberNode::look(const LookRequest& request) {
  const Millis time = 1 + stage_.random.below(stage_.faults.step_max_ms);
  stage_.queue.after(time, [this, request, life = life_] {
    if (!up() || life != life_) return;
    take(LookDone{{request.number, exec_.host().look(request)}});
  });
}

/// For the judge of ledgers: what this server was ever to have otherwise.
void MemberNode::note_intentions() {
  for (const auto& [key, delta] : core_->intended()) {
    if (delta.cause == Cause::kOverride) stage_.trace.sometimes("overridden");
    stage_.truth.member(spec_.server_id).deviated.insert(key);
  }
  // A step whose result is on its way knows more than the core.
  if (exec_.idle() && inbox_.empty()) exec_.host().forget_tampering_known_to(core_->actual());
}

void MemberNode::end(int code) {
  const bool leaving = core_->phase() == MemberPhase::kLeft;
  crash();
  exit_code_ = code;
  left_ = leaving;
  if (!leaving && code != 74) {
    stage_.truth.broken("exit", spec_.name + " ended " + std::to_string(code));
  }
  if (restart_ms_ == 0) return;
  const Millis away = leaving ? stage_.random.below(40 * restart_ms_) : 0;
  stage_.queue.after(restart_ms_ + away, [this] { start(); });
}

void MemberNode::take(MemberEvent event) {
  if (!up()) return;
  inbox_.push_back(std::move(event));
  pump();
}

void MemberNode::pump() {
  while (up() && !disk_.busy() && !inbox_.empty()) {
    if (is_stale(inbox_.front())) {  // whatever is due comes before it, and what that makes due
      step(MemberTick{});
      if (!up() || disk_.busy()) return;
      if (core_->next_tick() <= ticker_.local_now()) step(MemberTick{});
    }
    if (!up() || disk_.busy()) return;
    step(take_next());
  }
}

/// What was published while it was at work comes together.
MemberEvent MemberNode::take_next() {
  MemberEvent next = std::move(inbox_.front());
  inbox_.pop_front();
  auto* published = std::get_if<FromCommandPlane>(&next);
  while (published != nullptr && !inbox_.empty() && published->messages.size() < kMaxBatchFrames) {
    const auto* more = std::get_if<FromCommandPlane>(&inbox_.front());
    if (more == nullptr) break;
    published->messages.push_back(more->messages.front());
    inbox_.pop_front();
    stage_.trace.sometimes("publications taken together");
  }
  return next;
}

/// Those of its own history; none for what is no coordinator's word, and for an offer: that may be
/// of an older epoch, and is answered with a Join.
std::vector<Epoch> MemberNode::fenced_epochs(const MemberEvent& event) const {
  std::vector<Epoch> epochs;
  const auto add = [&](const Envelope& envelope) {
    if (envelope.log_id == core_->head().log_id) epochs.push_back(envelope.epoch);
  };
  if (const auto* several = std::get_if<FromCommandPlane>(&event)) {
    for (const EnvelopedPublication& one : several->messages) add(one.envelope);
  }
  if (const auto* one = std::get_if<FromCoordinator>(&event)) {
    if (!std::holds_alternative<Offer>(one->message.reply)) add(one->message.envelope);
  }
  return epochs;
}

bool MemberNode::is_stale(const MemberEvent& event) const {
  const std::vector<Epoch> epochs = fenced_epochs(event);
  return !epochs.empty() && std::all_of(epochs.begin(), epochs.end(),
                                        [this](const Epoch& epoch) { return epoch < heard_; });
}

/// I6: of what a former coordinator says nothing comes.
void MemberNode::judge_stale(const MemberOutput& output) {
  stage_.trace.sometimes("an older epoch heard");
  if (output.commit || !output.send.empty() || !output.work.empty() || output.subscribe) {
    stage_.truth.broken("I6", spec_.name + " has listened to an older epoch");
  }
}

void MemberNode::step(MemberEvent event) {
  const Intended before = asks(event) ? Intended() : core_->intended();
  const bool stale = is_stale(event);
  const std::vector<Epoch> epochs = fenced_epochs(event);
  const bool newer = std::any_of(epochs.begin(), epochs.end(),
                                 [this](const Epoch& epoch) { return epoch > heard_; });
  MemberOutput output = core_->step(ticker_.local_now(), std::move(event));
  check_kept(stage_.truth, *core_, spec_.name, spec_.server_id, before);
  check_untouched(stage_.truth, *core_, spec_.name, spec_.server_id, output.work);
  if (stale) judge_stale(output);
  if (newer) heard_ = core_->status().epoch;
  ticker_.wake_at(core_->next_tick());
  Watermarks& highest = stage_.truth.member(spec_.server_id).highest;
  highest.executed = std::max(highest.executed, core_->marks().executed);
  note_intentions();
  carry_out(std::move(output));
  if (up() && core_->phase() == MemberPhase::kLeft) end(0);
}

void MemberNode::carry_out(MemberOutput output) {
  if (!output.commit) return carry_out_rest(std::move(output));
  Batch batch = *std::exchange(output.commit, std::nullopt);
  auto rest = std::make_shared<MemberOutput>(std::move(output));
  disk_.commit(std::move(batch), [this, rest](const CommitResult& result) {
    carry_out_rest(std::move(*rest));
    if (!up()) return;
    step(MemberCommitDone{result});
    pump();
  });
}

void MemberNode::carry_out_rest(MemberOutput output) {
  if (output.link) connect(key_for(*output.link));
  if (output.subscribe) stage_.net.subscribe(spec_.node, output.subscribe->topic);
  for (const MemberMessage& message : output.send) {
    stage_.trace.add(stage_.queue.now(), spec_.name, "sends", {},
                     [&] { return describe(message); });
    stage_.net.to_server(spec_.node, encode(message));
  }
  for (const WorkItem& item : output.work) {
    stage_.trace.add(stage_.queue.now(), spec_.name, "works", {}, [&] { return describe(item); });
  }
  exec_.add(std::move(output.work));
  if (output.look) look(*output.look);
  for (LocalDone& done : output.local_done) {
    local_replies_.insert_or_assign(done.token, std::move(done.reply));
  }
  for (const BundleAsked& asked : output.bundles) answer_from_bundles(asked);
  for (const Note& note : output.notes) {
    const std::string text = text_of(note);
    stage_.trace.add(stage_.queue.now(), spec_.name, "notes", as_bytes(text), [&] { return text; });
  }
  if (output.exit) end(*output.exit);
}

void MemberNode::answer_from_bundles(const BundleAsked& asked) {
  const auto chunk = exec_.host().read_bundle(asked.question);
  const Answer answer =
      chunk ? Answer(*chunk) : Answer(Refused{chunk.error().code, chunk.error().text});
  if (!asked.session) {
    local_replies_.insert_or_assign(asked.token, answer);
    return;
  }
  stage_.net.to_server(
      spec_.node, encode(MemberMessage(MemberAnswer{*asked.session, asked.token, encode(answer)})));
}

}  // namespace groupctl::sim
