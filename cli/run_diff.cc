// diff and reconcile: what members have otherwise, and to have them give it up.
#include <algorithm>

#include "cli/exit_code.h"
#include "cli/looking.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/run.h"

namespace groupctl {
namespace {

/// One that goes away while it is asked cannot be told; all else ends the command.
Result<MemberDiff> diff_of(const MemberInfo& member, Client& client, std::uint64_t within_ms) {
  if (!is_here(member)) return MemberDiff{member.name, lost_text(member), {}};
  auto rows = read_deviations(client, member.id, within_ms);
  if (rows) return MemberDiff{member.name, {}, *std::move(rows)};
  if (rows.error().code != ErrorCode::kUnknownSession) return tl::unexpected(rows.error());
  return MemberDiff{member.name, rows.error().text, {}};
}

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

/// Has every one begin before any is waited for.
std::vector<Result<std::uint64_t>> begin_all(const std::vector<MemberInfo>& members,
                                             const ReconcileQuestion& question,
                                             std::uint64_t within_ms, Client& client) {
  std::vector<Result<std::uint64_t>> jobs;
  for (const MemberInfo& member : members) {
    if (is_here(member)) {
      jobs.push_back(begin_reconcile(client, member.id, question, within_ms));
    } else {
      jobs.push_back(fail(ErrorCode::kUnknownSession, lost_text(member)));
    }
  }
  return jobs;
}

}  // namespace

Done run_diff(const GlobalOptions& global, const DiffCall& call, Client& client,
              const Surroundings& around) {
  DiffReport report;
  auto all = read_members(client, global.timeout_ms, report.head);
  if (!all) return look_failure(client, all.error());
  auto members = named_members(*std::move(all), call.members);
  if (!members) return tl::unexpected(members.error());
  for (const MemberInfo& member : *members) {
    auto diff = diff_of(member, client, global.timeout_ms);
    if (!diff) return look_failure(client, diff.error());
    report.members.push_back(*std::move(diff));
  }
  const bool differs = report.deviations() + report.unknown() > 0;
  const int exit_code = call.exit_code && differs ? kExitBad : kExitDone;
  if (global.format == Format::kJson) return Said{render_json(report), exit_code};
  return Said{render_text(report, around.wall_clock()), exit_code};
}

Done run_reconcile(const GlobalOptions& global, const ReconcileCall& call, Client& client,
                   const Surroundings& around) {
  Sequence head;
  auto all = read_members(client, global.timeout_ms, head);
  if (!all) return look_failure(client, all.error());
  auto members = named_members(*std::move(all), call.members);
  if (!members) return tl::unexpected(members.error());
  const ReconcileQuestion question{{}, around.issuer, call.message};
  const std::uint64_t until = client.now_ms() + call.wait_timeout_ms;
  const auto jobs = begin_all(*members, question, global.timeout_ms, client);
  ReconcileReport report;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const MemberInfo& member = (*members)[i];
    auto results = jobs[i] ? await_job(client, member.id, *jobs[i], global.timeout_ms, until)
                           : tl::unexpected<Error>(jobs[i].error());
    Waited one =
        results ? ended(member.name, *std::move(results)) : failed(member.name, results.error());
    const bool worse = report.exit_code == kExitDone || one.exit_code == kExitBad;
    if (worse) report.exit_code = one.exit_code;
    report.members.push_back(std::move(one.member));
  }
  if (client.stopped()) report.exit_code = kExitInterrupted;
  if (global.format == Format::kJson) return Said{render_json(report), report.exit_code};
  return Said{render_text(report), report.exit_code};
}

}  // namespace groupctl
