// Turns at the replay thread: each session has little of it, and operators do not stand in line.
#include "coordinator/member_reads.h"

#include <gtest/gtest.h>

#include <list>

#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

ReplayRead pages(std::uint64_t session, std::uint64_t from = 1) {
  return {peer("m" + std::to_string(session)), Sequence(from), 4, SessionNumber(session)};
}
ImageRead chunk(std::uint64_t session, std::uint64_t offset = 0) {
  return {peer("m" + std::to_string(session)), {}, offset, {}, SessionNumber(session)};
}
MemberRead done(const ReadRequest& read) {
  if (const auto* one = std::get_if<ReplayRead>(&read)) return {one->peer, {}, one->session};
  const auto& one = std::get<ImageRead>(read);
  return {one.peer, {}, one.session, true};
}
std::uint64_t session_in(const ReadRequest& read) { return done(read).session.value; }

/// Hands over one after the other, each answered before the next, and gives whose they were.
std::vector<std::uint64_t> served(MemberReads& reads) {
  std::vector<std::uint64_t> order;
  while (auto read = reads.next()) {
    order.push_back(session_in(*read));
    reads.done(done(*read));
  }
  return order;
}

TEST(MemberReads, F39_OneSessionAfterTheOtherHasItsTurn) {
  MemberReads reads;
  for (std::uint64_t offset = 0; offset < 3; ++offset) reads.want(chunk(1, offset));
  reads.want(pages(2));
  reads.want(pages(3));
  reads.want(pages(1));
  EXPECT_EQ(served(reads), (std::vector<std::uint64_t>{1, 2, 3, 1, 1, 1}));
  EXPECT_EQ(reads.sessions(), 0u);
  EXPECT_EQ(reads.under_way(), 0u);
}

TEST(MemberReads, F39_OnlyAFewAreUnderWayAtOnce) {
  MemberReads reads;
  for (std::uint64_t session = 1; session <= 500; ++session) reads.want(pages(session));
  const auto first = reads.next();
  ASSERT_TRUE(first);
  EXPECT_TRUE(reads.next());
  EXPECT_FALSE(reads.next());
  EXPECT_EQ(reads.under_way(), MemberReads::kMaxUnderWay);
  reads.done(done(*first));
  EXPECT_EQ(session_in(*reads.next()), 3u);
  EXPECT_FALSE(reads.next());
}

TEST(MemberReads, F39_ANewerRequestTakesThePlaceOfTheOneThatWaits) {
  MemberReads reads;
  reads.want(pages(1, 10));
  reads.want(pages(2, 10));
  reads.want(pages(1, 50));
  const auto read = reads.next();
  EXPECT_EQ(std::get<ReplayRead>(*read).session, SessionNumber(1)) << "it keeps its turn";
  EXPECT_EQ(std::get<ReplayRead>(*read).from, Sequence(50));
  EXPECT_EQ(served(reads), std::vector<std::uint64_t>{2});
}

TEST(MemberReads, F39_WhileItsPagesAreReadASessionHasNoOthers) {
  MemberReads reads;
  reads.want(pages(1, 10));
  const auto read = reads.next();
  reads.want(pages(1, 50));
  EXPECT_FALSE(reads.next());
  reads.done(done(*read));
  EXPECT_FALSE(reads.next()) << "dropped, not kept";
  reads.want(pages(1, 60));
  EXPECT_TRUE(reads.next());
}

TEST(MemberReads, F39_ASessionHasEightChunksAndTheRestIsDropped) {
  MemberReads reads;
  for (std::uint64_t offset = 0; offset < 100; ++offset) reads.want(chunk(1, offset));
  EXPECT_EQ(reads.longest(), 8u);
  const auto one = reads.next();
  reads.want(chunk(1, 200));
  EXPECT_EQ(reads.longest(), 8u) << "what is under way counts";
  reads.done(done(*one));
  reads.want(chunk(1, 300));
  EXPECT_EQ(served(reads).size(), 8u);
}

TEST(MemberReads, WhatWaitsOfASessionThatEndsIsDropped) {
  MemberReads reads;
  reads.want(chunk(1, 0));
  reads.want(chunk(1, 1));
  reads.want(pages(2));
  const auto under_way = reads.next();
  reads.forget(SessionNumber(1));
  EXPECT_EQ(served(reads), std::vector<std::uint64_t>{2});
  EXPECT_EQ(reads.under_way(), 1u) << "the thread is still at it";
  reads.done(done(*under_way));
  EXPECT_EQ(reads.under_way(), 0u);
  EXPECT_EQ(reads.sessions(), 0u);
}

