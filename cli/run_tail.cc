// log tail: the last entries, and with -f each new one as it becomes durable.
#include <fmt/format.h>

#include "cli/exit_code.h"
#include "cli/following.h"
#include "cli/log_reading.h"
#include "cli/looking.h"
#include "cli/reachability.h"
#include "cli/render_json.h"
#include "cli/render_stream.h"
#include "cli/render_text.h"
#include "cli/run.h"

namespace groupctl {
namespace {

constexpr std::uint32_t kAtOnce = 200;

/// Prints what it has not printed yet.
class Tail {
 public:
  Tail(const GlobalOptions& global, Client& client, const Surroundings& around)
      : global_(global), client_(client), around_(around) {}

  /// False when nobody reads it any more.
  bool print(const LogReport& report) {
    const WallClock clock = around_.wall_clock();
    for (const ShownEntry& shown : report.entries) {
      next_ = shown.entry.sequence.next();
      if (!around_.print(global_.format == Format::kJson ? render_json(shown)
                                                         : render_line(shown, clock))) {
        return false;
      }
    }
    if (report.entries.empty() && !next_) next_ = report.head.next();
    return true;
  }

  Result<bool> go_on(Sequence head) {
    if (head.next() < next_) {
      say(fmt::format("the log ends at {} now: a coordinator with an older copy of it",
                      head.value));
      next_ = head.next();
    }
    while (next_ <= head) {
      const auto report = read_log(client_, next_, kAtOnce, global_.timeout_ms);
      if (!report && report.error().code == ErrorCode::kCompacted) {
        if (const Status s = skip_to_floor(); !s) return tl::unexpected(s.error());
        continue;
      }
      if (!report) return tl::unexpected(report.error());
      if (report->entries.empty()) break;
      if (!print(*report)) return false;
    }
    return true;
  }

 private:
  Status skip_to_floor() {
    const auto last = read_log(client_, Sequence(), 1, global_.timeout_ms);
    if (!last) return tl::unexpected(last.error());
    const Sequence from = std::max(last->floor, next_.next());
    say(fmt::format("entries {} to {} are no longer kept", next_.value, from.value - 1));
    next_ = from;
    return {};
  }

  void say(const std::string& text) const {
    if (!global_.quiet) around_.say("note: " + text + "\n");
  }

  const GlobalOptions& global_;
  Client& client_;
  const Surroundings& around_;
  Sequence next_;  // 0: nothing is known yet
};

}  // namespace

Done run_log_tail(const GlobalOptions& global, const LogTailCall& call, Client& client,
                  const Surroundings& around) {
  const auto last = read_log(client, Sequence(), call.limit, global.timeout_ms);
  if (!last) return look_failure(client, last.error());
  if (!call.follow && global.format == Format::kJson) return Said{render_json(*last)};
  Tail tail(global, client, around);
  if (!tail.print(*last) || !call.follow) return Said{};
  Reachability reachability(global, around);
  const auto end = follow(client, kForEver,
                          {[&](Sequence head) { return tail.go_on(head); },
                           [&](bool reachable) { reachability.note(reachable); }});
  if (!end) return look_failure(client, end.error());
  return Said{"", *end == FollowEnd::kStopped ? kExitInterrupted : kExitDone};
}

}  // namespace groupctl
