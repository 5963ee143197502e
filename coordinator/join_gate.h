// How often one peer may ask to join, and change the roster by it. Asked before a join is looked
// at.
#pragma once

#include "coordinator/peer_bounds.h"
#include "coordinator/quota.h"
#include "log/counted_line.h"
#include "wire/member_messages.h"

namespace groupctl {

class JoinGate {
 public:
  explicit JoinGate(const PeerBounds& bounds) : bounds_(bounds), peers_(Quota::kMaxPeers) {}

  struct Verdict {
    bool pass = true;
    std::uint64_t dropped = 0;  ///< not 0: to be said now; of this peer, since that was last so
  };
  Verdict knocks(LocalTime now, const Peer& peer);
  /// Without keys the server id has a budget of its own as well, whatever connection it comes by.
  Verdict knocks(LocalTime now, const Peer& peer, const ServerId& server);
  /// Whether this join may change the roster; counted when it may.
  bool may_change_roster(LocalTime now, const Peer& peer, const ServerId& server);

  std::size_t peers() const { return peers_.size(); }

 private:
  struct Use {
    TokenBucket knocks;
    TokenBucket changes;
    CountedLine dropped;
  };
  Verdict knocks(LocalTime now, const PeerId& id);

  PeerBounds bounds_;
  IdleMap<PeerId, Use> peers_;
};

}  // namespace groupctl
