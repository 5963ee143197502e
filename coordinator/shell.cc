#include "coordinator/shell.h"

#include <algorithm>

#include "daemon/clock.h"
#include "daemon/crash_mark.h"
#include "daemon/exit_codes.h"
#include "daemon/logging.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kLongestWaitMs = 1000;
constexpr std::string_view kComponent = "coordinator";

}  // namespace

std::optional<int> CoordinatorShell::start() {
  step(CoordinatorTick{});
  step(storage_.wait_done());
  return exit_;
}

int CoordinatorShell::run(Signals& signals, const std::function<void()>& reread) {
  const CoordinatorBus::Handlers handlers{
      [this](const Peer& peer, ByteView bytes) { from_member(peer, bytes); },
      [this](const Peer& peer, ByteView bytes) { from_admin(peer, bytes); },
      [this] { step(SubscriberCame{}); }};
  while (!exit_ && !signals.stop_requested()) {
    bus_.wait(wait_ms(), handlers);
    for (BatchDone& done : storage_.take_done()) step(std::move(done));
    for (ReadDone& done : replay_.take_done()) step(std::move(done));
    for (RepoDone& done : repository_.take_done()) step(std::move(done));
    if (local_now() >= core_.next_tick()) step(CoordinatorTick{});
    if (signals.take_reread()) reread();
    if (signals.take_summary()) log_summary();
  }
  // What ends a process that serves is a write of unknown outcome or a read that failed.
  if (exit_ == kExitIo) mark_crash();
  finish();
  return exit_.value_or(0);
}

// Each commit may let the core hand over the next one; without news it soon has none.
void CoordinatorShell::finish() {
  while (!exit_ && committing_) step(storage_.wait_done());
}

void CoordinatorShell::log_summary() const {
  const StatusReply status = core_.status();
  std::string members;
  for (const auto& [state, count] : status.members) {
    members +=
        (members.empty() ? "" : ",") + std::string(to_word(state)) + ":" + std::to_string(count);
  }
  log_line(LogLevel::kInfo, kComponent, "summary",
           {{"group", status.hello.group},
            {"epoch", status.hello.epoch},
            {"head", status.head},
            {"floor", status.floor},
            {"members", members.empty() ? "none" : members},
            {"artefacts", std::uint64_t{status.artefacts}},
            {"properties", std::uint64_t{status.properties}},
            {"uptime_ms", status.uptime_ms},
            {"read_only", status.read_only.empty() ? "no" : status.read_only}});
}

std::uint64_t CoordinatorShell::wait_ms() const {
  const LocalTime now = local_now();
  const LocalTime next = core_.next_tick();
  return next <= now ? 0 : std::min(next.value - now.value, kLongestWaitMs);
}

void CoordinatorShell::from_member(const Peer& peer, ByteView bytes) {
  auto message = decode_member_message(bytes);
  if (!message) {
    log_line(LogLevel::kDebug, kComponent, "a member's message does not decode",
             {{"why", message.error().text}});
    return step(BadFromMember{peer, message.error()});
  }
  step(FromMember{peer, *std::move(message)});
}

void CoordinatorShell::from_admin(const Peer& peer, ByteView bytes) {
  auto request = decode_admin_request(bytes);
  if (!request) {
    const Error& error = request.error();
    bus_.to_admin(peer, encode(peek_admin_request_id(bytes), QueryRefused{error.code, error.text}));
    return;
  }
  step(FromAdmin{peer, *std::move(request)});
}

void CoordinatorShell::step(CoordinatorEvent event) {
  if (exit_) return;
  if (std::holds_alternative<BatchDone>(event)) committing_ = false;
  carry_out(core_.step(local_now(), std::move(event)));
}

void CoordinatorShell::carry_out(CoordinatorOutput output) {
  if (output.commit) {
    committing_ = true;
    storage_.commit(*std::move(output.commit));
  }
  for (const ToAdmin& one : output.to_admins) bus_.to_admin(one.peer, encode(one.id, one.reply));
  for (const Publication& publication : output.publish) {
    const PublicationParts parts = encode(output.envelope, publication);
    bus_.publish(parts.envelope, parts.frame);
  }
  for (const ToMember& one : output.to_members) {
    bus_.to_member(one.peer, encode(envelope_of(output, one), one.reply));
  }
  for (const Note& note : output.notes) log_line(kComponent, note);
  for (ReadRequest& request : output.reads) read(std::move(request));
  for (RepoRequest& request : output.repository) repository_.ask(std::move(request));
  if (output.exit) exit_ = output.exit;
}

void CoordinatorShell::read(ReadRequest request) {
  if (replay_.read(request)) return;
  const auto busy = fail(ErrorCode::kBusy, "too many reads are waiting");
  if (const auto* one = std::get_if<RequestRead>(&request)) {
    step(ReadDone(RequestReadDone{one->token, busy}));
  } else if (const auto* log = std::get_if<LogRead>(&request)) {
    step(ReadDone(LogReadDone{log->token, busy}));
  } else if (std::holds_alternative<FloorRead>(request)) {
    step(ReadDone(FloorReadDone{busy}));
  }
}

}  // namespace groupctl