TEST(MemberReads, AnAnswerThatNobodyAskedForChangesNothing) {
  MemberReads reads;
  reads.want(pages(1));
  reads.done(done(chunk(1)));
  reads.done(done(pages(2)));
  ASSERT_TRUE(reads.next());
  reads.done(done(chunk(1)));
  EXPECT_EQ(reads.under_way(), 1u);
}

// ---- in the core

/// So many members that have nothing yet and ask for all of it, twice.
std::list<Follower> joiners(Group& group, std::uint64_t count) {
  std::list<Follower> members;
  for (std::uint64_t i = 0; i < count; ++i) {
    Follower member = group.newcomer("m" + std::to_string(i), 1);
    member.join.server_id.bytes[1] = static_cast<std::uint8_t>(i % 256);
    member.join.server_id.bytes[2] = static_cast<std::uint8_t>(1 + i / 256);
    group.try_join(member);
    members.push_back(std::move(member));
  }
  for (int again = 0; again < 2; ++again) {
    for (Follower& member : members) {
      group.say(member, ReplayRequest{member.session, Sequence(1), 64});
    }
  }
  return members;
}

TEST(CatchUp, F39_FiveHundredThatJoinAtOnceHoldUpNeitherCommandsNorOperators) {
  Group group;
  group.hold_reads = true;
  std::list<Follower> members = joiners(group, 500);
  EXPECT_EQ(group.reads.size(), MemberReads::kMaxUnderWay);
  const Sequence head = group.head();
  group.published.clear();
  group.submit(set_command("a", "1"));
  EXPECT_EQ(group.head(), head.next());
  group.tick(group.config.pace_limit_ms);
  EXPECT_FALSE(group.published.empty());
  const AdminRequestId listed = group.ask(LogQuery{});
  ASSERT_EQ(group.reads.size(), MemberReads::kMaxUnderWay + 1);
  EXPECT_TRUE(std::holds_alternative<LogRead>(group.reads.back())) << "it does not stand in line";
  group.answer_reads();
  EXPECT_NE(group.reply_as<LogReply>(listed), nullptr);
}

TEST(CatchUp, F39_AllOfThemAreServedInTurn) {
  Group group;
  group.hold_reads = true;
  std::list<Follower> members = joiners(group, 500);
  std::size_t answers = 0;
  while (!group.reads.empty()) {
    answers += group.reads.size();
    ASSERT_LE(group.reads.size(), MemberReads::kMaxUnderWay);
    for (const ReadRequest& read : group.reads) {
      const auto* one = std::get_if<ReplayRead>(&read);
      ASSERT_LE(one == nullptr ? 0 : one->pages, 16u);
    }
    group.answer_reads();
  }
  EXPECT_EQ(answers, 500u) << "of each the second request took the place of the first";
  for (Follower& member : members) {
    const auto page = group.told<ReplayPage>(member.peer);
    ASSERT_TRUE(page.has_value()) << member.join.name;
    EXPECT_EQ(page->from, Sequence(1));
  }
}

TEST(CatchUp, F39_WhatIsReadForASessionThatEndedIsNotSent) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.hold_reads = true;
  group.say(member, ReplayRequest{member.session, Sequence(1), 1});
  group.hold_reads = false;
  ASSERT_EQ(plan(group.try_join(member)), CatchUp::kNothing);
  EXPECT_FALSE(group.told<ReplayPage>(member.peer));
  group.say(member, ReplayRequest{member.session, Sequence(1), 1});
  EXPECT_TRUE(group.told<ReplayPage>(member.peer)) << "the new session has its own";
}

TEST(CatchUp, F39_BeyondTheirBoundLookUpsAreRefusedAsBusy) {
  Group group;
  group.submit(set_command("a", "1"));
  group.hold_reads = true;
  for (std::size_t i = 0; i < kMaxReadWaiters; ++i) group.ask(LogQuery{});
  const AdminRequestId beyond = group.ask(LogQuery{});
  EXPECT_EQ(group.reply_as<QueryRefused>(beyond)->code, ErrorCode::kBusy);
  EXPECT_EQ(group.reads.size(), kMaxReadWaiters);
  group.answer_reads();
  const AdminRequestId again = group.ask(LogQuery{});
  EXPECT_EQ(group.reply(again), nullptr) << "it waits for its read";
  group.answer_reads();
  EXPECT_NE(group.reply_as<LogReply>(again), nullptr);
}

}  // namespace
}  // namespace groupctl::testing
