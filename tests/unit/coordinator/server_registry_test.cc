// A server is in one of the groups of a process, whoever asks first.
#include "coordinator/server_registry.h"

#include <gtest/gtest.h>

#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

constexpr LocalTime kNow{1000};

TEST(ServerRegistry, G3_AMemberOfOneGroupIsNotTakenByAnother) {
  ServerRegistry registry;
  registry.joined("shop", MemberId(1), server(1));
  EXPECT_EQ(registry.claim(kNow, "bank", server(1)), "shop");
  EXPECT_EQ(registry.claim(kNow, "shop", server(1)), std::nullopt);
  EXPECT_EQ(registry.claim(kNow, "bank", server(2)), std::nullopt);
  registry.left("bank", MemberId(1));
  EXPECT_EQ(registry.claim(kNow, "bank", server(1)), "shop") << "another group's member 1 left";
  registry.left("shop", MemberId(1));
  EXPECT_EQ(registry.claim(kNow, "bank", server(1)), std::nullopt);
}

TEST(ServerRegistry, OfTwoGroupsAskedAtOnceTheFirstHasIt) {
  ServerRegistry registry;
  EXPECT_EQ(registry.claim(kNow, "shop", server(1)), std::nullopt);
  EXPECT_EQ(registry.claim(kNow, "bank", server(1)), "shop");
  const LocalTime later(kNow.value + ServerRegistry::kClaimMs);
  EXPECT_EQ(registry.claim(later, "bank", server(1)), std::nullopt) << "shop never took it";
  registry.joined("bank", MemberId(7), server(1));
  EXPECT_EQ(registry.claim(later, "shop", server(1)), "bank");
}

/// Else a member of one group could keep a server that is away out of all others, for ever.
TEST(ServerRegistry, G3_WhoAsksAgainAndAgainWithoutJoiningYieldsToAnother) {
  for (const std::uint64_t shop_each_ms : {std::uint64_t{500}, ServerRegistry::kClaimMs}) {
    ServerRegistry registry;
    std::uint64_t bank_in_ms = 0;
    for (std::uint64_t ms = 0; ms < 10 * ServerRegistry::kClaimMs && bank_in_ms == 0; ms += 500) {
      const LocalTime now(kNow.value + ms);
      if (ms % shop_each_ms == 0) registry.claim(now, "shop", server(1));
      const bool asks = ms >= 2 * ServerRegistry::kClaimMs && ms % 8000 == 0;
      if (asks && !registry.claim(now, "bank", server(1))) bank_in_ms = ms;
    }
    EXPECT_GT(bank_in_ms, 3 * ServerRegistry::kClaimMs) << "what is under way has its time";
    EXPECT_LE(bank_in_ms, 5 * ServerRegistry::kClaimMs);
    const LocalTime now(kNow.value + bank_in_ms);
    EXPECT_EQ(registry.claim(now, "shop", server(1)), "bank");
  }
}

TEST(ServerRegistry, WhoYieldedHasItAgainWhenNobodyTakesTheTurn) {
  ServerRegistry registry;
  constexpr std::uint64_t kStep = ServerRegistry::kClaimMs;
  const auto at = [](std::uint64_t ms) { return LocalTime(kNow.value + ms); };
  EXPECT_EQ(registry.claim(at(0), "shop", server(1)), std::nullopt);
  EXPECT_EQ(registry.claim(at(1), "bank", server(1)), "shop");
  EXPECT_EQ(registry.claim(at(kStep - 1), "shop", server(1)), std::nullopt);
  EXPECT_EQ(registry.claim(at(kStep), "bank", server(1)), "shop") << "it may be on its way";
  EXPECT_EQ(registry.claim(at(kStep + 1), "shop", server(1)), "bank");
  EXPECT_EQ(registry.claim(at(3 * kStep - 2), "shop", server(1)), "bank");
  EXPECT_EQ(registry.claim(at(3 * kStep - 1), "shop", server(1)), std::nullopt);
}

TEST(ServerRegistry, ADeletedGroupHasNoTurn) {
  ServerRegistry registry;
  EXPECT_EQ(registry.claim(kNow, "shop", server(1)), std::nullopt);
  EXPECT_EQ(registry.claim(kNow, "bank", server(1)), "shop");
  registry.forget("bank");
  const LocalTime later(kNow.value + ServerRegistry::kClaimMs);
  EXPECT_EQ(registry.claim(later, "shop", server(1)), std::nullopt);
}

TEST(ServerRegistry, ARenamedMemberKeepsItsPlace) {
  ServerRegistry registry;
  registry.joined("shop", MemberId(1), server(1));
  registry.joined("shop", MemberId(5), server(1));
  registry.left("shop", MemberId(1));
  EXPECT_EQ(registry.claim(kNow, "bank", server(1)), "shop");
  registry.left("shop", MemberId(5));
  EXPECT_EQ(registry.claim(kNow, "bank", server(1)), std::nullopt);
}

TEST(ServerRegistry, ADeletedGroupHasNobody) {
  ServerRegistry registry;
  registry.joined("shop", MemberId(1), server(1));
  EXPECT_EQ(registry.claim(kNow, "shop", server(2)), std::nullopt);
  registry.forget("shop");
  EXPECT_EQ(registry.claim(kNow, "bank", server(1)), std::nullopt);
  EXPECT_EQ(registry.claim(kNow, "bank", server(2)), std::nullopt);
}

TEST(ServerRegistry, RemembersSoManyClaims) {
  ServerRegistry registry;
  for (std::size_t i = 0; i <= ServerRegistry::kMaxClaims; ++i) {
    ServerId id;
    id.bytes[0] = static_cast<std::uint8_t>(i);
    id.bytes[1] = static_cast<std::uint8_t>(i >> 8);
    id.bytes[2] = 1;
    EXPECT_EQ(registry.claim(kNow, "shop", id), std::nullopt);
    const bool kept = i < ServerRegistry::kMaxClaims;
    EXPECT_EQ(registry.claim(kNow, "bank", id).has_value(), kept) << i;
  }
}

}  // namespace
}  // namespace groupctl::testing
