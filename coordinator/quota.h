// What one peer may send: messages and bytes a second. Asked before a message is decoded, so that a
// flood costs no decoding.
#pragma once

#include <string>
#include <utility>

#include "log/counted_line.h"
#include "log/idle_map.h"
#include "log/token_bucket.h"
#include "wire/bus.h"

namespace groupctl {

/// A byte burst below the largest message of the plane would shut that message out for ever.
struct QuotaLimits {
  std::uint64_t messages_per_s = 1;
  std::uint64_t message_burst = 1;
  std::uint64_t bytes_per_s = 1;
  std::uint64_t byte_burst = 1;
};

/// An honest member acknowledges once a wake-up at most, asks for chunks four at a time and answers
/// questions with 64 KiB each; a whole bundle of a dump is within the burst.
inline constexpr QuotaLimits kMemberQuota{20'000, 40'000, std::uint64_t{16} << 20,
                                          std::uint64_t{128} << 20};
/// A client submits as fast as a log can be written, and puts archives as fast as a disk reads.
inline constexpr QuotaLimits kAdminQuota{200'000, 400'000, std::uint64_t{2} << 30,
                                         std::uint64_t{2} << 30};

/// Of a key that many have (a guest's, a token) what comes from one address: it asks to be let in,
/// and asks again every second or two.
inline constexpr QuotaLimits kGuestQuota{10, 20, 64 << 10, 256 << 10};
/// And of all of them together: so little that members do not notice.
inline constexpr QuotaLimits kGuestsQuota{100, 200, 1 << 20, 4 << 20};

/// Who somebody is to a bound: the key; for those without one (`--open`, ipc) something else.
using PeerId = std::pair<PublicKey, std::string>;
inline PeerId peer_id(const Peer& peer, std::string without_key) {
  return peer.key ? PeerId{peer.key, {}} : PeerId{{}, std::move(without_key)};
}
inline PeerId peer_id(const Peer& peer) { return peer_id(peer, peer.routing_id); }

/// One for each plane, since routing ids are of one socket.
class Quota {
 public:
  /// Of the peers the one idle longest is forgotten beyond so many; back, it begins anew.
  static constexpr std::size_t kMaxPeers = 8192;

  explicit Quota(std::size_t most_peers = kMaxPeers) : peers_(most_peers) {}

  struct Verdict {
    bool pass = true;
    bool answer = false;        ///< it does not pass, and may be told so
    std::uint64_t dropped = 0;  ///< not 0: to be logged now; of this peer, since that was last so
  };
  /// A message of so many bytes. What does not pass takes nothing from the budget. For a shared key
  /// the limits are those of guests.
  Verdict ask(LocalTime now, const Peer& peer, const QuotaLimits& limits, std::size_t bytes);

  std::size_t peers() const { return peers_.size(); }

 private:
  struct Budget {
    TokenBucket messages;
    TokenBucket bytes;
    bool holds(LocalTime now, const QuotaLimits& limits, std::size_t size);
    void take(LocalTime now, const QuotaLimits& limits, std::size_t size);
  };
  struct Use {
    Budget budget;
    TokenBucket answers;
    CountedLine dropped;
  };
  static Verdict refuse(LocalTime now, Use& use);

  IdleMap<PeerId, Use> peers_;
  Budget guests_;
};

}  // namespace groupctl
