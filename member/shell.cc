#include "member/shell.h"

#include <algorithm>
#include <bit>

#include "daemon/clock.h"
#include "daemon/crash_mark.h"
#include "daemon/exit_codes.h"
#include "daemon/logging.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kLongestWaitMs = 1000;
constexpr std::size_t kMaxLeavers = 16;
constexpr std::size_t kMaxAskers = 256;
constexpr std::uint64_t kFarewellMs = 200;
constexpr std::uint64_t kUnreadableAlarm = 3;

std::uint64_t wait_for(LocalTime next, LocalTime now) {
  if (next <= now) return 0;
  return std::min(next.value - now.value, kLongestWaitMs);
}

}  // namespace

int MemberShell::run(Signals& signals, const std::function<void()>& reread) {
  step(MemberTick{});
  while (!ends(signals)) {
    listen();
    results();
    for (const ChunkWanted& chunk : parts_.desk.take_wanted()) step(chunk);
    if (local_now() >= parts_.core.next_tick()) step(MemberTick{});
    answer_leavers();
    if (signals.take_reread()) reread();
    if (signals.take_summary()) log_summary();
  }
  // What ends a process that serves is a write of unknown outcome or a read that failed.
  if (exit_ == kExitIo) mark_crash();
  finish();
  return exit_.value_or(0);
}

bool MemberShell::ends(const Signals& signals) const {
  return exit_ || parts_.core.phase() == MemberPhase::kLeft || signals.stop_requested();
}

void MemberShell::log_summary() const {
  const LocalStatus status = parts_.core.status();
  log_line(LogLevel::kInfo, "member", "summary",
           {{"group", status.group},
            {"member", status.name},
            {"phase", status.phase},
            {"epoch", status.epoch},
            {"received", status.marks.received},
            {"executed", status.marks.executed},
            {"head", status.known_head},
            {"delta", std::uint64_t{status.delta.size()}},
            {"coordinator", status.coordinator_up ? "heard" : "silent"},
            {"note", status.note}});
}

void MemberShell::listen() {
  MemberBus::Handlers handlers;
  handlers.on_reply = [this](ByteView bytes) {
    auto reply = decode_member_reply(bytes);
    if (!reply) return unreadable("reply", reply.error());
    step(FromCoordinator{std::move(*reply)});
  };
  FromCommandPlane published;
  handlers.on_publication = [this, &published](ByteView envelope, ByteView frame) {
    auto publication = decode_publication(envelope, frame);
    if (!publication) return unreadable("publication", publication.error());
    published.messages.push_back(*std::move(publication));
  };
  handlers.on_trouble = [this](LinkTrouble trouble) { step(LinkTroubled{trouble}); };
  handlers.on_local = [this](const Peer& peer, ByteView request) { answer_local(peer, request); };
  parts_.bus.wait(wait_for(parts_.core.next_tick(), local_now()), handlers);
  if (!published.messages.empty()) step(std::move(published));
}

/// It is dropped; what it held is missed, and asked for. From the third time on that is an error,
/// and said at each doubling: there can be many.
void MemberShell::unreadable(std::string_view what, const Error& error) {
  ++unreadable_;
  if (unreadable_ > kUnreadableAlarm && !std::has_single_bit(unreadable_)) return;
  log_line(unreadable_ < kUnreadableAlarm ? LogLevel::kWarn : LogLevel::kError, "member",
           "dropped what does not verify",
           {{"what", std::string(what)}, {"so_far", unreadable_}, {"why", error.text}});
}

void MemberShell::results() {
  for (WorkResult& result : parts_.executor.drain()) step(WorkDone{std::move(result)});
  if (auto look = parts_.scanner.take()) step(LookDone{std::move(*look)});
  auto progress = parts_.executor.progress();
  const bool moved =
      progress && (!shown_ || shown_->id != progress->id || shown_->step != progress->step ||
                   shown_->percent != progress->percent);
  shown_ = progress;
  if (moved) step(WorkMoved{*progress});
}

void MemberShell::step(MemberEvent event) {
  if (exit_) return;
  carry_out(parts_.core.step(local_now(), std::move(event)));
}

