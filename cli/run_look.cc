// status, member list, member show, log list, log show, ping: questions that change nothing.
#include <fmt/format.h>

#include "cli/exit_code.h"
#include "cli/looking.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/run.h"
#include "cli/waiting.h"

namespace groupctl {
namespace {

Status append_entries(const std::vector<LogRow>& rows, std::vector<ShownEntry>& entries) {
  for (const LogRow& row : rows) {
    auto shown = shown_entry(row);
    if (!shown) return fail("an entry of the log", shown.error());
    entries.push_back(*std::move(shown));
  }
  return {};
}

Result<LogReport> read_log(Client& client, const LogListCall& call, std::uint64_t within_ms) {
  LogReport report;
  LogQuery query{call.from, call.limit};
  while (true) {
    const auto reply = client.ask<LogReply>(query, within_ms);
    if (!reply) return tl::unexpected(reply.error());
    report.head = reply->head;
    report.floor = reply->floor;
    if (const Status s = append_entries(reply->rows, report.entries); !s) {
      return tl::unexpected(s.error());
    }
    const bool enough = report.entries.size() >= call.limit;
    if (!reply->more || reply->rows.empty() || enough) return report;
    query.from = report.entries.back().entry.sequence.next();
    query.limit = call.limit - static_cast<std::uint32_t>(report.entries.size());
  }
}

Result<ShownEntry> read_entry(Client& client, Sequence sequence, std::uint64_t within_ms) {
  auto log = read_log(client, {sequence, 1}, within_ms);
  if (!log) return tl::unexpected(log.error());
  if (!log->entries.empty() && log->entries.front().entry.sequence == sequence) {
    return std::move(log->entries.front());
  }
  return fail(ErrorCode::kNotFound, fmt::format("no entry {}: the log holds {} to {}",
                                                sequence.value, log->floor.value, log->head.value));
}

template <class Report, class... Clock>
Said said(const Report& report, Format format, const Clock&... clock) {
  if (format == Format::kJson) return {render_json(report)};
  return {render_text(report, clock...)};
}

}  // namespace

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
  const auto report = read_log(client, call, global.timeout_ms);
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
