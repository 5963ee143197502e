#include "cli/following.h"

#include <algorithm>

namespace groupctl {
namespace {

constexpr std::uint64_t kBusyPauseMs = 500;

Result<bool> told(const Followed& followed, Sequence head) {
  auto more = followed.on_news(head);
  if (more || !is_away(more.error())) followed.on_reachable(true);
  return more;
}

}  // namespace

Result<FollowEnd> follow(Client& client, std::uint64_t within_ms, const Followed& followed) {
  const std::uint64_t start = client.now_ms();
  const std::uint64_t until = start + std::min(within_ms, kForEver - start);
  std::uint64_t version = 0;
  while (true) {
    const std::uint64_t now = client.now_ms();
    if (client.stopped()) return FollowEnd::kStopped;
    if (now >= until) return FollowEnd::kTimeUp;
    const auto update =
        client.ask<Update>(Watch{Sequence(), version}, std::min(kWatchAnewMs, until - now));
    Result<bool> more = true;
    if (update) {
      version = update->version;
      more = told(followed, update->sequence);
    } else if (update.error().code == ErrorCode::kBusy) {
      client.pause(std::min(kBusyPauseMs, until - now));
    } else {
      more = tl::unexpected(update.error());
    }
    if (more && !*more) return FollowEnd::kEnough;
    if (more) continue;
    if (!is_away(more.error())) return tl::unexpected(more.error());
    // What was lost on the way is no sign of an absence; a connection that cannot be made is.
    if (more.error().code == ErrorCode::kUnreachable) followed.on_reachable(false);
    version = 0;
  }
}

}  // namespace groupctl
