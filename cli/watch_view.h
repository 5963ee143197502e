// What of the group `watch` shows, as its keys have it. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/watch_keys.h"
#include "wire/admin_messages.h"

namespace groupctl {

enum class WatchPage : std::uint8_t {
  kMembers,
  kMember,  ///< everything of the chosen one
  kLog,
  kKeys,
};
/// Of the members; those that are alike in it are by name.
enum class WatchOrder : std::uint8_t { kState, kName, kLag, kDelta };

struct WatchView {
  WatchPage page = WatchPage::kMembers;
  WatchOrder order = WatchOrder::kState;
  bool only_out_of_step = false;
  bool paused = false;                ///< it stays as it is, whatever happens
  bool over = false;                  ///< it was enough
  std::string filter;                 ///< whom, as selector text; empty: all
  std::optional<std::string> typing;  ///< the filter that is being typed
  std::string complaint;              ///< why what was typed is none
  std::string chosen;                 ///< a member's name; one that is not shown: the first
  std::size_t top = 0;                ///< the first line of the page that is shown
  bool operator==(const WatchView&) const = default;
};

/// What stands on the screen, for keys that go through it.
struct WatchExtent {
  std::vector<std::string> members;  ///< names, in the order shown
  std::size_t lines = 0;             ///< of the page, the members' included
  std::size_t room = 0;              ///< so many of them fit
};

/// The view after a key. A key that means nothing there changes nothing.
WatchView after_key(WatchView view, const Key& key, const WatchExtent& extent);

/// Where the chosen member stands among those shown; 0 if it is none of them.
std::size_t chosen_at(const WatchView& view, const std::vector<std::string>& members);
/// The first line to be shown: of the members so that the chosen one is seen.
std::size_t first_line(const WatchView& view, const WatchExtent& extent);

/// The members that are shown, in order.
std::vector<MemberInfo> shown_members(std::vector<MemberInfo> members, const WatchView& view);

/// "state", "name", "lag", "delta".
std::string_view to_word(WatchOrder order);
/// A line a key.
std::string keys_text();

/// How many deviations it has.
std::uint64_t deviations_of(const MemberInfo& member);

}  // namespace groupctl
