// Which connections stay, and which go when there are too many.
#include "wire/connection_gate.h"

#include <gtest/gtest.h>

#include "wire/connection_budget.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kYoungMs = 10'000;
constexpr std::size_t kFirst = 0;
constexpr std::size_t kSecond = 1;

ConnectionOwner owner(std::uint8_t number, const std::string& address = {}) {
  PublicKey key;
  key.bytes.fill(number);
  return {key, address};
}

Connection connection(int fd, int port = 1, const std::string& address = "10.0.0.1") {
  return {fd, address + ":" + std::to_string(port), address};
}

/// Two listeners; of the second's peers each has two messages to say.
class ConnectionGateTest : public testing::Test {
 protected:
  using Cut = std::optional<ConnectionGate::Cut>;

  Cut accept(int fd, std::size_t listener = kFirst, int port = 1) {
    return gate_.accepted(LocalTime(now_), listener, connection(fd, port));
  }
  Cut accept_from(const std::string& address, int fd, std::size_t listener = kFirst) {
    return gate_.accepted(LocalTime(now_), listener, connection(fd, 1, address));
  }
  Cut speak(int fd, const ConnectionOwner& who, std::size_t listener = kFirst, int port = 1) {
    return gate_.spoke(LocalTime(now_), listener, connection(fd, port), who);
  }
  static void expect_cut(const Cut& cut, int fd, CutCause cause) {
    ASSERT_TRUE(cut);
    EXPECT_EQ(cut->connection.fd, fd);
    EXPECT_EQ(to_word(cut->cause), to_word(cause));
  }

  std::uint64_t now_ = 1000;
  ConnectionGate gate_{{{3, 2, 9, 0}, {3, 2, 9, 2}}, kYoungMs};
};

TEST_F(ConnectionGateTest, F35_WhoseMessagesHaveNoEndGoes) {
  ConnectionGate gate({{3, 2, 9, 0, 1000, 200}}, kYoungMs);
  EXPECT_FALSE(gate.accepted(LocalTime(now_), kFirst, connection(1)));
  EXPECT_FALSE(gate.came(kFirst, 1, 200)) << "young";
  EXPECT_FALSE(gate.spoke(LocalTime(now_), kFirst, connection(1), owner(1)));
  for (int i = 0; i < 100; ++i) gate.read(kFirst, 1, 500);
  EXPECT_FALSE(gate.came(kFirst, 1, 51000)) << "what was read does not count";
  EXPECT_EQ(gate.all(), (std::vector<std::pair<std::size_t, int>>{{kFirst, 1}}));
  expect_cut(gate.came(kFirst, 1, 60000), 1, CutCause::kUnread);
  EXPECT_FALSE(gate.came(kFirst, 1, 60000)) << "it is gone";
}

TEST_F(ConnectionGateTest, F35_WhoIsYoungOrAGuestHasLittleToSay) {
  ConnectionGate gate({{3, 2, 9, 0, 1000, 200}}, kYoungMs);
  EXPECT_FALSE(gate.accepted(LocalTime(now_), kFirst, connection(1)));
  expect_cut(gate.came(kFirst, 1, 201), 1, CutCause::kUnread);
  EXPECT_FALSE(gate.spoke(LocalTime(now_), kFirst, connection(2), owner(1, "10.0.0.1")));
  expect_cut(gate.came(kFirst, 2, 201), 2, CutCause::kUnread);
  EXPECT_FALSE(gate.spoke(LocalTime(now_), kFirst, connection(3), owner(1)));
  EXPECT_FALSE(gate.came(kFirst, 3, 1000));
}