void MemberShell::carry_out(MemberOutput output) {
  std::optional<CommitResult> committed;
  if (output.commit) committed = parts_.store.commit(*output.commit);
  if (output.link) parts_.bus.reconnect(parts_.keys_for(*output.link));
  if (output.subscribe) {
    Status done = parts_.bus.subscribe(output.subscribe->endpoint, output.subscribe->topic);
    if (!done)
      log_line(LogLevel::kWarn, "member", "cannot subscribe", {{"why", done.error().text}});
  }
  for (const MemberMessage& message : output.send) parts_.bus.to_coordinator(encode(message));
  if (output.shared_tail) parts_.desk.set_shared_tail(*std::move(output.shared_tail));
  for (ChunkAnswer& answer : output.chunks) parts_.desk.deliver(std::move(answer));
  for (WorkItem& item : output.work) parts_.executor.submit(std::move(item));
  if (output.look) {
    Status given = parts_.scanner.submit(std::move(*output.look));
    if (!given)
      log_line(LogLevel::kWarn, "member", "look not taken", {{"why", given.error().text}});
  }
  for (const LocalDone& done : output.local_done) answer_local_token(done.token, done.reply);
  for (const BundleAsked& asked : output.bundles) answer_from_bundles(asked);
  for (const Note& note : output.notes) log_line("member", note);
  if (output.exit) exit_ = output.exit;
  if (committed) step(MemberCommitDone{std::move(*committed)});
}

void MemberShell::answer_local_token(std::uint64_t token, const LocalReply& reply) {
  auto asker = askers_.extract(token);
  if (!asker.empty()) parts_.bus.to_local(asker.mapped(), encode(reply));
}

void MemberShell::answer_from_bundles(const BundleAsked& asked) {
  auto chunk = parts_.dumps.read(asked.question);
  if (!chunk && chunk.error().code == ErrorCode::kNotFound) {
    chunk = parts_.outputs.read(asked.question);
  }
  const Answer answer =
      chunk ? Answer(*chunk) : Answer(Refused{chunk.error().code, chunk.error().text});
  if (!asked.session) return answer_local_token(asked.token, answer);
  parts_.bus.to_coordinator(
      encode(MemberMessage(MemberAnswer{*asked.session, asked.token, encode(answer)})));
}

void MemberShell::answer_local(const Peer& peer, ByteView bytes) {
  auto request = decode_local_request(bytes);
  if (!request) {
    const Refused refused{request.error().code, request.error().text};
    return parts_.bus.to_local(peer, encode(LocalReply(refused)));
  }
  if (std::holds_alternative<LocalStatusQuery>(*request)) {
    return parts_.bus.to_local(peer, encode(LocalReply(parts_.core.status())));
  }
  if (auto* command = std::get_if<LocalCommand>(&*request)) {
    return ask_core(peer, std::move(*command));
  }
  if (auto* question = std::get_if<Question>(&*request)) {
    return ask_core(peer, std::move(*question));
  }
  if (leavers_.size() < kMaxLeavers) leavers_.push_back(peer);
  step(LeaveAsked{});
}

void MemberShell::ask_core(const Peer& peer, std::variant<LocalCommand, Question> what) {
  if (askers_.size() >= kMaxAskers) {
    const Refused busy{ErrorCode::kBusy, "too many local commands are under way"};
    return parts_.bus.to_local(peer, encode(LocalReply(busy)));
  }
  askers_.emplace(++last_token_, peer);
  step(LocalAsked{last_token_, std::move(what)});
}

void MemberShell::answer_leavers() {
  if (parts_.core.phase() != MemberPhase::kLeft || leavers_.empty()) return;
  for (const Peer& peer : leavers_) parts_.bus.to_local(peer, encode(LocalReply(LocalLeft{})));
  leavers_.clear();
  // A connection that ends takes with it what its client has not read yet (ZMQ_IMMEDIATE).
  const MemberBus::Handlers nobody{[](ByteView) {}, [](ByteView, ByteView) {},
                                   [](const Peer&, ByteView) {}, [](LinkTrouble) {}};
  const LocalTime until(local_now().value + kFarewellMs);
  for (LocalTime now = local_now(); now < until; now = local_now()) {
    parts_.bus.wait(until.value - now.value, nobody);
  }
}

/// What has started runs to its end, and its outcome is written down; but nobody waits for an
/// archive any more.
void MemberShell::finish() {
  parts_.scanner.stop();
  parts_.executor.request_stop();
  parts_.desk.close();
  parts_.executor.stop();
  if (!exit_) results();
  answer_leavers();
}

}  // namespace groupctl
