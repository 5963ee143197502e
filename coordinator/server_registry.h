// Which servers are members of which group of this process: a server is in one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "log/types.h"

namespace groupctl {

class ServerRegistry {
 public:
  /// For so long a server that asks to join one group is kept out of the others, so that two that
  /// are asked at once do not both take it. Who asks again has it for as long again; but when
  /// another group has been asked, not after this time from then on: then it is the other's turn.
  static constexpr std::uint64_t kClaimMs = 10'000;
  /// Beyond so many at once servers are not kept out so.
  static constexpr std::size_t kMaxClaims = 4096;

  /// A server asks to join `group`. Gives the other group that has it, as a member or by a younger
  /// claim, or whose turn it is; nullopt: none, and it is claimed for this one.
  std::optional<std::string> claim(LocalTime now, const std::string& group, const ServerId& server);

  /// Its entry is durable. Of two groups that both have it, the one that said so first keeps it.
  void joined(const std::string& group, MemberId member, const ServerId& server);
  void left(const std::string& group, MemberId member);
  /// All that the group has.
  void forget(const std::string& group);

 private:
  struct Claim {
    std::string group;
    LocalTime until;
    std::string kept_out = {};  // a group that was asked meanwhile; empty: none
    LocalTime yields = {};      // to that one
    LocalTime forgotten() const {
      return kept_out.empty() ? until : LocalTime(until.value + kClaimMs);
    }
  };
  struct Membership {
    std::string group;
    MemberId member;
  };
  static std::optional<std::string> take(Claim& known, LocalTime now, const std::string& group);
  void drop_old(LocalTime now);

  std::map<ServerId, Membership> members_;
  std::map<std::pair<std::string, MemberId>, ServerId> servers_;
  std::map<ServerId, Claim> claims_;
  LocalTime drop_next_;
};

}  // namespace groupctl
