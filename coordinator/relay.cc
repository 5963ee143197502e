#include "coordinator/relay.h"

#include <algorithm>

namespace groupctl {

std::uint64_t Relay::open(Asker asker, SessionNumber session, LocalTime now) {
  open_.emplace(++last_, Open{std::move(asker), session, LocalTime(now.value + limits_.within_ms)});
  return last_;
}

bool Relay::waits(const Asker& asker) const {
  return std::any_of(open_.begin(), open_.end(),
                     [&](const auto& one) { return one.second.asker == asker; });
}

std::optional<Relay::Asker> Relay::answered(std::uint64_t token, SessionNumber session) {
  const auto found = open_.find(token);
  if (found == open_.end() || found->second.session != session) return std::nullopt;
  return std::move(open_.extract(found).mapped().asker);
}

std::vector<Relay::Asker> Relay::expired(LocalTime now) {
  std::vector<Asker> late;
  while (!open_.empty() && open_.begin()->second.until <= now) {
    late.push_back(std::move(open_.extract(open_.begin()).mapped().asker));
  }
  return late;
}

std::optional<LocalTime> Relay::due() const {
  if (open_.empty()) return std::nullopt;
  return open_.begin()->second.until;
}

}  // namespace groupctl
