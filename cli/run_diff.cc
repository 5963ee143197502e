// diff: what members have otherwise.
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

}  // namespace groupctl
