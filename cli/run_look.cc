// status, member list, member show, log list, log show, ping: questions that change nothing.
#include <fmt/format.h>

#include "cli/exit_code.h"
#include "cli/log_reading.h"
#include "cli/looking.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/run.h"
#include "cli/waiting.h"

namespace groupctl {

Done run_status(const GlobalOptions& global, const StatusCall& call, Client& client) {
  auto reply = client.ask<StatusReply>(StatusQuery{}, global.timeout_ms);
  if (!reply) return look_failure(client, reply.error());
  const StatusReport report{*std::move(reply), global.endpoint};
  Said result = said(report, global.format);
  if (call.exit_code && !report.all_in_step()) result.exit_code = kExitBad;
  return result;
}

Done run_member_list(const GlobalOptions& global, Client& client) {
  MembersReport report;
  auto members = read_members(client, global.timeout_ms, report.head);
  if (!members) return look_failure(client, members.error());
  report.members = *std::move(members);
  return said(report, global.format);
}

Done run_member_show(const GlobalOptions& global, const MemberShowCall& call, Client& client,
                     const Surroundings& around) {
  const auto detail = client.ask<MemberDetail>(MemberQuery{call.name}, global.timeout_ms);
  if (!detail) return look_failure(client, detail.error());
  return said(*detail, global.format, around.wall_clock());
}

Done run_log_list(const GlobalOptions& global, const LogListCall& call, Client& client,
                  const Surroundings& around) {
  const auto report = read_log(client, call.from, call.limit, global.timeout_ms);
  if (!report) return look_failure(client, report.error());
  return said(*report, global.format, around.wall_clock());
}

Done run_log_show(const GlobalOptions& global, const LogShowCall& call, Client& client,
                  const Surroundings& around) {
  auto shown = read_entry(client, call.sequence, global.timeout_ms);
  if (!shown) return look_failure(client, shown.error());
  EntryReport report{*std::move(shown), {}};
  if (report.shown.targets > 0) {
    const auto ledger = read_ledger(client, call.sequence, global.timeout_ms);
    if (!ledger) return look_failure(client, ledger.error());
    report.rows = ledger->rows();
    auto foretold = client.ask<PredictionReply>(PredictionQuery{call.sequence}, global.timeout_ms);
    if (!foretold) return look_failure(client, foretold.error());
    report.foretold = by_member(foretold->rows);
  }
  return said(report, global.format, around.wall_clock());
}

Done run_ping(const GlobalOptions& global, Client& client) {
  const std::uint64_t start = client.now_ms();
  const auto hello = client.hello(global.timeout_ms);
  if (!hello) return look_failure(client, hello.error());
  return said(PingReport{*hello, global.endpoint, client.now_ms() - start}, global.format);
}

}  // namespace groupctl