TEST_F(ConnectionGateTest, F37_GuestsFromManyAddressesAreBoundedTogether) {
  ConnectionGate gate({{9, 9, 3, 0}}, kYoungMs);
  const auto speak = [&](int fd, const std::string& network) {
    return gate.spoke(LocalTime(now_), kFirst, connection(fd, 1, network), owner(1, network));
  };
  EXPECT_FALSE(speak(1, "10.0.0.1"));
  EXPECT_FALSE(speak(2, "10.0.0.2"));
  EXPECT_FALSE(speak(3, "10.0.0.2"));
  EXPECT_FALSE(gate.spoke(LocalTime(now_), kFirst, connection(4), owner(2))) << "has its own key";
  expect_cut(speak(5, "10.0.0.3"), 2, CutCause::kShared);
  expect_cut(speak(6, "10.0.0.4"), 1, CutCause::kShared);
  expect_cut(gate.spare(), 6, CutCause::kAll);
}

TEST_F(ConnectionGateTest, F38_WhoAsksAndDoesNotTakeGoes) {
  ConnectionGate gate({{9, 9, 9, 0, 0, 0, 1000}}, kYoungMs);
  const auto hear = [&](int fd, const ConnectionOwner& who) {
    EXPECT_FALSE(gate.spoke(LocalTime(now_), kFirst, connection(fd), who));
  };
  hear(1, owner(1));
  hear(2, owner(1));
  hear(3, owner(2));
  for (std::uint64_t i = 1; i <= 100; ++i) {
    for (int fd = 1; fd <= 3; ++fd) gate.given(kFirst, fd, 600);
    for (int fd = 1; fd <= 3; ++fd) {
      EXPECT_FALSE(gate.taken(kFirst, fd, 100 + 600 * i)) << "it takes all of it";
    }
  }
  gate.given(kFirst, 1, 600);
  EXPECT_FALSE(gate.taken(kFirst, 1, 60100));
  gate.given(kFirst, 3, 600);
  EXPECT_FALSE(gate.taken(kFirst, 3, 60100)) << "another's";
  gate.given(kFirst, 2, 600);
  expect_cut(gate.taken(kFirst, 2, 60100), 2, CutCause::kUntaken);
  EXPECT_FALSE(gate.taken(kFirst, 1, 60100)) << "of its owner there is one less";
  EXPECT_FALSE(gate.taken(kFirst, 2, 60100)) << "it is gone";
}

TEST_F(ConnectionGateTest, F37_TheOldestOfTooManyYoungOnesGoes) {
  for (int fd = 1; fd <= 3; ++fd) EXPECT_FALSE(accept(fd));
  expect_cut(accept(4), 1, CutCause::kYoung);
  expect_cut(accept(5), 2, CutCause::kYoung);
  EXPECT_EQ(gate_.young(kFirst), 3U);
  EXPECT_FALSE(accept(1, kSecond)) << "each listener has its own";
}

TEST_F(ConnectionGateTest, F37_ManyFromOnePlaceDoNotKeepOutOthers) {
  EXPECT_FALSE(accept_from("10.0.0.2", 1));
  EXPECT_FALSE(accept_from("10.0.0.1", 2));
  EXPECT_FALSE(accept_from("10.0.0.1", 3));
  expect_cut(accept_from("10.0.0.1", 4), 2, CutCause::kYoung);
  expect_cut(accept_from("10.0.0.3", 5), 3, CutCause::kYoung);
  expect_cut(accept_from("10.0.0.4", 6), 1, CutCause::kYoung);
  EXPECT_EQ(gate_.young(kFirst), 3U) << "one each: the oldest of all went";
}

TEST_F(ConnectionGateTest, F51_TheCrowdIsShedBeforeWhoIsAlone) {
  EXPECT_FALSE(accept_from("10.0.0.1", 1));
  EXPECT_FALSE(accept_from("10.0.0.1", 2));
  EXPECT_FALSE(accept_from("10.0.0.2", 3, kSecond));
  expect_cut(gate_.spare(), 2, CutCause::kAll);
  expect_cut(gate_.spare(), 3, CutCause::kAll);
  expect_cut(gate_.spare(), 1, CutCause::kAll);
}

