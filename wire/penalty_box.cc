#include "wire/penalty_box.h"

namespace groupctl {

bool PenaltyBox::enter(LocalTime now, const std::string& network) {
  if (strangers_.use(network).take(now, kStrangers, 1)) return true;
  sent_away_.add();
  last_sent_away_ = network;
  return false;
}

std::optional<PenaltyBox::News> PenaltyBox::news(LocalTime now) {
  const std::uint64_t times = sent_away_.take(now);
  return times == 0 ? std::nullopt : std::optional(News{last_sent_away_, times});
}

void PenaltyBox::redeem(LocalTime now, const std::string& network) {
  strangers_.use(network).give(now, kStrangers, 1);
}

}  // namespace groupctl
