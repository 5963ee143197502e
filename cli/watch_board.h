// The screen of `watch` on a terminal: repainted in place, and gone through with keys.
#pragma once

#include "cli/exit_code.h"
#include "cli/live_region.h"
#include "cli/render_watch.h"
#include "cli/run.h"

namespace groupctl {

/// While it lives, the client's ticks are its own, and so are the keys of the terminal, if stdin is
/// one.
class WatchBoard {
 public:
  WatchBoard(const GlobalOptions& global, Client& client, const Surroundings& around);
  ~WatchBoard();
  WatchBoard(const WatchBoard&) = delete;
  WatchBoard& operator=(const WatchBoard&) = delete;

  /// Looks anew, and draws. False: nobody wants to see more.
  Result<bool> on_news();
  void reachable(bool now);
  /// Whether a key has ended it.
  bool over() const { return view_.over; }

 private:
  /// What is shown in place of the members.
  struct Shown {
    WatchPage page = WatchPage::kMembers;
    std::string member;
    bool operator==(const Shown&) const = default;
  };
  Shown wanted() const;
  Status look();
  Result<std::string> page_text(const Shown& wanted);
  void tick();
  void press(const Key& key);
  bool draw();
  Screen screen() const { return screen_of(around_.screen_facts(), global_.color); }

  const GlobalOptions& global_;
  Client& client_;
  const Surroundings& around_;
  const std::unique_ptr<Keyboard> keyboard_;
  KeyReader reader_;
  WatchView view_;
  WatchFacts facts_;
  Shown page_of_;  // whose text facts_.page is
  WatchExtent extent_;
  LiveRegion region_;
  TerminalSize drawn_;
  bool seen_ = false;  // facts_ has been filled in
};

/// A look at the coordinator and its members.
Result<WatchFacts> look_at_group(const GlobalOptions& global, Client& client);

}  // namespace groupctl
