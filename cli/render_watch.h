// The screen of `watch`. Pure.
#pragma once

#include <string>
#include <vector>

#include "cli/report.h"
#include "cli/screen.h"
#include "cli/watch_view.h"

namespace groupctl {

struct WatchFacts {
  StatusReport status;
  MembersReport members;  ///< by name
  std::string page;       ///< the text of the chosen member, or of the log; empty: not there yet
  bool reachable = true;
};

struct WatchPicture {
  std::vector<std::string> lines;  ///< each narrower than the screen, and fewer than it has
  WatchExtent extent;
};
/// The status and the members, or the page in their place. Without `keys`, which are those of a
/// terminal, what does not fit is counted.
WatchPicture render_watch(const WatchFacts& facts, const WatchView& view, bool keys,
                          const Screen& screen);

}  // namespace groupctl
