#include "coordinator/server_registry.h"

#include "log/planted_bug.h"

namespace groupctl {
namespace {

/// Not with each claim: somebody may make many.
constexpr std::uint64_t kDropEachMs = 1000;

}  // namespace

std::optional<std::string> ServerRegistry::claim(LocalTime now, const std::string& group,
                                                 const ServerId& server) {
  const auto member = members_.find(server);
  if (member != members_.end()) {
    if (member->second.group == group) return std::nullopt;
    return member->second.group;
  }
  if (now >= drop_next_) drop_old(now);
  const auto claimed = claims_.find(server);
  if (claimed != claims_.end()) return take(claimed->second, now, group);
  if (claims_.size() < kMaxClaims) claims_[server] = {group, LocalTime(now.value + kClaimMs)};
  return std::nullopt;
}

std::optional<std::string> ServerRegistry::take(Claim& known, LocalTime now,
                                                const std::string& group) {
  const LocalTime until(now.value + kClaimMs);
  const bool young = now < known.until;
  if (known.group != group && young) {
    if (known.kept_out.empty()) {
      known.kept_out = group;
      known.yields = until;
    }
    return known.group;
  }
  const bool contested = known.group == group && !known.kept_out.empty() && now < known.forgotten();
  if (contested && (!young || now >= known.yields)) return known.kept_out;
  if (contested) {
    known.until = until;
  } else {
    known = {group, until};
  }
  return std::nullopt;
}

void ServerRegistry::joined(const std::string& group, MemberId member, const ServerId& server) {
  claims_.erase(server);
  const auto known = members_.find(server);
  if (known != members_.end() && known->second.group != group) return;
  if (known != members_.end()) servers_.erase({group, known->second.member});
  members_[server] = {group, member};
  servers_[{group, member}] = server;
}

void ServerRegistry::left(const std::string& group, MemberId member) {
  const auto server = servers_.find({group, member});
  if (server == servers_.end()) return;
  members_.erase(server->second);
  servers_.erase(server);
}

void ServerRegistry::forget(const std::string& group) {
  if (planted(PlantedBug::kOtherGroupsServersForgotten)) members_.clear();
  std::erase_if(members_, [&](const auto& one) { return one.second.group == group; });
  std::erase_if(servers_, [&](const auto& one) { return one.first.first == group; });
  std::erase_if(claims_, [&](const auto& one) { return one.second.group == group; });
  for (auto& [server, claim] : claims_) {
    if (claim.kept_out == group) claim.kept_out.clear();
  }
}

void ServerRegistry::drop_old(LocalTime now) {
  std::erase_if(claims_, [&](const auto& one) { return one.second.forgotten() <= now; });
  drop_next_ = LocalTime(now.value + kDropEachMs);
}

}  // namespace groupctl
