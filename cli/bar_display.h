// A bar on stderr while something goes on: redrawn in place on a terminal, nothing elsewhere.
#pragma once

#include "cli/live_region.h"
#include "cli/run.h"

namespace groupctl {

/// While it lives on a terminal, the client's ticks are its own: the bar's clock goes on.
class BarDisplay {
 public:
  /// The lines of the bar after so long; none: there is nothing to show yet.
  using Bar = std::function<std::vector<std::string>(std::uint64_t elapsed_ms, const Screen&)>;

  BarDisplay(const GlobalOptions& global, Client& client, const Surroundings& around, Bar bar);
  /// Takes the bar away.
  ~BarDisplay();
  BarDisplay(const BarDisplay&) = delete;
  BarDisplay& operator=(const BarDisplay&) = delete;

  /// On a terminal, and progress is wanted.
  bool live() const { return live_; }
  /// At most ten times a second, but for what is drawn `at_once`.
  void draw(bool at_once = false);
  /// A line in place of a bar.
  void say(const std::string& line) const;
  /// The time, as lines begin with it.
  std::string stamp() const;

 private:
  Screen screen() const { return screen_of(around_.screen_facts(), global_.color); }

  const GlobalOptions& global_;
  Client& client_;
  const Surroundings& around_;
  const Bar bar_;
  const bool live_;
  const std::uint64_t start_ms_;
  LiveRegion region_;
  std::uint64_t next_ms_ = 0;
};

}  // namespace groupctl
