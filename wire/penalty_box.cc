#include "wire/penalty_box.h"

#include <utility>

namespace groupctl {

bool PenaltyBox::enter(LocalTime now, const std::string& network) {
  if (strangers_.use(network).take(now, kStrangers, 1)) return true;
  news_.network = network;
  ++news_.times;
  return false;
}

void PenaltyBox::redeem(LocalTime now, const std::string& network) {
  strangers_.use(network).give(now, kStrangers, 1);
}

std::optional<PenaltyBox::News> PenaltyBox::news(LocalTime now) {
  if (news_.times == 0 || now < news_next_) return std::nullopt;
  news_next_ = LocalTime(now.value + kNewsMs);
  return std::exchange(news_, {});
}

}  // namespace groupctl
