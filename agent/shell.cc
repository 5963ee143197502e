#include "agent/shell.h"

#include <signal.h>

#include <algorithm>
#include <utility>

#include "agent/allowed.h"
#include "daemon/clock.h"
#include "daemon/logging.h"
#include "daemon/version.h"

namespace groupctl {
namespace {

/// How late a key that was revoked is let in at most.
constexpr std::uint64_t kAdmitMs = 1000;
constexpr std::string_view kWaitsToBeLetIn = "pending";

/// Who asks for what, of which member: the only trace of who steered is in this log.
void say_asked(const Peer& peer, std::string_view what, const MemberRef& member,
               const AgentReply& reply) {
  const auto* refused = std::get_if<AgentRefused>(&reply);
  log_line(LogLevel::kInfo, "agent", "asked for a change",
           {{"what", what},
            {"group", member.group},
            {"member", member.name},
            {"key", fingerprint(peer.key)},
            {"address", peer.address},
            {"refused", refused != nullptr ? refused->text : "no"}});
}

}  // namespace

Status AgentShell::load() {
  const auto members = parts_.folders.all();
  if (!members) return tl::unexpected<Error>(members.error());
  for (const MemberRef& member : *members) {
    const auto record = parts_.folders.record(member);
    if (!record) {
      log_line(LogLevel::kError, "agent", "a record cannot be read: its member is left alone",
               {{"group", member.group}, {"member", member.name}, {"why", record.error().text}});
      continue;
    }
    by_socket_[parts_.folders.socket(member)] = member;
    auto process = MemberProcess::attach(*record);
    MemberFound found{member, record->wanted, 0};
    if (process) {
      found.pid = static_cast<std::uint32_t>(process->pid());
      processes_.insert_or_assign(member, *std::move(process));
    }
    step(found);
  }
  return {};
}

void AgentShell::run(Signals& signals, const std::function<void()>& reread) {
  while (!signals.stop_requested()) {
    listen();
    reap();
    const LocalTime now = local_now();
    if (now >= admit_next_) admit_anew();
    if (now >= tick_next_) {
      tick_next_ = LocalTime(now.value + AgentCore::kTickMs);
      step(AgentTick{});
    }
    if (signals.take_reread()) reread();
    if (signals.take_summary()) {
      log_line(LogLevel::kInfo, "agent", "summary",
               {{"members", std::uint64_t{core_.size()}},
                {"processes", std::uint64_t{processes_.size()}}});
    }
  }
}

void AgentShell::listen() {
  ZmqAgentBus::Handlers handlers;
  handlers.on_request = [this](const Peer& peer, ByteView bytes) { answer(peer, bytes); };
  handlers.on_status = [this](const std::string& at, const LocalStatus& status) {
    heard(at, status);
  };
  std::vector<int> descriptors;
  for (const auto& [member, process] : processes_) descriptors.push_back(process.descriptor());
  const LocalTime now = local_now();
  const LocalTime next = std::min(tick_next_, admit_next_);
  parts_.bus.wait(next <= now ? 0 : next.value - now.value, descriptors, handlers);
}

// ---- what is asked

void AgentShell::answer(const Peer& peer, ByteView bytes) {
  const auto request = decode_agent_request(bytes);
  if (!request) {
    const AgentRefused refused{request.error().code, request.error().text};
    return parts_.bus.answer(peer, encode(peek_agent_request_id(bytes), AgentReply(refused)));
  }
  const AgentReply reply = reply_to(request->request);
  if (const auto* steer = std::get_if<SteerMember>(&request->request)) {
    say_asked(peer, to_word(steer->what), steer->member, reply);
  } else if (const auto* spawn = std::get_if<SpawnMember>(&request->request)) {
    say_asked(peer, "spawn", spawn->member, reply);
  }
  parts_.bus.answer(peer, encode(request->id, reply));
}

AgentReply AgentShell::reply_to(const AgentRequest& request) {
  if (std::holds_alternative<AgentHello>(request)) {
    return AgentHelloReply{kProtocolVersion, "group-agent " + std::string(product_version())};
  }
  if (const auto* asked = std::get_if<SteerMember>(&request)) return steer(*asked);
  if (const auto* asked = std::get_if<SpawnMember>(&request)) return spawn(*asked);
  return AgentMembersReply{core_.rows(local_now())};
}

AgentReply AgentShell::steer(const SteerMember& steer) {
  if (!core_.has(steer.member)) {
    return AgentRefused{ErrorCode::kNotFound, "there is no member " + steer.member.name +
                                                  " of group " + steer.member.group + " here"};
  }
  if (auto kept = keep(steer.member, AgentCore::wants(steer.what)); !kept) {
    // Who fills the disk has to be stoppable, on record or not.
    if (steer.what != SteerMember::What::kStop) {
      return AgentRefused{kept.error().code, kept.error().text};
    }
    say_off_the_record(steer.member, kept.error());
  }
  step(MemberSteered{steer.what, steer.member});
  return core_.row(local_now(), steer.member);
}

void AgentShell::say_off_the_record(const MemberRef& member, const Error& why) {
  log_line(LogLevel::kWarn, "agent",
           "a record cannot be written: the next agent starts this member again",
           {{"group", member.group}, {"member", member.name}, {"why", why.text}});
}

AgentReply AgentShell::spawn(const SpawnMember& spawn) {
  const bool is_new = !core_.has(spawn.member);
  if (is_new && core_.size() >= kMaxAgentMembers) {
    return AgentRefused{ErrorCode::kBusy,
                        "an agent has at most " + std::to_string(kMaxAgentMembers) + " members"};
  }
  const auto made = parts_.folders.make(spawn);
  if (!made) return AgentRefused{made.error().code, made.error().text};
  if (!is_new) {
    // The token that it was started with may be over.
    const bool again = *made == AgentFolders::Made::kNewToken && core_.wants_to_run(spawn.member);
    if (again) step(MemberSteered{SteerMember::What::kRestart, spawn.member});
    return core_.row(local_now(), spawn.member);
  }
  by_socket_[parts_.folders.socket(spawn.member)] = spawn.member;
  step(MemberFound{spawn.member, true, 0});
  return core_.row(local_now(), spawn.member);
}

// ---- what members do

void AgentShell::heard(const std::string& at, const LocalStatus& status) {
  const auto found = by_socket_.find(at);
  if (found == by_socket_.end()) return;
  const bool let_in = status.coordinator_up && status.phase != kWaitsToBeLetIn;
  if (let_in) parts_.folders.drop_token(found->second);
  parts_.folders.cut_log(found->second);
  step(MemberAnswered{found->second, status.phase});
}

void AgentShell::reap() {
  std::vector<MemberEnded> all;
  for (auto each = processes_.begin(); each != processes_.end();) {
    auto ended = each->second.ended();
    if (!ended) {
      ++each;
      continue;
    }
    const std::string said = parts_.folders.last_words(each->first);
    if (!ended->how.empty() && !said.empty()) ended->how += ": " + said;
    all.push_back({each->first, std::move(ended->how), ended->cleanly});
    each = processes_.erase(each);
  }
  for (const MemberEnded& ended : all) {
    parts_.bus.look_away(parts_.folders.socket(ended.member));
    step(ended);
  }
}

void AgentShell::admit_anew() {
  admit_next_ = LocalTime(local_now().value + kAdmitMs);
  const auto text = parts_.allowed();
  if (text && *text == parts_.allowed_now) {
    allowed_fault_.clear();
    return;
  }
  const auto allowed = text ? read_allowed(*text) : tl::unexpected<Error>(text.error());
  if (text) parts_.allowed_now = *text;
  if (!allowed) {
    // Once, however often it is looked at.
    if (std::exchange(allowed_fault_, allowed.error().text) == allowed.error().text) return;
    log_line(LogLevel::kError, "agent", "the file allowed cannot be read: the keys before stay",
             {{"why", allowed.error().text}});
    return;
  }
  parts_.bus.admit(std::make_shared<const Admissions>(admissions_of(*allowed)));
  log_line(LogLevel::kInfo, "agent", "the file allowed is read anew",
           {{"keys", std::uint64_t{allowed->size()}}});
}

// ---- the core

void AgentShell::step(const AgentEvent& event) { carry_out(core_.step(local_now(), event)); }

void AgentShell::carry_out(const AgentOutput& output) {
  for (const Note& note : output.notes) log_line("agent", note);
  for (const MemberRef& member : output.unwanted) {
    if (auto kept = keep(member, false); !kept) say_off_the_record(member, kept.error());
  }
  for (const MemberRef& member : output.terminate) send(member, SIGTERM);
  for (const MemberRef& member : output.kill) send(member, SIGKILL);
  for (const MemberRef& member : output.start) begin(member);
  for (const MemberRef& member : output.look) parts_.bus.look_at(parts_.folders.socket(member));
}

/// A process that has ended meanwhile is reaped in the same turn.
void AgentShell::send(const MemberRef& member, int signal) {
  const auto found = processes_.find(member);
  if (found == processes_.end()) return;
  const auto sent = found->second.send(signal);
  if (sent || sent.error().code == ErrorCode::kNotFound) return;
  log_line(LogLevel::kError, "agent", "a signal cannot be sent",
           {{"group", member.group}, {"member", member.name}, {"why", sent.error().text}});
}

void AgentShell::begin(const MemberRef& member) {
  const auto pid = start_process(member);
  if (pid) return step(MemberStarted{member, *pid});
  step(MemberNotStarted{member, pid.error().text});
}

/// It begins once it is on record: whoever comes after this agent finds it.
Result<std::uint32_t> AgentShell::start_process(const MemberRef& member) {
  MemberProcess::Program program;
  program.path = parts_.member_program;
  program.words = {"run", "--config", parts_.folders.config_file(member)};
  program.folder = parts_.folders.folder(member);
  program.log = parts_.folders.log_file(member);
  if (const std::string token = parts_.folders.token(member); !token.empty()) {
    program.env = {{"GROUPCTL_TOKEN", token}};
  }
  auto process = MemberProcess::start(program);
  if (!process) return tl::unexpected<Error>(process.error());
  Status begun = parts_.folders.keep(member, process->record());
  if (begun) begun = process->go();
  if (!begun) {
    process->drop();
    return tl::unexpected<Error>(begun.error());
  }
  const auto pid = static_cast<std::uint32_t>(process->pid());
  processes_.insert_or_assign(member, *std::move(process));
  return pid;
}

Status AgentShell::keep(const MemberRef& member, bool wanted) {
  const auto found = processes_.find(member);
  MemberRecord record = found == processes_.end() ? MemberRecord() : found->second.record();
  record.wanted = wanted;
  return parts_.folders.keep(member, record);
}

}  // namespace groupctl
