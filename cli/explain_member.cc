// Why a member is not in step.
#include <fmt/format.h>

#include <algorithm>

#include "cli/explanation.h"
#include "cli/render_text.h"
#include "cli/text.h"
#include "log/keys.h"
#include "wire/deviation_text.h"

namespace groupctl {
namespace {

class MemberCase {
 public:
  explicit MemberCase(const MemberFacts& facts) : facts_(facts) { told_.of = facts.name; }

  Explanation run();

 private:
  void fact(std::string_view about, std::string text, Sequence sequence = {}) {
    told_.facts.push_back({about, std::move(text), sequence});
  }
  void next(std::string command, std::string when = "") {
    NextStep step{std::move(command), std::move(when)};
    if (std::find(told_.next.begin(), told_.next.end(), step) != told_.next.end()) return;
    told_.next.push_back(std::move(step));
  }
  Explanation end(std::string verdict) {
    told_.well = false;
    told_.verdict = std::move(verdict);
    return std::move(told_);
  }
  std::string command_of(Sequence sequence) const;

  void kept_out(const KeyInfo& key);
  void session(const MemberDetail& detail);
  void place(const MemberDetail& detail);
  void outcomes(const MemberDetail& detail);
  void rollouts();
  void deviations(const MemberDetail& detail);
  void deviation(const MemberDetail& detail, const Deviation& row);

