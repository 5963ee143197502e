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
constexpr const char* kTooMuch = "more requests than a coordinator takes from one peer";

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
    audit_.flush();
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
  audit_.flush();
  wait_for_readers();
}

void CoordinatorShell::answer_from_process() {
  for (DeskAnswer& answer : desk_.answers.take_all()) {
    step(std::move(answer));
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

Quota::Verdict CoordinatorShell::ask(Quota& quota, const QuotaLimits& limits,
                                     std::string_view plane, const Peer& peer, ByteView bytes) {
  const Quota::Verdict verdict = quota.ask(local_now(), peer, limits, bytes.size());
  if (verdict.dropped != 0) {
    log_line(LogLevel::kWarn, kComponent, "a peer sends more than it may: dropped",
             {{"plane", plane},
              {"key", peer.key ? peer.key.hex() : "none"},
              {"address", peer.address},
              {"messages", verdict.dropped}});
  }
  return verdict;
}

void CoordinatorShell::from_member(const Peer& peer, ByteView bytes) {
  if (!ask(members_, kMemberQuota, "member", peer, bytes).pass) return;
  auto message = decode_member_message(bytes);
  if (!message) {
    log_line(LogLevel::kDebug, kComponent, "a member's message does not decode",
             {{"why", message.error().text}});
    return step(BadFromMember{peer, message.error()});
  }
  std::string other_group;
  const Join* join = std::get_if<Join>(&*message);
  if (join != nullptr && join->group == group_ && core_.may(peer, *message)) {
    other_group = desk_.board.claim(local_now(), group_, join->server_id).value_or("");
  }
  step(FromMember{peer, *std::move(message), std::move(other_group)});
}

/// Who is let in no longer is told so by the core, or nothing.
void CoordinatorShell::from_admin(const Peer& peer, ByteView bytes) {
  const Quota::Verdict verdict = ask(admins_, kAdminQuota, "admin", peer, bytes);
  const bool let_in = core_.is_let_in(peer);
  if (verdict.answer && let_in) {
    bus_.to_admin(peer,
                  encode(peek_admin_request_id(bytes), QueryRefused{ErrorCode::kBusy, kTooMuch}));
  }
  if (!verdict.pass) return;
  auto request = decode_admin_request(bytes);
  if (!request) {
    const Error& error = request.error();
    if (!let_in) return;
    bus_.to_admin(peer, encode(peek_admin_request_id(bytes), QueryRefused{error.code, error.text}));
    return;
  }
  FromAdmin event{peer, *std::move(request)};
  const std::string& asked = group_asked(event.request.request);
  if (!asked.empty() && asked != group_) event.groups_here = desk_.board.addresses();
  step(std::move(event));
}

/// What concerns the groups of the process.
void CoordinatorShell::ask_process(const ToProcess& asked) {
  if (const auto* query = std::get_if<GroupsQuery>(&asked.request)) {
    show_on_board();
    return step(FromProcess{asked.peer, asked.id, desk_.board.page(query->after)});
  }
  DeskRequest request{group_, asked.peer, asked.id, {}, asked.admins};
  if (const auto* create = std::get_if<CreateGroup>(&asked.request)) request.request = *create;
  if (const auto* destroy = std::get_if<DeleteGroup>(&asked.request)) request.request = *destroy;
  if (!desk_.ask(std::move(request))) {
    step(FromProcess{asked.peer, asked.id, QueryRefused{ErrorCode::kBusy, "too many are waiting"}});
  }
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
  if (output.admit) bus_.admit(std::move(output.admit));
  for (const ToAdmin& one : output.to_admins) bus_.to_admin(one.peer, encode(one.id, one.reply));
  for (const Publication& publication : output.publish) {
    const PublicationParts parts = encode(output.envelope, publication);
    bus_.publish(parts.envelope, parts.frame);
  }
  for (const ToMember& one : output.to_members) {
    bus_.to_member(one.peer, encode(envelope_of(output, one), one.reply));
  }
  for (const Note& note : output.notes) log_line(kComponent, note);
  for (const AuditRecord& record : output.audit) audit_.note(record, wall_now_ms());
  for (ReadRequest& request : output.reads) read(std::move(request));
  for (RepoRequest& request : output.repository) repository_.ask(std::move(request));
  if (output.exit) exit_ = output.exit;
  for (const ToProcess& asked : output.to_process) ask_process(asked);
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
  } else if (const auto* pages = std::get_if<ReplayRead>(&request)) {
    step(ReadDone(MemberRead{pages->peer, {}, pages->session, false}));
  } else if (const auto* chunk = std::get_if<ImageRead>(&request)) {
    step(ReadDone(MemberRead{chunk->peer, {}, chunk->session, true}));
  }
}

}  // namespace groupctl