TEST_F(ConnectionGateTest, F37_WhoHasSpokenDoesNotGoForYoungOnes) {
  EXPECT_FALSE(accept(1));
  EXPECT_FALSE(speak(1, owner(1)));
  for (int fd = 2; fd <= 4; ++fd) EXPECT_FALSE(accept(fd));
  expect_cut(accept(5), 2, CutCause::kYoung);
  EXPECT_TRUE(gate_.is_settled(kFirst, 1, owner(1)));
}

TEST_F(ConnectionGateTest, F37_WhoSaysNothingGoesInTime) {
  EXPECT_FALSE(gate_.due());
  EXPECT_FALSE(accept(1));
  now_ += 10;
  EXPECT_FALSE(accept(2));
  EXPECT_FALSE(speak(2, owner(1)));
  EXPECT_EQ(gate_.due(), LocalTime(1000 + kYoungMs));
  now_ = 1000 + kYoungMs - 1;
  EXPECT_FALSE(gate_.overdue(LocalTime(now_)));
  ++now_;
  expect_cut(gate_.overdue(LocalTime(now_)), 1, CutCause::kMute);
  EXPECT_FALSE(gate_.overdue(LocalTime(now_ + kYoungMs)));
  EXPECT_EQ(gate_.size(), 1U);
}

TEST_F(ConnectionGateTest, F51_TheOldestOfTooManyOfOneOwnerGoes) {
  for (int fd = 1; fd <= 3; ++fd) EXPECT_FALSE(accept(fd));
  EXPECT_FALSE(speak(3, owner(1)));
  EXPECT_FALSE(speak(1, owner(1)));
  EXPECT_FALSE(speak(1, owner(1))) << "again";
  expect_cut(speak(2, owner(1)), 1, CutCause::kOwner);
  EXPECT_FALSE(accept(5));
  EXPECT_FALSE(speak(5, owner(2))) << "another's";
}

TEST_F(ConnectionGateTest, F51_AKeyThatManyHaveIsBoundedByAddress) {
  for (int fd = 1; fd <= 3; ++fd) EXPECT_FALSE(accept(fd));
  EXPECT_FALSE(speak(1, owner(1, "10.0.0.1")));
  EXPECT_FALSE(speak(2, owner(1, "10.0.0.1")));
  EXPECT_FALSE(speak(3, owner(1, "10.0.0.2")));
  EXPECT_FALSE(accept(4));
  expect_cut(speak(4, owner(1, "10.0.0.1")), 1, CutCause::kOwner);
}

TEST_F(ConnectionGateTest, WithoutAKeyThereIsNoBoundByOwner) {
  for (int fd = 1; fd <= 9; ++fd) {
    EXPECT_FALSE(accept(fd));
    EXPECT_FALSE(speak(fd, {}));
  }
}

TEST_F(ConnectionGateTest, F37_WhoTalksMoreThanThereIsToSayGoes) {
  EXPECT_FALSE(accept(1, kSecond));
  EXPECT_FALSE(speak(1, owner(1), kSecond));
  EXPECT_FALSE(speak(1, owner(1), kSecond));
  const Cut cut = speak(1, owner(1), kSecond);
  expect_cut(cut, 1, CutCause::kTalk);
  EXPECT_EQ(cut->owner, owner(1));
  EXPECT_FALSE(accept(2));
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(speak(2, owner(1)));
}

TEST_F(ConnectionGateTest, F51_NewOnesAreShedFirst) {
  EXPECT_FALSE(accept(1));
  EXPECT_FALSE(speak(1, owner(1)));
  EXPECT_FALSE(accept(2, kSecond));
  EXPECT_FALSE(accept(3));
  EXPECT_FALSE(accept(4));
  EXPECT_FALSE(speak(4, owner(2)));
  expect_cut(gate_.spare(), 3, CutCause::kAll);
  expect_cut(gate_.spare(), 2, CutCause::kAll);
  expect_cut(gate_.spare(), 4, CutCause::kAll);
  expect_cut(gate_.spare(), 1, CutCause::kAll);
  EXPECT_FALSE(gate_.spare());
}

