// CoordinatorCore: loading, and the cycle of a step.
#include "coordinator/core.h"

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/core_impl.h"
#include "daemon/exit_codes.h"
#include "log/little_endian.h"
#include "log/read_failure.h"

namespace groupctl {
namespace {

/// Several may come at once: one heartbeat for them.
constexpr std::uint64_t kSubscriberHeartbeatMs = 20;
/// A member that comes no nearer to the head within so many heartbeats is not catching up.
constexpr std::uint64_t kPatientIntervals = 2;
/// Times the bound by which it was found sluggish.
constexpr std::uint64_t kToldAgainAfter = 10;

Result<Sequencer::Origin> read_origin(const Store& store) {
  Sequencer::Origin origin;
  auto head = store.read_state(
      [&](std::string_view key, ByteView value) { origin.state.load_row(key, value); });
  if (!head) return tl::unexpected<Error>(head.error());
  if (!head->batch) return fail(ErrorCode::kNotFound, "the store holds no group: init makes one");
  if (origin.state.digest() != head->state_digest) {
    return fail(ErrorCode::kCorrupt, "the state does not have the digest that its head says");
  }
  origin.head = *head;
  auto roster_change = store.get(roster_change_key());
  if (!roster_change) return tl::unexpected<Error>(roster_change.error());
  if (*roster_change) origin.roster_change = Sequence(read_u64(**roster_change));
  auto kinds = store.get(state_kinds_key());
  if (!kinds) return tl::unexpected<Error>(kinds.error());
  if (*kinds) {
    auto read = decode_state_kinds(**kinds);
    if (!read) return tl::unexpected<Error>(read.error());
    origin.state_kinds = *std::move(read);
  }
  return origin;
}

Status check_kinds(const std::vector<KindId>& kinds, const CommandTable& table) {
  for (KindId kind : kinds) {
    if (table.find(kind) != nullptr) continue;
    return fail(
        ErrorCode::kUnsupported,
        fmt::format("the log holds a state kind that this build lacks: {:016x}", kind.value));
  }
  return {};
}

template <typename T>
std::optional<Error> error_of(const Result<T>& result) {
  return result ? std::nullopt : std::optional(result.error());
}
std::optional<Error> error_of(const MemberRead& read) {
  for (const MemberReply& reply : read.replies) {
    const auto* refused = std::get_if<Refused>(&reply);
    if (refused != nullptr) return Error{refused->code, refused->text};
  }
  return std::nullopt;
}
std::optional<Error> error_of(const RequestReadDone& read) { return error_of(read.found); }
std::optional<Error> error_of(const LogReadDone& read) { return error_of(read.entries); }
std::optional<Error> error_of(const FloorReadDone& read) { return error_of(read.rise); }

}  // namespace

CoordinatorCore::CoordinatorCore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CoordinatorCore::~CoordinatorCore() = default;

Result<std::unique_ptr<CoordinatorCore>> CoordinatorCore::load(CoordinatorConfig config,
                                                               const CommandTable& table,
                                                               const Store& store) {
  auto origin = read_origin(store);
  if (!origin) return fail("group " + config.group, origin.error());
  if (auto known = check_kinds(origin->state_kinds, table); !known) {
    return tl::unexpected<Error>(known.error());
  }
  auto ledger = Ledger::load(store, {config.bounds.outcome_text_bytes, config.bounds.outcome_rows});
  if (!ledger) return tl::unexpected<Error>(ledger.error());
  Requests requests({config.request_rows, config.request_row_age_ms, config.bounds.request_rows});
  if (auto read = requests.load(store); !read) return tl::unexpected<Error>(read.error());

  auto log_bytes = store.get(log_bytes_key());
  if (!log_bytes) return tl::unexpected<Error>(log_bytes.error());
  auto read_only = store.get(read_only_key());
  if (!read_only) return tl::unexpected<Error>(read_only.error());

  auto access = Access::load(store, config.open);
  if (!access) return fail("keys of group " + config.group, access.error());

  Predictions predictions;
  if (auto read = predictions.load(store); !read) return tl::unexpected<Error>(read.error());

  Recovery recovery;
  if (auto read = recovery.load(store); !read) return tl::unexpected<Error>(read.error());

  origin->head.epoch = origin->head.epoch.next();
  Sequencer sequencer(table, config.secret, config.gathered_batches, *std::move(origin));
  auto impl = std::make_unique<Impl>(std::move(config), table, std::move(sequencer),
                                     *std::move(ledger), std::move(requests), *std::move(access));
  if (*log_bytes) impl->log_bytes_ = impl->log_bytes_in_commit_ = read_u64(**log_bytes);
  impl->recovery_ = std::move(recovery);
  impl->predictions_ = std::move(predictions);
  if (*read_only) impl->read_only_ = as_text(**read_only);
  return std::unique_ptr<CoordinatorCore>(new CoordinatorCore(std::move(impl)));
}

CoordinatorOutput CoordinatorCore::step(LocalTime now, CoordinatorEvent event) {
  return impl_->step(now, std::move(event));
}
LocalTime CoordinatorCore::next_tick() const { return impl_->next_tick(); }
Epoch CoordinatorCore::epoch() const { return impl_->sequencer_.durable().epoch; }
const LogHead& CoordinatorCore::durable_head() const { return impl_->sequencer_.durable(); }
const GroupState& CoordinatorCore::speculative_state() const { return impl_->sequencer_.state(); }
bool CoordinatorCore::read_only() const { return !impl_->read_only_.empty(); }
StatusReply CoordinatorCore::status() const { return impl_->status_reply(); }
bool CoordinatorCore::may(const Peer& peer, const MemberMessage& message) const {
  return !impl_->refusal_of(peer, verb_of(message)) && !impl_->identity_refusal(peer, message);
}
bool CoordinatorCore::is_let_in(const Peer& peer) const { return impl_->is_let_in(peer); }
std::shared_ptr<const Admissions> CoordinatorCore::admissions() const {
  return impl_->access_.admissions();
}
std::optional<Watermarks> CoordinatorCore::marks_of(MemberId id) const {
  const AccountRow* account = impl_->ledger_.account(id);
  return account == nullptr ? std::nullopt : std::optional(account->marks);
}

// ---- the cycle

CoordinatorCore::Impl::Impl(CoordinatorConfig config, const CommandTable& table,
                            Sequencer sequencer, Ledger ledger, Requests requests, Access access)
    : config_(std::move(config)),
      table_(table),
      sequencer_(std::move(sequencer)),
      ledger_(std::move(ledger)),
      requests_(std::move(requests)),
      access_(std::move(access)),
      pacer_({config_.bursts_in_flight, config_.pace_limit_ms}, sequencer_.durable().last),
      sluggish_({config_.sluggish_entries, config_.sluggish_ms,
                 kPatientIntervals * config_.heartbeat_interval_ms,
                 kToldAgainAfter * config_.sluggish_ms}),
      join_gate_(config_.bounds),
      relay_({config_.questions, config_.answer_ms}) {
  const LogHead& head = sequencer_.durable();
  ledger_floor_ = head.floor;
  last_counted_ = head.last;
  change_ = head.epoch.value << 32;
  for (const auto& [id, account] : ledger_.accounts()) changed(id);
  time_base_ = std::max(head.group_time, config_.wall_time);
  published_ = {head.last, head.chain, head.state_digest,
                make_tag(config_.secret, head.log_id, head.epoch, head.last, head.chain)};
}

CoordinatorOutput CoordinatorCore::Impl::step(LocalTime now, CoordinatorEvent event) {
  output_ = {};
  now_ = now;
  if (!sessions_) {
    started_ = now;
    marks_written_ = now;
    next_heartbeat_ = now;
    sessions_.emplace(sequencer_.durable().epoch, now,
                      config_.heartbeat_interval_ms * config_.lost_after_heartbeats);
    RowChanges rows;
    if (config_.guest) access_.move_guests(config_.guest, rows);
    output_.commit = sequencer_.take(group_now(), std::move(rows), {});
  }
  std::visit([this](const auto& one) { on(one); }, event);
  if (ready_) finish_step();
  if (admitted_ != access_.admissions()) output_.admit = admitted_ = access_.admissions();
  say_nothing_to_strangers();
  output_.envelope = {sequencer_.durable().log_id, sequencer_.durable().epoch, group_now()};
  return std::move(output_);
}

GroupTime CoordinatorCore::Impl::group_now() const {
  return GroupTime(time_base_.value + (now_.value - started_.value));
}

void CoordinatorCore::Impl::on(const CoordinatorTick&) {
  if (!ready_) return;
  expire_keys();
  expire_challenges();
  give_up_questions();
}

void CoordinatorCore::Impl::on(const FromMember& event) {
  if (!ready_ || !admitted(event)) return;
  const Join* join = std::get_if<Join>(&event.message);
  if (join != nullptr && !event.other_group.empty()) {
    return refuse_double(event.peer, *join, event.other_group);
  }
  std::visit([&](const auto& message) { on_message(event.peer, message); }, event.message);
}

/// Another version of the protocol deserves an answer; noise does not.
void CoordinatorCore::Impl::on(const BadFromMember& event) {
  if (!ready_ || event.error.code != ErrorCode::kUnsupported || !is_let_in(event.peer)) return;
  output_.to_members.push_back(
      {event.peer, Refused{event.error.code, event.error.text}, !is_member(event.peer)});
}

void CoordinatorCore::Impl::on(const FromAdmin& asked) {
  FromAdmin event = asked;
  if (!ready_ || !admitted(event) || of_another_group(event)) return;
  std::visit([&](const auto& request) { on_request(event.peer, event.request.id, request); },
             event.request.request);
}

void CoordinatorCore::Impl::on(const SubscriberCame&) {
  next_heartbeat_ = std::min(
      next_heartbeat_, std::max(now_, LocalTime(last_heartbeat_.value + kSubscriberHeartbeatMs)));
}

void CoordinatorCore::Impl::on(const BatchDone& event) {
  if (recovering_ && !sequencer_.in_commit()) return recovered(event.result);
  switch (event.result.answer) {
    case CommitAnswer::kCommitted:
      return on_committed(event.batch);
    case CommitAnswer::kRefused:
      return on_refused(event.result.error);
    case CommitAnswer::kUnknown:
      return on_unknown(event.result.error);
  }
}

void CoordinatorCore::Impl::on(const ReadDone& event) {
  const auto error = std::visit([](const auto& read) { return error_of(read); }, event);
  if (error && is_read_failure(*error)) {
    // Who waits is told nothing: the next process answers when it is asked again.
    output_.exit = kExitIo;
    ready_ = false;
    return note(NoteLevel::kError, "the log cannot be read",
                {{"seq", sequencer_.durable().last}, {"why", error->text}});
  }
  if (const auto* member = std::get_if<MemberRead>(&event)) {
    return on_member_read(*member);
  }
  if (const auto* floor = std::get_if<FloorReadDone>(&event)) return floor_may_rise(*floor);
  const auto* request = std::get_if<RequestReadDone>(&event);
  const auto* log = std::get_if<LogReadDone>(&event);
  auto waiter = read_waiters_.extract(request != nullptr ? request->token : log->token);
  if (waiter.empty()) return;
  if (const auto* submit = std::get_if<SubmitWaits>(&waiter.mapped())) {
    release(*submit);
    return found(*submit, request->found);
  }
  if (const auto* query = std::get_if<LogQueryRead>(&waiter.mapped())) {
    return answer_log(*query, *log);
  }
  found(std::get<WatchRead>(waiter.mapped()), *log);
}

void CoordinatorCore::Impl::finish_step() {
  read_chunks();
  read_for_members();
  steer_rollouts();
  pump_submits();
  commit_if_useful();
  publish_what_may();
  heartbeat_if_due();
  note_lost();
  serve_watchers();
}

void CoordinatorCore::Impl::publish_what_may() {
  for (FramePtr& frame : pacer_.take(now_)) {
    const FrameHeader& header = frame->header();
    published_ = {header.last, header.chain_after, header.state_digest_after, header.tag};
    output_.publish.push_back(std::move(frame));
  }
}

void CoordinatorCore::Impl::heartbeat_if_due() {
  if (now_ < next_heartbeat_) return;
  output_.publish.push_back(published_);
  wake_the_sluggish();
  look_at_floor();
  last_heartbeat_ = now_;
  next_heartbeat_ = LocalTime(now_.value + config_.heartbeat_interval_ms);
}

LocalTime CoordinatorCore::Impl::next_tick() const {
  // Until the epoch is durable, and after an unknown commit, only the storage thread has news.
  if (sessions_ && !ready_) return LocalTime(now_.value + config_.heartbeat_interval_ms);
  LocalTime next = next_heartbeat_;
  if (auto pace = pacer_.deadline()) next = std::min(next, *pace);
  if (!sequencer_.in_commit() && rows_wait()) {
    next = std::min(next, LocalTime(marks_written_.value + config_.watermark_interval_ms));
  }
  for (const Watcher& watcher : watchers_) {
    // A watcher that has its next Update coming is looked at when the members say something.
    next = std::min(next, watcher.not_before > now_ ? watcher.not_before : watcher.until);
  }
  if (next_wave_) next = std::min(next, *next_wave_);
  if (auto due = relay_.due()) next = std::min(next, *due);
  if (auto due = access_.due()) next = std::min(next, local_of(*due));
  for (const auto& [server, challenge] : challenges_) next = std::min(next, challenge.until);
  return next;
}

}  // namespace groupctl
