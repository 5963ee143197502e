#include "coordinator/quota.h"

#include "wire/network.h"

namespace groupctl {
namespace {

/// Of those who are told that they are beyond it; a flood is not answered with a flood.
constexpr Rate kAnswers = {100, 1000, 100};

}  // namespace

bool Quota::Budget::holds(LocalTime now, const QuotaLimits& limits, std::size_t size) {
  return messages.holds(now, Rate::per_second(limits.messages_per_s, limits.message_burst), 1) &&
         bytes.holds(now, Rate::per_second(limits.bytes_per_s, limits.byte_burst), size);
}

void Quota::Budget::take(LocalTime now, const QuotaLimits& limits, std::size_t size) {
  messages.take(now, Rate::per_second(limits.messages_per_s, limits.message_burst), 1);
  bytes.take(now, Rate::per_second(limits.bytes_per_s, limits.byte_burst), size);
}

Quota::Verdict Quota::ask(LocalTime now, const Peer& peer, const QuotaLimits& limits,
                          std::size_t bytes) {
  const QuotaLimits& own = peer.shared ? kGuestQuota : limits;
  Use& use = peers_.use(peer.shared ? PeerId{peer.key, network_of(peer.address)} : peer_id(peer));
  if (!use.budget.holds(now, own, bytes)) return refuse(now, use);
  if (peer.shared && !guests_.holds(now, kGuestsQuota, bytes)) return refuse(now, use);
  use.budget.take(now, own, bytes);
  if (peer.shared) guests_.take(now, kGuestsQuota, bytes);
  return {};
}

Quota::Verdict Quota::refuse(LocalTime now, Use& use) {
  Verdict verdict;
  verdict.pass = false;
  verdict.answer = use.answers.take(now, kAnswers, 1);
  verdict.dropped = use.dropped.count(now);
  return verdict;
}

}  // namespace groupctl
