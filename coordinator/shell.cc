#include "coordinator/shell.h"

#include <algorithm>

#include "daemon/clock.h"
#include "daemon/crash_mark.h"
#include "daemon/exit_codes.h"
#include "daemon/logging.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kLongestWaitMs = 1000;
constexpr std::uint64_t kShownEveryMs = 1000;
/// A connection that ends takes along, at the other end, what was not read from it yet.
constexpr std::uint64_t kReadWithinMs = 500;
constexpr std::string_view kComponent = "coordinator";

}  // namespace

std::optional<int> CoordinatorShell::start() {
  step(CoordinatorTick{});
  step(storage_.wait_done());
  return exit_;
}

int CoordinatorShell::run() {
  const CoordinatorBus::Handlers handlers{
      [this](const Peer& peer, ByteView bytes) { from_member(peer, bytes); },
      [this](const Peer& peer, ByteView bytes) { from_admin(peer, bytes); },
      [this] { step(SubscriberCame{}); }};
  while (!exit_ && !desk_.stop) {
    bus_.wait(wait_ms(), handlers);
    for (BatchDone& done : storage_.take_done()) step(std::move(done));
    for (ReadDone& done : replay_.take_done()) step(std::move(done));
    for (RepoDone& done : repository_.take_done()) step(std::move(done));
    if (local_now() >= core_.next_tick()) step(CoordinatorTick{});
    answer_from_process();
    if (local_now() >= shown_next_) show_on_board();
    if (desk_.summary.exchange(false)) log_summary();
  }
  // What ends a process that serves is a write of unknown outcome or a read that failed.
  if (exit_ == kExitIo) mark_crash();
  finish();
  return exit_.value_or(0);
}

// Each commit may let the core hand over the next one; without news it soon has none.
void CoordinatorShell::finish() {
  while (!exit_ && committing_) step(storage_.wait_done());
  answer_from_process();
  wait_for_readers();
}

void CoordinatorShell::answer_from_process() {
  for (const DeskAnswer& answer : desk_.answers.take_all()) {
    bus_.to_admin(answer.peer, encode(answer.id, answer.reply));
    read_by_ = LocalTime(local_now().value + kReadWithinMs);
  }
}

/// That a group is deleted is said on its own plane, too, which ends then.
void CoordinatorShell::wait_for_readers() {
  const auto ignore = [](const Peer&, ByteView) {};
  for (LocalTime now = local_now(); now < read_by_; now = local_now()) {
    bus_.wait(read_by_.value - now.value, {ignore, ignore, [] {}});
  }
}

void CoordinatorShell::show_on_board() {
  desk_.board.show(core_.status());
  shown_next_ = LocalTime(local_now().value + kShownEveryMs);
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
  std::string other_group;
  const Join* join = std::get_if<Join>(&*message);
  if (join != nullptr && join->group == group_) {
    other_group = desk_.board.claim(local_now(), group_, join->server_id).value_or("");
  }
  step(FromMember{peer, *std::move(message), std::move(other_group)});
}

void CoordinatorShell::from_admin(const Peer& peer, ByteView bytes) {
  auto request = decode_admin_request(bytes);
  if (!request) {
    const Error& error = request.error();
    bus_.to_admin(peer, encode(peek_admin_request_id(bytes), QueryRefused{error.code, error.text}));
    return;
  }
  FromAdmin event{peer, *std::move(request)};
  if (ask_process(event)) return;
  const std::string& asked = group_asked(event.request.request);
  if (!asked.empty() && asked != group_) event.groups_here = desk_.board.addresses();
  step(std::move(event));
}

/// What concerns the groups of the process is not for the core.
bool CoordinatorShell::ask_process(const FromAdmin& event) {
  const auto& [id, request] = event.request;
  if (const auto* query = std::get_if<GroupsQuery>(&request)) {
    show_on_board();
    bus_.to_admin(event.peer, encode(id, desk_.board.page(query->after)));
    return true;
  }
  std::optional<ProcessRequest> asked;
  if (const auto* create = std::get_if<CreateGroup>(&request)) asked = *create;
  if (const auto* destroy = std::get_if<DeleteGroup>(&request)) asked = *destroy;
  if (!asked) return false;
  if (!desk_.ask({group_, event.peer, id, *std::move(asked)})) {
    bus_.to_admin(event.peer, encode(id, QueryRefused{ErrorCode::kBusy, "too many are waiting"}));
  }
  return true;
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
  if (!output.roster.empty()) desk_.board.note_roster(group_, output.roster);
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