  const MemberFacts& facts_;
  Explanation told_;
  bool lacks_ = false;
};

/// "seq 412 DEPLOY shop@2.4.1".
std::string MemberCase::command_of(Sequence sequence) const {
  const auto found = facts_.commands.find(sequence);
  const std::string text = fmt::format("seq {}", sequence.value);
  return found == facts_.commands.end() ? text : text + " " + found->second;
}

/// Until its key is let in nothing else can help.
void MemberCase::kept_out(const KeyInfo& key) {
  lacks_ = true;
  fact("key", fmt::format("its key {} is {}{}{}", fingerprint(key.key), to_word(key.state),
                          key.by.empty() ? "" : ", said by " + key.by,
                          key.message.empty() ? "" : ": " + key.message));
  next(fmt::format("groupctl key accept {} --fingerprint {}", facts_.name, fingerprint(key.key)),
       key.state == KeyState::kPending ? "" : "if it is to be let in again");
}

void MemberCase::session(const MemberDetail& detail) {
  const MemberInfo& info = detail.info;
  if (info.state == MemberState::kLost) {
    lacks_ = true;
    fact("session", fmt::format("it has been silent for {}; what it has done since is not known",
                                age_text(info.silent_ms)));
    next("groupctl member restart " + facts_.name, "if its host has an agent");
    next("group-member status --state-dir DIR", "on its host");
    next("groupctl member evict " + facts_.name, "if it does not come back");
    return;
  }
  fact("session", fmt::format("it is here, heard {} ago", age_text(info.silent_ms)));
}

void MemberCase::place(const MemberDetail& detail) {
  const MemberInfo& info = detail.info;
  const Sequence received = info.marks.received;
  const Sequence executed = info.marks.executed;
  if (received < detail.head) {
    lacks_ = true;
    fact("log", fmt::format("it has received {} of {}: {}", received.value, detail.head.value,
                            info.state == MemberState::kLost ? "when it was last heard"
                                                             : "it is catching up"));
  } else {
    fact("log", fmt::format("it has received all up to {}", detail.head.value));
  }
  if (executed < received) {
    lacks_ = true;
    const Sequence at = info.running.sequence ? info.running.sequence : executed.next();
    std::string text = command_of(at) + " has its turn";
    if (!info.running.step.empty()) {
      text += fmt::format(": {} {} %", info.running.step, info.running.percent);
    }
    fact("work", text, at);
    next(fmt::format("groupctl log show {}", at.value));
  }
  if (!info.note.empty()) {
    lacks_ = true;
    fact("session", fmt::format("it is {}: {}", to_word(info.state), info.note));
  }
}

/// Those that no deviation speaks of: what has no state, and what is a thing of the past.
void MemberCase::outcomes(const MemberDetail& detail) {
  const auto bad = std::find_if(
      detail.outcomes.begin(), detail.outcomes.end(),
      [](const OutcomeReport& one) { return group_of(one.outcome) == OutcomeGroup::kBad; });
  if (bad == detail.outcomes.end()) return;
  const bool told = std::any_of(facts_.deviations.begin(), facts_.deviations.end(),
                                [&](const Deviation& row) { return row.sequence == bad->last; });
  if (told) return;
  fact("outcome",
       fmt::format("{} ended {}{}{}", command_of(bad->last), spoken(bad->outcome),
                   bad->step.empty() ? "" : " at " + bad->step,
                   bad->text.empty() ? "" : ": " + bad->text),
       bad->last);
}

void MemberCase::rollouts() {
  for (const RolloutRow& row : facts_.rollouts) {
    lacks_ = true;
    const Sequence sequence = row.assignment.sequence;
    fact("rollout",
         fmt::format("the rollout {} of {} has not released it yet: it is {}{}", sequence.value,
                     row.artefact, to_word(row.phase), row.why.empty() ? "" : ", " + row.why),
         sequence);
    if (row.phase == RolloutPhase::kPaused || row.phase == RolloutPhase::kStopped) {
      next(fmt::format("groupctl rollout resume {}", sequence.value));
      next(fmt::format("groupctl rollout undo {}", sequence.value));
    }
    next(fmt::format("groupctl rollout status {}", sequence.value));
  }
}

void MemberCase::deviation(const MemberDetail& detail, const Deviation& row) {
  const auto& outcomes = detail.outcomes;
  const auto ended = std::find_if(outcomes.begin(), outcomes.end(), [&](const OutcomeReport& one) {
    return row.sequence && one.last == row.sequence;
  });
  std::string text;
  if (row.sequence) {
    text += fmt::format("{} wants {} there", command_of(row.sequence), group_text(row));
  } else {
    text += "the group wants " + group_text(row);
  }
  if (ended != outcomes.end() && group_of(ended->outcome) == OutcomeGroup::kBad) {
    text += fmt::format("; that ended {}{}", spoken(ended->outcome),
                        ended->step.empty() ? "" : " at " + ended->step);
  }
  text += fmt::format("; what is: {}, {}", deviation_text(row), cause_text(row, ""));
  fact("deviation", std::move(text), row.sequence);
}

void MemberCase::deviations(const MemberDetail& detail) {
  if (!facts_.unasked.empty()) {
    lacks_ = true;
    fact("deviation",
         "what it has otherwise than the group wants cannot be told: " + facts_.unasked);
    return;
  }
  if (facts_.deviations.empty()) return;
  lacks_ = true;
  bool failed = false;
  bool changed = false;
  bool pending = false;
  for (const Deviation& row : facts_.deviations) {
    deviation(detail, row);
    failed = failed || row.kind == "failed";
    pending = pending || row.kind == "pending";
    changed = changed || (row.kind != "failed" && row.kind != "pending");
  }
  if (failed || changed) next("groupctl reconcile " + facts_.name);
  if (changed) next("groupctl adopt " + facts_.name);
  if (pending && !failed && !changed) next("groupctl wait --for member=" + facts_.name);
  next("groupctl diff " + facts_.name);
}

Explanation MemberCase::run() {
  if (!facts_.detail) {
    fact("roster", "no member of this name is in the group's roster");
    if (facts_.key) kept_out(*facts_.key);
    return end("is not let in");
  }
  const MemberDetail& detail = *facts_.detail;
  fact("roster", fmt::format("it joined by {}", command_of(Sequence(detail.info.id.value))),
       Sequence(detail.info.id.value));
  if (facts_.key) kept_out(*facts_.key);
  session(detail);
  place(detail);
  rollouts();
  outcomes(detail);
  deviations(detail);
  if (!lacks_) {
    told_.verdict = "is in step, and has nothing otherwise than the group wants";
    return std::move(told_);
  }
  next("groupctl member show " + facts_.name);
  if (detail.info.state == MemberState::kInStep && !facts_.unasked.empty()) {
    return end("was in step when it was last heard");
  }
  if (detail.info.state == MemberState::kInStep && facts_.deviations.empty() &&
      !facts_.rollouts.empty()) {
    return end("is in step, but for what a rollout has not released to it");
  }
  return end(fmt::format("is {}", to_word(detail.info.state)));
}

}  // namespace

Explanation explain(const MemberFacts& facts) { return MemberCase(facts).run(); }

}  // namespace groupctl
