// Questions of operators to single members: passed on unread, bounded, and no matter of the log.
#include "coordinator/relay.h"

#include <gtest/gtest.h>

#include "tests/unit/coordinator/group.h"
#include "wire/question_messages.h"

namespace groupctl::testing {
namespace {

const Bytes kQuestion{1, 2, 3};
const Bytes kAnswer{4, 5};

TEST(Relay, G34_AQuestionIsPassedOnUnreadAndItsAnswerBack) {
  Group group;
  Follower member = group.joined("web-1", 1);
  const LogHead before = group.core->durable_head();
  const auto id = group.ask(MemberAsk{member.id, kQuestion});
  EXPECT_EQ(group.reply(id), nullptr);
  const auto question = group.told<MemberQuestion>(member.peer);
  ASSERT_TRUE(question);
  EXPECT_EQ(question->bytes, kQuestion);
  group.say(member, MemberAnswer{member.session, question->token, kAnswer});
  ASSERT_NE(group.reply_as<MemberAnswered>(id), nullptr);
  EXPECT_EQ(group.reply_as<MemberAnswered>(id)->answer, kAnswer);
  group.tick(10000);
  EXPECT_EQ(group.core->durable_head().last, before.last);
  EXPECT_EQ(group.core->durable_head().chain, before.chain);
  EXPECT_EQ(group.core->durable_head().state_digest, before.state_digest);
}

TEST(Relay, WhoIsNotThereOrNotHereIsSaidAtOnce) {
  Group group;
  Follower member = group.joined("web-1", 1);
  const auto nobody = group.ask(MemberAsk{MemberId(99), kQuestion});
  EXPECT_EQ(group.reply_as<QueryRefused>(nobody)->code, ErrorCode::kNotFound);
  group.tick(20000);
  const auto lost = group.ask(MemberAsk{member.id, kQuestion});
  EXPECT_EQ(group.reply_as<QueryRefused>(lost)->code, ErrorCode::kUnknownSession);
}

TEST(Relay, SilenceIsSaidAfterAWhileAndALateAnswerIsNobodys) {
  Group group;
  Follower member = group.joined("web-1", 1);
  const auto id = group.ask(MemberAsk{member.id, kQuestion});
  const auto question = group.told<MemberQuestion>(member.peer);
  ASSERT_TRUE(question);
  group.tick(group.config.answer_ms);
  ASSERT_NE(group.reply_as<QueryRefused>(id), nullptr);
  EXPECT_EQ(group.reply_as<QueryRefused>(id)->code, ErrorCode::kUnknownSession);
  group.say(member, MemberAnswer{member.session, question->token, kAnswer});
  EXPECT_EQ(group.reply_as<MemberAnswered>(id), nullptr);
}

TEST(Relay, AnotherSessionCannotAnswer) {
  Relay relay({4, 1000});
  const auto token = relay.open({peer("a"), AdminRequestId(1)}, SessionNumber(7), LocalTime(10));
  EXPECT_FALSE(relay.answered(token, SessionNumber(8)));
  EXPECT_FALSE(relay.answered(token + 1, SessionNumber(7)));
  EXPECT_EQ(relay.due(), LocalTime(1010));
  ASSERT_TRUE(relay.answered(token, SessionNumber(7)));
  EXPECT_FALSE(relay.answered(token, SessionNumber(7)));
  EXPECT_FALSE(relay.due());
}

TEST(Relay, IsBoundedAndForgets) {
  Relay relay({2, 1000});
  relay.open({peer("a"), AdminRequestId(1)}, SessionNumber(7), LocalTime(10));
  relay.open({peer("a"), AdminRequestId(2)}, SessionNumber(7), LocalTime(20));
  EXPECT_TRUE(relay.full());
  EXPECT_TRUE(relay.expired(LocalTime(1009)).empty());
  EXPECT_EQ(relay.expired(LocalTime(1010)).size(), 1U);
  EXPECT_FALSE(relay.full());
}

TEST(Relay, TooManyOpenQuestionsAreBusy) {
  CoordinatorConfig config = Group::default_config();
  config.questions = 1;
  Group group(config);
  Follower member = group.joined("web-1", 1);
  group.ask(MemberAsk{member.id, kQuestion});
  const auto second = group.ask(MemberAsk{member.id, kQuestion});
  EXPECT_EQ(group.reply_as<QueryRefused>(second)->code, ErrorCode::kBusy);
}

TEST(Relay, WhoAsksAgainWhileItWaitsIsOneQuestion) {
  Relay relay({2, 1000});
  const Relay::Asker asker{peer("a"), AdminRequestId(1)};
  EXPECT_FALSE(relay.waits(asker));
  const auto token = relay.open(asker, SessionNumber(7), LocalTime(10));
  EXPECT_TRUE(relay.waits(asker));
  EXPECT_FALSE(relay.waits({peer("a"), AdminRequestId(2)}));
  EXPECT_FALSE(relay.waits({peer("b"), AdminRequestId(1)}));
  EXPECT_TRUE(relay.answered(token, SessionNumber(7)));
  EXPECT_FALSE(relay.waits(asker));
}

TEST(Relay, AMemberThatDeviatesIsShownAsDrifted) {
  Group group;
  Follower member = group.joined("web-1", 1);
  EXPECT_EQ(group.state_of(member.id), MemberState::kInStep);
  for (const DeltaCounts& delta :
       {DeltaCounts{0, 0, 1, 0, 0}, DeltaCounts{0, 0, 0, 1, 0}, DeltaCounts{0, 0, 0, 0, 1}}) {
    Ack ack;
    ack.session = member.session;
    ack.marks = {group.head(), group.head()};
    ack.state_digest = group.core->durable_head().state_digest;
    ack.delta = delta;
    group.say(member, ack);
    EXPECT_EQ(group.state_of(member.id), MemberState::kDrifted);
  }
}

}  // namespace
}  // namespace groupctl::testing
