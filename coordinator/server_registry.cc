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
  const bool young = claimed != claims_.end() && now < claimed->second.until;
  if (young && claimed->second.group != group) return claimed->second.group;
  if (claimed != claims_.end() || claims_.size() < kMaxClaims) {
    claims_[server] = {group, LocalTime(now.value + kClaimMs)};
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
}

void ServerRegistry::drop_old(LocalTime now) {
  std::erase_if(claims_, [&](const auto& one) { return one.second.until <= now; });
  drop_next_ = LocalTime(now.value + kDropEachMs);
}

}  // namespace groupctl
