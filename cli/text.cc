#include "cli/text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace groupctl {
namespace {

std::tm utc(std::int64_t seconds) { return fmt::gmtime(static_cast<std::time_t>(seconds)); }

std::int64_t local_seconds(std::uint64_t ms, const WallClock& clock) {
  return static_cast<std::int64_t>(ms / 1000) + clock.offset_s(ms);
}

}  // namespace

std::size_t shown_width(std::string_view text) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins));
}

std::string table(const std::vector<Column>& columns,
                  const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::vector<std::string>> cells(1);
  for (const Column& column : columns) cells[0].push_back(column.title);
  for (const auto& row : rows) {
    cells.emplace_back();
    for (const std::string& cell : row) cells.back().push_back(escaped(cell));
  }
  std::vector<std::size_t> widths(columns.size());
  for (const auto& row : cells) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], shown_width(row[i]));
    }
  }
  std::string text;
  for (const auto& row : cells) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string blanks(widths[i] - shown_width(row[i]), ' ');
      if (i > 0) line += "  ";
      line += columns[i].right ? blanks + row[i] : row[i] + blanks;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string when_text(GroupTime time, const WallClock& clock) {
  if (!time) return "-";
  constexpr std::int64_t kDay = 86'400;
  const std::int64_t then = local_seconds(time.value, clock);
  const bool today = then / kDay == local_seconds(clock.now_ms, clock) / kDay;
  return today ? fmt::format("{:%H:%M:%S}", utc(then))
               : fmt::format("{:%Y-%m-%d %H:%M:%S}", utc(then));
}

std::string rfc3339(GroupTime time) {
  const auto seconds = static_cast<std::int64_t>(time.value / 1000);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", utc(seconds), time.value % 1000);
}

std::string age_text(std::uint64_t ms) {
  const std::uint64_t seconds = ms / 1000;
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 2 * 3600) return fmt::format("{} min", seconds / 60);
  if (seconds < 2 * 86'400) return fmt::format("{} h", seconds / 3600);
  return fmt::format("{} d", seconds / 86'400);
}

}  // namespace groupctl
