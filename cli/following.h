// Following the log and the members as they change.
#pragma once

#include <functional>

#include "cli/client.h"

namespace groupctl {

enum class FollowEnd : std::uint8_t {
  kEnough,   ///< on_news has said so
  kStopped,  ///< by Ctrl-C
  kTimeUp,
};

struct Followed {
  /// Called at once, and then when an entry has become durable or a member has changed: with the
  /// last durable sequence. False: that is enough. Silence of the coordinator within it is no error
  /// of it: it is called again.
  std::function<Result<bool>(Sequence head)> on_news;
  /// No coordinator answers, or one does again.
  std::function<void(bool reachable)> on_reachable;
};

inline constexpr std::uint64_t kForEver = ~std::uint64_t{0};

/// At most ten times a second. A coordinator that is away or busy is waited for. Errors: those of
/// on_news but silence; what a coordinator refuses a watch with.
Result<FollowEnd> follow(Client& client, std::uint64_t within_ms, const Followed& followed);

}  // namespace groupctl