TEST_F(ConnectionGateTest, ADescriptorThatIsUsedAgainIsAnother) {
  EXPECT_FALSE(accept(1, kFirst, 1));
  EXPECT_FALSE(speak(1, owner(1), kFirst, 1));
  EXPECT_FALSE(accept(1, kFirst, 2));
  EXPECT_FALSE(gate_.is_settled(kFirst, 1, owner(1))) << "its end was not told";
  EXPECT_EQ(gate_.size(), 1U);
  EXPECT_EQ(gate_.young(kFirst), 1U);
  gate_.closed(kFirst, 1);
  EXPECT_EQ(gate_.size(), 0U);
  gate_.closed(kFirst, 1);
}

TEST_F(ConnectionGateTest, WhoIsHeardBeforeItIsToldIsTheSameOne) {
  EXPECT_FALSE(speak(1, owner(1), kFirst, 1));
  EXPECT_FALSE(accept(1, kFirst, 1));
  EXPECT_TRUE(gate_.is_settled(kFirst, 1, owner(1)));
  EXPECT_FALSE(speak(1, owner(2), kFirst, 2)) << "the next one with that descriptor";
  EXPECT_FALSE(gate_.is_settled(kFirst, 1, owner(1)));
  EXPECT_TRUE(gate_.is_settled(kFirst, 1, owner(2)));
  EXPECT_EQ(gate_.size(), 1U);
}

TEST_F(ConnectionGateTest, F49_OfAKeyThatLostItsPlaceAllGo) {
  ConnectionGate gate({{9, 9, 9, 0}, {9, 9, 9, 0}}, kYoungMs);
  const auto speak = [&](int fd, std::size_t listener, const ConnectionOwner& who) {
    EXPECT_FALSE(gate.spoke(LocalTime(now_), listener, connection(fd), who));
  };
  speak(1, kFirst, owner(1));
  speak(2, kFirst, owner(2, "10.0.0.1"));
  speak(3, kFirst, owner(2, "10.0.0.2"));
  speak(4, kFirst, owner(3));
  speak(5, kSecond, owner(2));
  EXPECT_FALSE(gate.accepted(LocalTime(now_), kFirst, connection(6)));
  const auto cuts = gate.disowned(kFirst, owner(2).key);
  ASSERT_EQ(cuts.size(), 2U);
  expect_cut(cuts[0], 2, CutCause::kKey);
  expect_cut(cuts[1], 3, CutCause::kKey);
  EXPECT_TRUE(gate.disowned(kFirst, owner(2).key).empty());
  EXPECT_EQ(gate.size(), 4U);
}

TEST(ConnectionBudget, F51_WhatIsLeftIsForConnectionsButAReserve) {
  EXPECT_EQ(ConnectionBudget::reserve(20'000, 40, 1), 48U);
  EXPECT_EQ(ConnectionBudget::reserve(20'000, 400, 10), 480U);
  EXPECT_EQ(ConnectionBudget::reserve(64, 40, 1), 12U) << "half, where there are few";
  EXPECT_EQ(ConnectionBudget::reserve(64, 70, 1), 0U);
}

TEST(ConnectionBudget, F51_GroupsShareIt) {
  ConnectionBudget budget(100);
  EXPECT_FALSE(budget.is_over()) << "before it was measured";
  budget.enter();
  budget.enter();
  budget.change(0, 10);
  EXPECT_EQ(budget.measured(50), 70U) << "above are those that are kept";
  EXPECT_EQ(budget.most(), 30U) << "half of 60 that are left";
  EXPECT_EQ(budget.share(), 15U);
  budget.change(10, 31);
  EXPECT_TRUE(budget.is_over());
  budget.leave(31);
  EXPECT_FALSE(budget.is_over());
  EXPECT_EQ(budget.share(), 30U);
}

}  // namespace
}  // namespace groupctl
