// reconcile: members give up what they have otherwise.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "cli/exit_code.h"
#include "cli/looking.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/run.h"
#include "cli/wait_display.h"

namespace groupctl {
namespace {

struct Waited {
  MemberReconciled member;
  int exit_code = kExitDone;
};

/// How much an outcome says of a member: the whole is what its keys have most of.
int weight(Outcome outcome) {
  if (group_of(outcome) == OutcomeGroup::kBad) return 3;
  if (outcome == Outcome::kOverridden) return 2;
  return outcome == Outcome::kUnchanged ? 0 : 1;
}

Waited ended(const std::string& name, std::vector<KeyResult> results) {
  Waited waited{{name, Outcome::kUnchanged, {}, std::move(results)}, kExitDone};
  Outcome& whole = waited.member.outcome;
  for (const KeyResult& result : waited.member.results) {
    if (weight(result.outcome) > weight(whole)) whole = result.outcome;
  }
  if (weight(whole) == 1) whole = Outcome::kDone;
  if (group_of(whole) == OutcomeGroup::kBad) waited.exit_code = kExitBad;
  return waited;
}

/// One that is not here, or that forgot what it was asked, is a failure; so a retry is safe.
Waited failed(const std::string& name, const Error& error) {
  switch (error.code) {
    case ErrorCode::kTimeout:
      return {{name, Outcome::kRunning, error.text, {}}, kExitOpen};
    case ErrorCode::kUnknownSession:
      return {{name, Outcome::kLost, error.text, {}}, kExitBad};
    case ErrorCode::kNotFound:
      return {{name, Outcome::kUnknown, "it was restarted meanwhile", {}}, kExitBad};
    default:
      return {{name, Outcome::kFailed, error.text, {}}, kExitBad};
  }
}

/// What is asked of one member. Without `end` it is at work.
struct Work {
  MemberInfo member;
  std::uint64_t job = 0;
  std::optional<Waited> end;
};

using Questions = std::vector<std::pair<MemberId, Question>>;

/// Has every one begin before any is waited for.
std::vector<Work> begin_all(const std::vector<MemberInfo>& members,
                            const ReconcileQuestion& question, std::uint64_t within_ms,
                            Client& client) {
  std::vector<Work> all;
  Questions questions;
  for (const MemberInfo& member : members) {
    Work& work = all.emplace_back(Work{member, 0, {}});
    if (is_here(member)) {
      questions.emplace_back(member.id, question);
    } else {
      work.end = failed(member.name, {ErrorCode::kUnknownSession, lost_text(member)});
    }
  }
  auto answers = ask_members(client, questions, within_ms);
  auto answer = answers.begin();
  for (Work& work : all) {
    if (work.end) continue;
    const auto begun = answer_as<Reconciling>(std::move(*answer++));
    if (begun) {
      work.job = begun->job;
    } else {
      work.end = failed(work.member.name, begun.error());
    }
  }
  return all;
}

/// Asks each that is at work how it is. Whether any still is.
bool ask_all(std::vector<Work>& all, std::uint64_t within_ms, std::uint64_t until_ms,
             Client& client) {
  std::vector<Work*> asked;
  Questions questions;
  for (Work& work : all) {
    if (work.end) continue;
    asked.push_back(&work);
    questions.emplace_back(work.member.id, JobQuestion{work.job});
  }
  auto answers = ask_members(client, questions, within_ms);
  const bool time_up = client.stopped() || client.now_ms() >= until_ms;
  bool open = false;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    Work& work = *asked[i];
    auto state = answer_as<JobState>(std::move(answers[i]));
    const bool nothing = state ? state->open : state.error().code == ErrorCode::kTimeout;
    if (nothing && time_up) state = tl::unexpected(job_goes_on());
    if (!state) {
      work.end = failed(work.member.name, state.error());
    } else if (!state->open) {
      work.end = ended(work.member.name, std::move(state->results));
    } else {
      open = true;
    }
  }
  return open;
}

/// As the ledger of a command would have it.
Update update_of(const std::vector<Work>& all, std::uint64_t version) {
  Update update;
  update.version = version;
  update.targets = static_cast<std::uint32_t>(all.size());
  update.closed = true;
  std::map<Outcome, std::uint32_t> counts;
  for (const Work& work : all) {
    LedgerRow row;
    row.member = work.member.id;
    row.name = work.member.name;
    row.outcome = work.end ? work.end->member.outcome : Outcome::kRunning;
    row.silent_ms = work.member.silent_ms;
    if (work.end) row.text = why_of(work.end->member);
    update.closed = update.closed && group_of(row.outcome) != OutcomeGroup::kOpen;
    ++counts[row.outcome];
    update.rows.push_back(std::move(row));
  }
  for (const auto& [outcome, count] : counts) update.counts.push_back({outcome, count});
  return update;
}

WaitHead head_of(const ReconcileCall& call, const GlobalOptions& global) {
  std::string names;
  for (const std::string& name : call.members) names += " " + name;
  return {Sequence(), "reconcile", names.substr(1),
          fmt::format("groupctl{} reconcile{}", global.same_coordinator, names)};
}

}  // namespace

Done run_reconcile(const GlobalOptions& global, const ReconcileCall& call, Client& client,
                   const Surroundings& around) {
  if (global.dry_run != DryRun::kNo) {
    // What they would give up is what they have otherwise.
    return run_diff(global, {call.members, false}, client, around);
  }
  Sequence head;
  auto all = read_members(client, global.timeout_ms, head);
  if (!all) return look_failure(client, all.error());
  const auto members = named_members(*std::move(all), call.members);
  if (!members) return tl::unexpected(members.error());
  const std::uint64_t until = client.now_ms() + call.wait_timeout_ms;
  auto work = begin_all(*members, {{}, around.issuer, call.message}, global.timeout_ms, client);
  ReconcileReport report;
  WaitDisplay display(global, client, around);
  const WaitHead head_line = head_of(call, global);
  display.begin(head_line);
  LedgerView ledger;
  const auto show = [&] {
    const auto changed = ledger.merge(update_of(work, ledger.version() + 1));
    display.round(ledger, changed, true);
  };
  show();
  while (ask_all(work, global.timeout_ms, until, client)) {
    show();
    client.pause(kJobPollMs);
  }
  show();
  for (Work& one : work) {
    const bool worse = report.exit_code == kExitDone || one.end->exit_code == kExitBad;
    if (worse) report.exit_code = one.end->exit_code;
    report.members.push_back(std::move(one.end->member));
  }
  if (client.stopped()) {
    report.exit_code = kExitInterrupted;
    report.detached_from = head_line.come_back;
  }
  display.end(ledger, report.exit_code);
  if (global.format == Format::kJson) return Said{render_json(report), report.exit_code};
  return Said{render_text(report), report.exit_code};
}

}  // namespace groupctl
