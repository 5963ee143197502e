#include "member/core.h"

#include <fmt/format.h>

#include <algorithm>

#include "member/core_impl.h"

namespace groupctl {
namespace {

/// A store is bound to the group with which it is first started.
Binding bound_to(const std::string& group, Binding stored) {
  if (stored.group.empty()) stored.group = group;
  return stored;
}

}  // namespace

MemberCore::Impl::Impl(MemberConfig config, const CommandTable& table, MemberMemory memory)
    : config_(std::move(config)),
      table_(table),
      fence_(bound_to(config_.group, memory.binding)),
      outcomes_(std::move(memory.outcomes)),
      actuals_(std::move(memory.actual)),
      intentions_(std::move(memory.intended)),
      follower_(table, config_.group, config_.server_id, memory.head, std::move(memory.state),
                config_.max_queued_bytes),
      queue_(std::move(memory.open), std::move(memory.started), memory.marks.span,
             std::move(memory.begun)),
      kept_(memory.marks.log_bytes, memory.head.last, config_.max_log_bytes),
      fetch_(config_.max_snapshot_bytes, config_.chunk_bytes),
      session_(config_, [this] { return make_join(); }),
      replay_(config_.replay_pages, {config_.retry_min_ms, config_.retry_max_ms}),
      tag_(memory.tag),
      shared_tail_(config_.shared_tail.empty() ? std::move(memory.shared_tail)
                                               : config_.shared_tail),
      durable_marks_(memory.marks),
      commit_backoff_(config_.retry_min_ms, config_.retry_max_ms),
      fetch_backoff_(config_.retry_min_ms, config_.retry_max_ms) {
  queue_.reconcile_at_start();
  outcomes_.withdraw_beyond(memory.head.last, stage_);
  drop_void_intentions();
  if (memory.binding.group.empty()) {
    stage_.put(binding_row(), encode(fence_.binding()));
  }
}

MemberOutput MemberCore::Impl::step(LocalTime now, MemberEvent event) {
  now_ = now;
  out_ = {};
  if (!started_) {
    started_ = true;
    session_.start(now, out_);
    look_due_ = LocalTime(now.value + config_.scan_interval_ms);
    out_.shared_tail = shared_tail_;
  }
  std::visit([this](auto& what) { on(std::move(what)); }, event);
  if (out_.exit || session_.phase() == MemberPhase::kLeft) return std::move(out_);
  look_if_due();
  pump();
  commit();
  session_.tick(now, out_);
  fetch();
  replay();
  session_.reached_head(received() >= follower_.known_head(), out_);
  acknowledge();
  return std::move(out_);
}

void MemberCore::Impl::on(WorkDone event) {
  if (const auto* foretold = std::get_if<ForetellResult>(&event.result.what)) {
    return foretellings_.end(*foretold);
  }
  Books books = this->books();
  if (const auto* reconciled = std::get_if<ReconcileResult>(&event.result.what)) {
    for (const auto& [name, result] : reconciled->by_name) {
      repositories_said(result);
      if (result.outcome != Outcome::kDone) continue;
      note(NoteLevel::kInfo, "in line", {{"artefact", name}, {"how", result.text}});
    }
  } else {
    repositories_said(std::get<ExecuteResult>(event.result.what));
  }
  queue_.done(event.result, books);
}

void MemberCore::Impl::on(LinkTroubled event) { session_.troubled(event.trouble, now_, out_); }

void MemberCore::Impl::on(LeaveAsked) { session_.leave(follower_.me() || received(), now_, out_); }

void MemberCore::Impl::pump() {
  Books books = this->books();
  while (auto item = queue_.pump(view(), books)) {
    auto* request = std::get_if<ExecuteRequest>(&item->what);
    const ApplyRow* row = request == nullptr ? nullptr : table_.find(request->entry.kind);
    if (row != nullptr && row->needs_view) {
      request->view = std::make_shared<const MemberView>(member_view());
    }
    out_.work.push_back(std::move(*item));
  }
  end_jobs();
}

WorkView MemberCore::Impl::view() const {
  return {table_, follower_.state(), follower_.me(), actuals_.actual(), intentions_.rows(), clock_,
          now_,   catching_up()};
}

/// Not when what is on its way cannot come before something that waits has ended.
bool MemberCore::Impl::catching_up() const {
  return session_.live() && received() < welcomed_at_ && !follower_.held_at() && !queue_.full() &&
         !log_full_;
}

void MemberCore::Impl::fetch() {
  if (session_.phase() != MemberPhase::kSnapshot || swap_ || !fetch_.active()) return;
  if (now_ >= fetch_due_) {
    fetch_.ask_again();
    fetch_due_ = LocalTime(now_.value + fetch_backoff_.next(session_.pcg()));
  }
  for (SnapshotRequest& request : fetch_.wanted(session_.number())) out_.send.push_back(request);
}

void MemberCore::Impl::replay() {
  if (!session_.catches_up()) return;
  auto request = replay_.ask(session_.number(), follower_.missing(), now_, session_.pcg());
  if (request) out_.send.push_back(*request);
}

/// Whether the coordinator's log is known to be what this member has followed: a coordinator that
/// was put back to an old copy may have given the same sequences to other entries.
bool MemberCore::Impl::history_is_shown() const {
  return !replay_from_ || received() > *replay_from_ || follower_.held_at();
}

void MemberCore::Impl::acknowledge() {
  if (!session_.live()) return;
  const bool reports = history_is_shown();
  Watermarks now_at = marks();
  if (!reports) now_at.executed = std::min(now_at.executed, ledger_has_);
  const bool news = now_at != acked_ || follower_.held_at() != acked_held_ ||
                    (reports && outcomes_.unsent(stage_));
  const bool asks = session_.asks(now_);
  if (!news && !asks) return;
  Ack ack;
  ack.session = session_.number();
  Outcomes::Carried carried{{}, now_at.executed, false};
  if (reports) carried = outcomes_.carry_numbered(now_at.executed, stage_, ack.number);
  ack.marks = {now_at.received, carried.executed};
  ack.state_digest = follower_.head().state_digest;
  ack.outcomes = std::move(carried.reports);
  ack.delta = delta_counts();
  ack.running = queue_.running();
  ack.held_at = follower_.held_at();
  ack.asks = asks;
  out_.send.push_back(std::move(ack));
  acked_ = now_at;
  acked_held_ = follower_.held_at();
}

void MemberCore::Impl::aim_changed() {
  aim_.reset();
  counts_stale_ = true;
}

const Aim& MemberCore::Impl::artefact_aim() const {
  if (!aim_ || aim_->of_intentions != intentions_.version()) {
    aim_ = CachedAim{artefact_aim_for(follower_.state(), follower_.me(), intentions_.rows()),
                     intentions_.version()};
  }
  return aim_->aim;
}

DeltaCounts MemberCore::Impl::delta_counts() {
  if (!counts_stale_ && counts_of_actuals_ == actuals_.version() &&
      counts_of_intentions_ == intentions_.version()) {
    return counts_;
  }
  counts_ = {};
  counts_.intended = static_cast<std::uint32_t>(intentions_.rows().size());
  for (const auto& [key, entry] : delta()) {
    if (entry.kind == DeltaKind::kPending) ++counts_.pending;
    if (entry.kind == DeltaKind::kFailed) ++counts_.failed;
    if (entry.kind == DeltaKind::kDrifted) ++counts_.drifted;
    if (entry.kind == DeltaKind::kForeign) ++counts_.foreign;
  }
  counts_stale_ = false;
  counts_of_actuals_ = actuals_.version();
  counts_of_intentions_ = intentions_.version();
  return counts_;
}

Join MemberCore::Impl::make_join() {
  Join join;
  join.product = config_.product;
  join.group = config_.group;
  join.name = config_.name;
  join.server_id = config_.server_id;
  join.incarnation = config_.incarnation;
  join.participant = config_.participant;
  join.replica = config_.replica;
  join.labels = config_.labels;
  join.shared_tail = config_.shared_tail;
  for (const ApplyRow& row : table_.rows()) join.known_kinds.push_back(row.kind);
  const LogHead& head = follower_.head();
  join.log_id = head.last ? head.log_id : LogId{};
  join.envelope_epoch = fence_.binding().epoch;
  Outcomes::Carried carried = outcomes_.carry(marks().executed, stage_);
  join.marks = {head.last, carried.executed};
  join.outcomes = std::move(carried.reports);
  join.chain = head.chain;
  join.frame_epoch = head.epoch;
  join.state_digest = head.state_digest;
  join.tag = tag_;
  return join;
}

Watermarks MemberCore::Impl::marks() const {
  return {received(), std::min(durable_marks_.executed, received())};
}

LocalTime MemberCore::Impl::next_tick() const {
  if (session_.phase() == MemberPhase::kLeft) return LocalTime(UINT64_MAX);
  if (!started_) return LocalTime{};
  LocalTime next = session_.due();
  if (session_.phase() == MemberPhase::kSnapshot && fetch_.active()) {
    next = std::min(next, fetch_due_);
  }
  if (!looking_ && config_.scan_interval_ms != 0) next = std::min(next, look_due_);
  if (session_.catches_up() && replay_.due()) next = std::min(next, *replay_.due());
  if (!in_flight_ && commit_backoff_.tries() != 0) next = std::min(next, commit_retry_);
  return next;
}

Result<std::unique_ptr<MemberCore>> MemberCore::load(MemberConfig config, const CommandTable& table,
                                                     const Store& store) {
  auto memory = read_memory(store, config.group);
  if (!memory) return fail("reading what this member knows", memory.error());
  auto impl = std::make_unique<Impl>(std::move(config), table, std::move(*memory));
  return std::unique_ptr<MemberCore>(new MemberCore(std::move(impl)));
}

MemberCore::MemberCore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
MemberCore::~MemberCore() = default;

MemberOutput MemberCore::step(LocalTime now, MemberEvent event) {
  return impl_->step(now, std::move(event));
}
LocalTime MemberCore::next_tick() const { return impl_->next_tick(); }
MemberPhase MemberCore::phase() const { return impl_->session_.phase(); }
Watermarks MemberCore::marks() const { return impl_->marks(); }
const LogHead& MemberCore::head() const { return impl_->follower_.head(); }
const GroupState& MemberCore::state() const { return impl_->follower_.state(); }
const Actual& MemberCore::actual() const { return impl_->actuals_.actual(); }
const Intended& MemberCore::intended() const { return impl_->intentions_.rows(); }
Aim MemberCore::aim() const { return impl_->aim(); }
Delta MemberCore::delta() const { return impl_->delta(); }
LocalStatus MemberCore::status() const { return impl_->status(); }

}  // namespace groupctl
