#include "cli/watch_view.h"

#include <algorithm>

#include "commands/state/target.h"

namespace groupctl {
namespace {

constexpr std::size_t kLongestFilter = 500;

struct Order {
  WatchOrder order;
  std::string_view word;
};
constexpr Order kOrders[] = {{WatchOrder::kState, "state"},
                             {WatchOrder::kName, "name"},
                             {WatchOrder::kLag, "lag"},
                             {WatchOrder::kDelta, "delta"}};

WatchOrder next_of(WatchOrder order) {
  const std::size_t next = (static_cast<std::size_t>(order) + 1) % std::size(kOrders);
  return kOrders[next].order;
}

bool in_step(const MemberInfo& member) { return member.state == MemberState::kInStep; }

bool matched(const MemberInfo& member, const Target& target) {
  MemberRow row;
  row.id = member.id;
  row.name = member.name;
  row.own_labels = member.labels;
  return matches(target, row);
}

// ---- keys

std::size_t moved(std::size_t from, const Key& key, std::size_t page, std::size_t last) {
  const std::size_t step = std::max<std::size_t>(page, 1);
  switch (key.kind) {
    case KeyKind::kUp:
      return from - std::min<std::size_t>(from, 1);
    case KeyKind::kDown:
      return std::min(from + 1, last);
    case KeyKind::kPageUp:
      return from - std::min(from, step);
    case KeyKind::kPageDown:
      return std::min(from + step, last);
    case KeyKind::kHome:
      return 0;
    case KeyKind::kEnd:
      return last;
    default:
      return from;
  }
}

void turn_to(WatchView& view, WatchPage page) {
  view.page = view.page == page ? WatchPage::kMembers : page;
  view.top = 0;
}

void go(WatchView& view, const Key& key, const WatchExtent& extent) {
  if (view.page != WatchPage::kMembers) {
    const std::size_t last = extent.lines - std::min(extent.room, extent.lines);
    view.top = moved(first_line(view, extent), key, extent.room, last);
  } else if (!extent.members.empty()) {
    view.top = first_line(view, extent);
    const std::size_t at = chosen_at(view, extent.members);
    view.chosen = extent.members[moved(at, key, extent.room, extent.members.size() - 1)];
    view.top = first_line(view, extent);
  }
}

void enter(WatchView& view, const WatchExtent& extent) {
  if (view.page == WatchPage::kMembers && extent.members.empty()) return;
  if (view.page == WatchPage::kMembers) {
    view.chosen = extent.members[chosen_at(view, extent.members)];
    return turn_to(view, WatchPage::kMember);
  }
  turn_to(view, view.page);
}

void escape(WatchView& view) {
  if (view.page != WatchPage::kMembers) return turn_to(view, view.page);
  view.filter.clear();
}

void sign(WatchView& view, char sign) {
  const bool members = view.page == WatchPage::kMembers;
  if (sign == 'q') view.over = true;
  if (sign == ' ') view.paused = !view.paused;
  if (sign == '?') turn_to(view, WatchPage::kKeys);
  if (sign == 'l') turn_to(view, WatchPage::kLog);
  if (sign == 's' && members) view.order = next_of(view.order);
  if (sign == 'f' && members) view.only_out_of_step = !view.only_out_of_step;
  if (sign == '/' && members) view.typing = view.filter;
}

void type(WatchView& view, const Key& key) {
  std::string& typed = *view.typing;
  if (key.kind == KeyKind::kSign && typed.size() < kLongestFilter) typed += key.sign;
  if (key.kind == KeyKind::kBackspace && !typed.empty()) typed.pop_back();
  if (key.kind == KeyKind::kEscape) view.typing.reset();
  if (key.kind != KeyKind::kEnter) return;
  if (!typed.empty()) {
    if (const auto target = parse_target({typed}); !target) {
      view.complaint = target.error().text;
      return;
    }
  }
  view.filter = typed;
  view.typing.reset();
  view.top = 0;
}

}  // namespace

WatchView after_key(WatchView view, const Key& key, const WatchExtent& extent) {
  view.complaint.clear();
  if (view.typing) {
    type(view, key);
  } else if (key.kind == KeyKind::kSign) {
    sign(view, key.sign);
  } else if (key.kind == KeyKind::kEnter) {
    enter(view, extent);
  } else if (key.kind == KeyKind::kEscape) {
    escape(view);
  } else {
    go(view, key, extent);
  }
  return view;
}

std::size_t chosen_at(const WatchView& view, const std::vector<std::string>& members) {
  const auto found = std::find(members.begin(), members.end(), view.chosen);
  return found == members.end() ? 0 : static_cast<std::size_t>(found - members.begin());
}

std::size_t first_line(const WatchView& view, const WatchExtent& extent) {
  const std::size_t last = extent.lines - std::min(extent.room, extent.lines);
  const std::size_t top = std::min(view.top, last);
  if (view.page != WatchPage::kMembers || extent.room == 0) return top;
  const std::size_t at = chosen_at(view, extent.members);
  if (at < top) return at;
  return at < top + extent.room ? top : at + 1 - extent.room;
}

std::vector<MemberInfo> shown_members(std::vector<MemberInfo> members, const WatchView& view) {
  const auto target = parse_target(view.filter.empty() ? std::vector<std::string>{}
                                                       : std::vector<std::string>{view.filter});
  std::erase_if(members, [&](const MemberInfo& member) {
    return (view.only_out_of_step && in_step(member)) || (target && !matched(member, *target));
  });
  // Behind means: has received less. So the one that lags most comes first.
  const auto rank = [&](const MemberInfo& member) -> std::uint64_t {
    switch (view.order) {
      case WatchOrder::kState:
        return in_step(member) ? 1 : 0;
      case WatchOrder::kLag:
        return member.marks.received.value;
      case WatchOrder::kDelta:
        return ~deviations_of(member);
      case WatchOrder::kName:
        break;
    }
    return 0;
  };
  std::stable_sort(members.begin(), members.end(),
                   [&](const MemberInfo& a, const MemberInfo& b) { return rank(a) < rank(b); });
  return members;
}

std::string_view to_word(WatchOrder order) { return kOrders[static_cast<std::size_t>(order)].word; }

std::string keys_text() {
  return "q        ends it\n"
         "Space    stands still, and goes on\n"
         "Up Down PgUp PgDn Home End\n"
         "         through the members, or a page\n"
         "Enter    everything of the chosen member\n"
         "l        the last entries of the log\n"
         "s        sorts by state, name, lag or delta\n"
         "f        only members that are not in step\n"
         "/        only those that a selector names, as role=web\n"
         "Esc      back; on the first page all members\n"
         "?        these keys\n"
         "Ctrl-C   ends it, with exit code 130\n";
}

std::uint64_t deviations_of(const MemberInfo& member) {
  const DeltaCounts& d = member.delta;
  return std::uint64_t{d.pending} + d.failed + d.drifted + d.foreign + d.intended;
}

}  // namespace groupctl
