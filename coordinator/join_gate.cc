#include "coordinator/join_gate.h"

namespace groupctl {
namespace {

PeerId claimant(const Peer& peer, const ServerId& server) { return peer_id(peer, server.hex()); }

}  // namespace

JoinGate::Verdict JoinGate::knocks(LocalTime now, const Peer& peer) {
  return knocks(now, peer_id(peer));
}

/// A claimed server id counts for nothing beside a key: else who claims another's would shut it
/// out.
JoinGate::Verdict JoinGate::knocks(LocalTime now, const Peer& peer, const ServerId& server) {
  const Verdict verdict = knocks(now, peer_id(peer));
  if (!verdict.pass || peer.key) return verdict;
  return knocks(now, claimant(peer, server));
}

JoinGate::Verdict JoinGate::knocks(LocalTime now, const PeerId& id) {
  Use& use = peers_.use(id);
  if (use.knocks.take(now, bounds_.knocks, 1)) return {};
  return {false, use.dropped.count(now)};
}

bool JoinGate::may_change_roster(LocalTime now, const Peer& peer, const ServerId& server) {
  return peers_.use(claimant(peer, server)).changes.take(now, bounds_.roster_changes, 1);
}

}  // namespace groupctl
