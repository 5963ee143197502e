#include "cli/steering.h"

#include <algorithm>
#include <tuple>

#include "cli/exit_code.h"
#include "cli/render_json.h"
#include "cli/render_text.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kBetweenLooksMs = 200;

}  // namespace

/// What its state says about what was asked for.
void Steering::Followed::judge() {
  using State = AgentMemberState;
  const AgentMember& now = *row.now;
  if (what == SteerMember::What::kStop) {
    if (now.state == State::kStopped) row.result = SteerResult::kDone;
    return;
  }
  const bool another = what == SteerMember::What::kStart || now.pid != pid_before;
  if (now.state == State::kRunning && another) row.result = SteerResult::kDone;
  if (now.state != State::kFailing && now.state != State::kStopped) return;
  row.result = SteerResult::kFailed;
  row.text = now.text;
}

void Steering::add(AskedAgent& agent, const SteerMember& told, std::uint32_t pid_before,
                   const Result<AgentMember>& answer) {
  Followed followed{&agent, told.what, pid_before, {agent.name, told.member}};
  if (answer) {
    followed.row.now = *answer;
    followed.judge();
  } else {
    followed.row.result = is_away(answer.error()) ? SteerResult::kUnknown : SteerResult::kFailed;
    followed.row.text = answer.error().text;
  }
  followed_.push_back(std::move(followed));
}

bool Steering::any_open(const AskedAgent* of_agent) const {
  return std::any_of(followed_.begin(), followed_.end(), [&](const Followed& one) {
    return one.is_open() && (of_agent == nullptr || one.agent == of_agent);
  });
}

/// What the agents say of those that are open.
void Steering::look_again() {
  for (AskedAgent& agent : agents_.all()) {
    if (!any_open(&agent)) continue;
    agents_.look_at(agent);
    for (Followed& one : followed_) {
      if (one.agent != &agent || !one.is_open()) continue;
      one.row.text = agent.error ? agent.error->text : "";
      if (agent.error) continue;
      const auto found =
          std::find_if(agent.members.begin(), agent.members.end(),
                       [&](const AgentMember& row) { return row.member == one.row.member; });
      if (found == agent.members.end()) continue;
      one.row.now = *found;
      one.judge();
    }
  }
}

void Steering::wait(std::uint64_t timeout_ms) {
  const std::uint64_t until = client_.now_ms() + timeout_ms;
  while (any_open() && !client_.stopped() && client_.now_ms() < until) {
    client_.pause(kBetweenLooksMs);
    look_again();
  }
}

Done Steering::finish(bool waited) {
  std::vector<SteeredMember> rows = std::move(settled_);
  for (Followed& one : followed_) rows.push_back(std::move(one.row));
  std::sort(rows.begin(), rows.end(), [](const SteeredMember& a, const SteeredMember& b) {
    return std::tie(a.member, a.agent) < std::tie(b.member, b.agent);
  });
  SteerReport report{std::move(rows), kExitDone};
  report.exit_code = exit_code_of(report.members);
  if (!waited && report.exit_code == kExitOpen) report.exit_code = kExitDone;
  if (client_.stopped()) report.exit_code = worse_exit_code(report.exit_code, kExitInterrupted);
  Said shown = said(report, global_.format);
  shown.exit_code = report.exit_code;
  return shown;
}

}  // namespace groupctl
