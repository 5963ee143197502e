#include "cli/log_reading.h"

#include <fmt/format.h>

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

}  // namespace

Result<LogReport> read_log(Client& client, Sequence from, std::uint32_t limit,
                           std::uint64_t within_ms) {
  LogReport report;
  LogQuery query{from, limit};
  while (true) {
    const auto reply = client.ask<LogReply>(query, within_ms);
    if (!reply) return tl::unexpected(reply.error());
    report.head = reply->head;
    report.floor = reply->floor;
    if (const Status s = append_entries(reply->rows, report.entries); !s) {
      return tl::unexpected(s.error());
    }
    const bool enough = report.entries.size() >= limit;
    if (!reply->more || reply->rows.empty() || enough) return report;
    query.from = report.entries.back().entry.sequence.next();
    query.limit = limit - static_cast<std::uint32_t>(report.entries.size());
  }
}

Result<ShownEntry> read_entry(Client& client, Sequence sequence, std::uint64_t within_ms) {
  auto log = read_log(client, sequence, 1, within_ms);
  if (!log) return tl::unexpected(log.error());
  if (!log->entries.empty() && log->entries.front().entry.sequence == sequence) {
    return std::move(log->entries.front());
  }
  return fail(ErrorCode::kNotFound, fmt::format("no entry {}: the log holds {} to {}",
                                                sequence.value, log->floor.value, log->head.value));
}

}  // namespace groupctl
