#include "wire/penalty_box.h"

namespace groupctl {

bool PenaltyBox::enter(LocalTime now, const std::string& network) {
  if (strangers_.use(network).take(now, kStrangers, 1)) return true;
  if (const std::uint64_t times = sent_away_.count(now); times != 0) news_ = {network, times};
  return false;
}

void PenaltyBox::redeem(LocalTime now, const std::string& network) {
  strangers_.use(network).give(now, kStrangers, 1);
}

}  // namespace groupctl
