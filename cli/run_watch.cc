// watch: the group as it is now, shown anew whenever it changes. On a terminal the status and the
// members in place, elsewhere a line for each entry and for each member that has changed.
#include <map>

#include "cli/exit_code.h"
#include "cli/following.h"
#include "cli/log_reading.h"
#include "cli/looking.h"
#include "cli/reachability.h"
#include "cli/render_json.h"
#include "cli/render_stream.h"
#include "cli/run.h"
#include "cli/watch_board.h"

namespace groupctl {
namespace {

/// Members and entries that are other than they were told last.
class Events {
 public:
  Events(const GlobalOptions& global, Client& client, const Surroundings& around)
      : global_(global), client_(client), around_(around) {}

  Result<bool> tell(const MembersReport& members) {
    auto entries = tell_entries(members.head);
    if (!entries || !*entries) return entries;
    std::map<MemberId, MemberInfo> now;
    for (const MemberInfo& member : members.members) now.emplace(member.id, member);
    for (const auto& [id, member] : now) {
      const auto before = told_.find(id);
      if (before != told_.end() && same(before->second, member)) continue;
      if (!tell_member(member, members.head)) return false;
    }
    for (auto& [id, member] : told_) {
      if (now.contains(id)) continue;
      member.state = MemberState::kLeft;
      if (!tell_member(member, members.head)) return false;
    }
    told_ = std::move(now);
    return true;
  }

 private:
  static bool same(const MemberInfo& a, const MemberInfo& b) {
    return a.state == b.state && a.delta == b.delta && a.note == b.note && a.labels == b.labels;
  }

  bool tell_member(const MemberInfo& member, Sequence head) const {
    if (global_.format == Format::kJson) return around_.print(render_json(member, head));
    const WallClock clock = around_.wall_clock();
    return around_.print(render_line(member, when_text(GroupTime(clock.now_ms), clock)));
  }

  /// Only what comes from now on: what was before is for log list.
  Result<bool> tell_entries(Sequence head) {
    if (!next_ || next_ > head.next()) next_ = head.next();
    while (next_ <= head) {
      const auto log = read_log(client_, next_, kAtOnce, global_.timeout_ms);
      if (!log && log.error().code == ErrorCode::kCompacted) {
        next_ = head.next();
        break;
      }
      if (!log) return tl::unexpected(log.error());
      if (log->entries.empty()) break;
      for (const ShownEntry& shown : log->entries) {
        next_ = shown.entry.sequence.next();
        const bool json = global_.format == Format::kJson;
        if (!around_.print(json ? render_json(shown) : render_line(shown, around_.wall_clock()))) {
          return false;
        }
      }
    }
    return true;
  }

  static constexpr std::uint32_t kAtOnce = 200;

  const GlobalOptions& global_;
  Client& client_;
  const Surroundings& around_;
  Sequence next_;
  std::map<MemberId, MemberInfo> told_;
};

Done ended(const Result<FollowEnd>& end, const Client& client) {
  if (!end) return look_failure(client, end.error());
  return Said{"", *end == FollowEnd::kStopped ? kExitInterrupted : kExitDone};
}

Done run_board(const GlobalOptions& global, Client& client, const Surroundings& around) {
  WatchBoard board(global, client, around);
  const auto end =
      follow(client, kForEver,
             {[&](Sequence) { return board.on_news(); }, [&](bool now) { board.reachable(now); }});
  if (board.over()) return Said{"", kExitDone};
  return ended(end, client);
}

Done run_events(const GlobalOptions& global, Client& client, const Surroundings& around) {
  Events events(global, client, around);
  Reachability reachability(global, around);
  const auto on_news = [&](Sequence) -> Result<bool> {
    const auto seen = look_at_group(global, client);
    if (!seen) return tl::unexpected(seen.error());
    return events.tell(seen->members);
  };
  return ended(follow(client, kForEver, {on_news, [&](bool now) { reachability.note(now); }}),
               client);
}

}  // namespace

Done run_watch(const GlobalOptions& global, const WatchCall&, Client& client,
               const Surroundings& around) {
  const Screen screen = screen_of(around.screen_facts(), global.color);
  // Repainted where the result goes: a terminal on stderr alone is not looked at.
  const bool board = screen.live && screen.result_columns > 0 && global.format == Format::kTable;
  return board ? run_board(global, client, around) : run_events(global, client, around);
}

}  // namespace groupctl
