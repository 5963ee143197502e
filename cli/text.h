// Text for terminals: aligned tables, and foreign text made harmless.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/width.h"  // IWYU pragma: export
#include "log/text.h"   // IWYU pragma: export
#include "log/types.h"

namespace groupctl {

struct Column {
  std::string title;
  bool right = false;  ///< figures are aligned to the right
};
/// Rows under titles, two blanks between columns, no blanks at the ends of lines. Cells are
/// escaped. In a terminal of `width` columns (0: none) the last column is folded under its title,
/// unless there is hardly room for it.
std::string table(const std::vector<Column>& columns,
                  const std::vector<std::vector<std::string>>& rows, std::size_t width = 0);

/// The clock on the wall of whoever reads, handed in so that rendering stays pure.
struct WallClock {
  std::uint64_t now_ms = 0;
  /// Seconds east of UTC at that moment (milliseconds since 1970).
  std::function<std::int64_t(std::uint64_t)> offset_s = [](std::uint64_t) { return 0; };
};
/// "10:40:55" on the reader's day, else "2026-11-21 10:40:55"; "-" for zero.
std::string when_text(GroupTime time, const WallClock& clock);
/// "2026-11-21T10:41:16.201Z".
std::string rfc3339(GroupTime time);
/// "1 member", "3 members".
std::string counted(std::uint64_t count, std::string_view what);
/// "0 s", "52 s", "12 min", "3 h", "12 d".
std::string age_text(std::uint64_t ms);

}  // namespace groupctl
