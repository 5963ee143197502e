#include "bench/swarm_member.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "bench/swarm_keys.h"
#include "daemon/clock.h"

namespace groupctl::bench {
namespace {

constexpr std::uint64_t kLongestWaitMs = 1000;
constexpr std::uint64_t kListeningWaitMs = 100;
constexpr std::uint64_t kKeptLogBytes = 4 << 20;

MemberConfig config_of(const std::string& group, std::uint64_t number) {
  MemberConfig config;
  config.group = group;
  config.name = swarm_name(number);
  config.participant = config.name;
  config.product = "bench";
  for (std::size_t i = 0; i < sizeof(number); ++i) {
    config.server_id.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  config.seed = number;
  config.max_log_bytes = kKeptLogBytes;
  config.scan_interval_ms = 0;
  return config;
}

WorkResult done_at_once(const WorkItem& item) {
  const auto* reconcile = std::get_if<ReconcileRequest>(&item.what);
  if (reconcile == nullptr) return {item.id, ExecuteResult()};
  ReconcileResult result;
  for (const ArtefactStep& step : reconcile->steps) result.by_name[step.name] = ExecuteResult();
  return {item.id, std::move(result)};
}

bool is_welcome(MemberPhase phase) {
  return phase == MemberPhase::kSnapshot || phase == MemberPhase::kReplaying ||
         phase == MemberPhase::kInStep;
}

}  // namespace

SwarmMember::SwarmMember(const std::string& group, std::string coordinator, std::uint64_t number,
                         const std::optional<PublicKey>& server,
                         std::shared_ptr<ZmqContext> context)
    : config_(config_of(group, number)),
      coordinator_(std::move(coordinator)),
      context_(std::move(context)) {
  if (!server) return;
  keys_ = ClientKeys{swarm_keys(number), *server};
  config_.key = keys_->own.public_key;
}

SwarmMember::~SwarmMember() { stop(); }

Status SwarmMember::connect() {
  config_.incarnation = config_.incarnation.next();
  auto core = MemberCore::load(config_, command_table(), store_);
  if (!core) return tl::unexpected<Error>(core.error());
  auto bus = ZmqMemberBus::open(coordinator_, "", keys_, context_);
  if (!bus) return tl::unexpected<Error>(bus.error());
  core_ = *std::move(core);
  bus_ = *std::move(bus);
  only_listens_ = false;
  listener_.reset();
  stops_ = false;
  welcomed_ = 0;
  return {};
}

void SwarmMember::start() {
  thread_ = std::thread([this] { run(); });
}

void SwarmMember::stop() {
  if (!thread_.joinable()) return;
  stops_ = true;
  bus_->wake();
  thread_.join();
  bus_.reset();
  core_.reset();
  events_.clear();
}

std::optional<SwarmMember::Clock::time_point> SwarmMember::welcomed() const {
  const Clock::rep at = welcomed_;
  if (at == 0) return std::nullopt;
  return Clock::time_point(Clock::duration(at));
}

void SwarmMember::only_listen() {
  only_listens_ = true;
  bus_->wake();
}

void SwarmMember::run() {
  MemberBus::Handlers handlers;
  FromCommandPlane published;
  handlers.on_reply = [this](ByteView bytes) {
    if (auto reply = decode_member_reply(bytes)) heard(*std::move(reply));
  };
  handlers.on_publication = [this, &published](ByteView envelope, ByteView frame) {
    auto publication = decode_publication(envelope, frame);
    if (!publication) return;
    if (listener_) return listener_->take(publication->publication);
    published.messages.push_back(*std::move(publication));
  };
  step(MemberTick{});
  while (!stops_) {
    const LocalTime next = core_->next_tick();
    const LocalTime now = local_now();
    const std::uint64_t wait = next <= now ? 0 : next.value - now.value;
    bus_->wait(listener_ ? kListeningWaitMs : std::min(wait, kLongestWaitMs), handlers);
    if (!published.messages.empty()) step(std::exchange(published, {}));
    if (only_listens_) {
      listen(local_now());
    } else if (local_now() >= core_->next_tick()) {
      step(MemberTick{});
    }
  }
}

void SwarmMember::heard(EnvelopedReply reply) {
  if (const auto* welcome = std::get_if<Welcome>(&reply.reply)) session_ = welcome->session;
  if (!listener_) return step(FromCoordinator{std::move(reply)});
  if (const auto* page = std::get_if<ReplayPage>(&reply.reply)) listener_->take(*page, local_now());
}

void SwarmMember::listen(LocalTime now) {
  if (!listener_) {
    listener_.emplace(session_, core_->marks().received, core_->head().state_digest, config_.seed);
  }
  for (const MemberMessage& message : listener_->say(now)) bus_->to_coordinator(encode(message));
  received_ = listener_->received().value;
}

/// With all that follows from it. Not by recursion: a long replay is one chain of commits.
void SwarmMember::step(MemberEvent event) {
  events_.push_back(std::move(event));
  while (!events_.empty()) {
    MemberEvent next = std::move(events_.front());
    events_.pop_front();
    carry_out(core_->step(local_now(), std::move(next)));
  }
  received_ = core_->marks().received.value;
  if (welcomed_ == 0 && is_welcome(core_->phase())) {
    welcomed_ = Clock::now().time_since_epoch().count();
  }
}

void SwarmMember::carry_out(MemberOutput output) {
  if (output.commit) events_.push_back(MemberCommitDone{store_.commit(*output.commit)});
  if (output.subscribe) {
    auto done = bus_->subscribe(output.subscribe->endpoint, output.subscribe->topic);
    if (!done) std::fprintf(stderr, "%s: %s\n", config_.name.c_str(), done.error().text.c_str());
  }
  for (const MemberMessage& message : output.send) bus_->to_coordinator(encode(message));
  for (const WorkItem& item : output.work) events_.push_back(WorkDone{done_at_once(item)});
  for (const Note& note : output.notes) {
    if (note.level < NoteLevel::kWarn) continue;
    std::fprintf(stderr, "%s: %s\n", config_.name.c_str(), text_of(note).c_str());
  }
}

}  // namespace groupctl::bench
