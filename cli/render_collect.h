// How collecting goes, and how it ended. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/collected.h"
#include "cli/report.h"
#include "cli/screen.h"

namespace groupctl {

struct BundlesReport {
  std::string group;
  std::string folder;
  CommandReport command;                 ///< its come_back fetches the rest
  std::vector<CollectedBundle> bundles;  ///< one a target that was heard of, by name
  int exit_code = 0;

  std::size_t targets() const;
  std::size_t missing() const;
  /// Whether some that are missing may be there later.
  bool may_come() const;
};

/// "  [bar]  3/6   12.6 MB   1 missing   0:04", and below it whether nobody answers. Narrower than
/// the screen.
std::vector<std::string> collect_bar(const CollectProgress& progress, std::uint64_t elapsed_ms,
                                     const Screen& screen);
/// A line for a bundle that has come, or will not.
std::string collect_line(const CollectedBundle& bundle, std::string_view stamp);

/// A plain Screen is none: no line is folded.
std::string render_text(const BundlesReport& report, const Screen& screen = {});
std::string render_json(const BundlesReport& report);
/// What DIR/index.json holds.
std::string index_json(const BundlesReport& report);

}  // namespace groupctl
