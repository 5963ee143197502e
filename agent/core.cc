#include "agent/core.h"

#include <algorithm>
#include <utility>

namespace groupctl {
namespace {

/// After a first failure, and at most; it doubles between.
constexpr std::uint64_t kFirstDelayMs = 1000;
constexpr std::uint64_t kMostDelayMs = 60'000;
constexpr unsigned kMostDoublings = 6;
/// A run that lasted so long is no failure to start.
constexpr std::uint64_t kLastedMs = 60'000;
/// A member that starts may have a store to verify first.
constexpr std::uint64_t kPatienceAtStart = 5;
constexpr std::uint64_t kMostBetweenLooksMs = 2000;
constexpr std::uint64_t kLooksInTime = 4;
/// Of the time between two ticks; what is above it was lost by the agent.
constexpr std::uint64_t kMostOfATick = 2 * AgentCore::kTickMs;

std::uint64_t delay_after(unsigned failures) {
  return std::min(kMostDelayMs, kFirstDelayMs << std::min(failures, kMostDoublings));
}

bool has_process(AgentMemberState state) {
  return state == AgentMemberState::kStarting || state == AgentMemberState::kRunning ||
         state == AgentMemberState::kStopping;
}

}  // namespace

AgentOutput AgentCore::step(LocalTime now, const AgentEvent& event) {
  now_ = now;
  std::visit([this](const auto& one) { on(one); }, event);
  return std::exchange(out_, {});
}

void AgentCore::enter(Kept& kept, AgentMemberState state) {
  kept.state = state;
  kept.since = now_;
  kept.silent_ms = 0;
  kept.looked_ms = 0;
  kept.killed = false;
  kept.hung = false;
  if (has_process(state)) return;
  kept.pid = 0;
  kept.phase.clear();
}

void AgentCore::note(NoteLevel level, std::string text, const Member& member) {
  const auto& [ref, kept] = member;
  Note note{level, std::move(text), {{"group", ref.group}, {"member", ref.name}}};
  if (kept.pid != 0) note.fields.emplace_back("pid", std::uint64_t{kept.pid});
  if (!kept.text.empty()) note.fields.emplace_back("why", kept.text);
  out_.notes.push_back(std::move(note));
}

// ---- what is found and asked for

void AgentCore::on(const MemberFound& found) {
  Member& member = *members_.try_emplace(found.member).first;
  Kept& kept = member.second;
  kept.wanted = found.wanted;
  if (found.pid == 0) {
    enter(kept, AgentMemberState::kStopped);
    if (kept.wanted) begin(member);
    return;
  }
  kept.pid = found.pid;
  enter(kept, AgentMemberState::kStarting);
  note(NoteLevel::kInfo, "attached to a member that runs", member);
  // It was to end when the agent did.
  if (!kept.wanted) stop(member);
}

void AgentCore::on(const MemberSteered& steered) {
  const auto found = members_.find(steered.member);
  if (found == members_.end()) return;
  Kept& kept = found->second;
  kept.wanted = wants(steered.what);
  kept.failures = 0;
  const bool is_there =
      kept.state == AgentMemberState::kStarting || kept.state == AgentMemberState::kRunning;
  if (is_there && steered.what != SteerMember::What::kStart) return stop(*found);
  if (is_there || kept.state == AgentMemberState::kStopping) return;
  kept.text.clear();
  if (kept.wanted) return begin(*found);
  enter(kept, AgentMemberState::kStopped);
}

void AgentCore::stop(Member& member) {
  enter(member.second, AgentMemberState::kStopping);
  member.second.text.clear();
  out_.terminate.push_back(member.first);
  note(NoteLevel::kInfo, "a member is told to end", member);
}

void AgentCore::begin(Member& member) {
  enter(member.second, AgentMemberState::kStarting);
  out_.start.push_back(member.first);
}

// ---- what came of it

void AgentCore::on(const MemberStarted& started) {
  const auto found = members_.find(started.member);
  if (found == members_.end()) return;
  found->second.pid = started.pid;
  note(NoteLevel::kInfo, "a member is started", *found);
}

void AgentCore::on(const MemberNotStarted& failed) {
  const auto found = members_.find(failed.member);
  if (found != members_.end()) fail_member(*found, failed.why);
}

void AgentCore::fail_member(Member& member, std::string why) {
  Kept& kept = member.second;
  kept.text = std::move(why);
  note(NoteLevel::kWarn, "a member ended, or does not start", member);
  enter(kept, AgentMemberState::kFailing);
  kept.start_at = LocalTime(now_.value + delay_after(kept.failures));
  ++kept.failures;
}

void AgentCore::on(const MemberEnded& ended) {
  const auto found = members_.find(ended.member);
  if (found == members_.end() || !has_process(found->second.state)) return;
  Kept& kept = found->second;
  if (kept.state == AgentMemberState::kStopping) {
    enter(kept, AgentMemberState::kStopped);
    if (kept.wanted) begin(*found);
    return;
  }
  const std::string how = ended.how.empty() ? "it ended" : ended.how;
  if (ended.by_itself) {
    kept.wanted = false;
    kept.text = "it ended by itself: " + how;
    note(NoteLevel::kInfo, "a member ended by itself", *found);
    enter(kept, AgentMemberState::kStopped);
    out_.unwanted.push_back(found->first);
    return;
  }
  if (now_.value - kept.since.value >= kLastedMs) kept.failures = 0;
  fail_member(*found, kept.hung ? "it did not answer, and was killed" : how);
}

void AgentCore::on(const MemberAnswered& answered) {
  const auto found = members_.find(answered.member);
  if (found == members_.end()) return;
  Kept& kept = found->second;
  if (kept.state == AgentMemberState::kStarting) {
    enter(kept, AgentMemberState::kRunning);
  }
  kept.silent_ms = 0;
  kept.phase = answered.phase;
}

// ---- time

void AgentCore::on(const AgentTick&) {
  const std::uint64_t passed =
      last_tick_ ? std::min(now_.value - last_tick_->value, kMostOfATick) : 0;
  last_tick_ = now_;
  for (Member& member : members_) {
    Kept& kept = member.second;
    switch (kept.state) {
      case AgentMemberState::kStopped:
        break;
      case AgentMemberState::kFailing:
        if (kept.wanted && now_ >= kept.start_at) begin(member);
        break;
      case AgentMemberState::kStopping:
        if (kept.killed || now_.value - kept.since.value < config_.stop_after_ms) break;
        kept.killed = true;
        out_.kill.push_back(member.first);
        note(NoteLevel::kWarn, "a member does not end: it is killed", member);
        break;
      case AgentMemberState::kStarting:
      case AgentMemberState::kRunning:
        wait_for_answer(member, passed);
        break;
    }
  }
}

void AgentCore::wait_for_answer(Member& member, std::uint64_t passed_ms) {
  Kept& kept = member.second;
  const bool starts = kept.state == AgentMemberState::kStarting;
  const std::uint64_t within = config_.hung_after_ms * (starts ? kPatienceAtStart : 1);
  const std::uint64_t between =
      starts || config_.hung_after_ms == 0
          ? kTickMs
          : std::min(kMostBetweenLooksMs, config_.hung_after_ms / kLooksInTime);
  kept.silent_ms += passed_ms;
  kept.looked_ms += passed_ms;
  if (kept.looked_ms >= between) {
    kept.looked_ms = 0;
    out_.look.push_back(member.first);
  }
  if (within == 0 || kept.hung || kept.silent_ms < within) return;
  kept.hung = true;
  out_.kill.push_back(member.first);
  note(NoteLevel::kWarn, "a member does not answer: it is killed", member);
}

// ---- what is shown

AgentMember AgentCore::row_of(const MemberRef& member, const Kept& kept, LocalTime now) const {
  return {member,     kept.state, kept.wanted, kept.pid, now.value - kept.since.value,
          kept.phase, kept.text};
}

AgentMember AgentCore::row(LocalTime now, const MemberRef& member) const {
  return row_of(member, members_.at(member), now);
}

std::vector<AgentMember> AgentCore::rows(LocalTime now) const {
  std::vector<AgentMember> rows;
  rows.reserve(members_.size());
  for (const auto& [member, kept] : members_) rows.push_back(row_of(member, kept, now));
  return rows;
}

}  // namespace groupctl
