// Request rows alone.
#include "coordinator/requests.h"

#include <gtest/gtest.h>

#include "log/memory_store.h"

namespace groupctl::testing {
namespace {

using Kind = RequestVerdict::Kind;
const ClientId kDrawn{1000, 1};
const Hash kContent = hash_of(as_bytes("content"));

/// Sequences one request in a batch of its own and makes it durable.
void keep(Requests& requests, const ClientId& client, std::uint64_t number, std::uint64_t sequence,
          GroupTime now, RowChanges& rows) {
  requests.sequenced(BatchNumber(sequence), {client, number}, 1, Sequence(sequence), kContent, now,
                     rows);
  requests.committed(BatchNumber(sequence));
}

Requests reloaded(const RowChanges& rows, Requests::Retention retention) {
  MemoryStore store;
  Batch batch;
  batch.head = empty_head();
  batch.head.batch = BatchNumber(1);
  batch.rows = rows;
  store.commit(batch);
  Requests requests(retention);
  EXPECT_TRUE(requests.load(store).has_value());
  return requests;
}

TEST(Requests, VerdictsBeforeAndAfterALoad) {
  RowChanges rows;
  Requests requests({});
  EXPECT_EQ(requests.judge({kDrawn, 5}, kContent).kind, Kind::kNew);
  keep(requests, kDrawn, 5, 10, GroupTime(1), rows);
  keep(requests, kDrawn, 8, 20, GroupTime(2), rows);
  for (const Requests& one : {requests, reloaded(rows, {})}) {
    EXPECT_EQ(one.judge({kDrawn, 9}, kContent).kind, Kind::kNew);
    EXPECT_EQ(one.judge({kDrawn, 8}, kContent).kind, Kind::kKnown);
    EXPECT_EQ(one.judge({kDrawn, 8}, kContent).sequence, Sequence(20));
    EXPECT_EQ(one.judge({kDrawn, 8}, Hash{}).kind, Kind::kOtherContent);
    const RequestVerdict between = one.judge({kDrawn, 6}, kContent);
    EXPECT_EQ(between.kind, Kind::kLookUp);
    EXPECT_EQ(between.from, Sequence(10));
    EXPECT_EQ(between.to, Sequence(20));
    EXPECT_EQ(one.judge({kDrawn, 4}, kContent).kind, Kind::kTooOldToKnow);
  }
}

TEST(Requests, SeveralOfOneRequestEndAtTheLast) {
  RowChanges rows;
  Requests requests({});
  requests.sequenced(BatchNumber(1), {kDrawn, 1}, 3, Sequence(7), kContent, GroupTime(1), rows);
  EXPECT_EQ(requests.judge({kDrawn, 3}, kContent).sequence, Sequence(9));
  EXPECT_EQ(requests.judge({kDrawn, 1}, kContent).kind, Kind::kLookUp);
}

TEST(Requests, GatheredRowsFallBackToTheDurableOnes) {
  RowChanges rows;
  Requests requests({});
  keep(requests, kDrawn, 1, 1, GroupTime(1), rows);
  requests.sequenced(BatchNumber(2), {kDrawn, 2}, 1, Sequence(2), kContent, GroupTime(2), rows);
  requests.sequenced(BatchNumber(3), {kDrawn, 3}, 1, Sequence(3), kContent, GroupTime(3), rows);
  EXPECT_EQ(requests.judge({kDrawn, 3}, kContent).kind, Kind::kKnown);
  requests.rolled_back(BatchNumber(3));
  EXPECT_EQ(requests.judge({kDrawn, 3}, kContent).kind, Kind::kNew);
  EXPECT_EQ(requests.judge({kDrawn, 2}, kContent).kind, Kind::kKnown);
  requests.rolled_back(BatchNumber(2));
  EXPECT_EQ(requests.judge({kDrawn, 2}, kContent).kind, Kind::kNew);
  EXPECT_EQ(requests.judge({kDrawn, 1}, kContent).kind, Kind::kKnown);
}

TEST(Requests, RowsBeyondCountAndAgeAreDroppedOldestFirst) {
  const Requests::Retention retention{2, 100};
  const ClientId keyed{ClientId::kKeyedBit | 7, 7};
  RowChanges rows;
  Requests requests(retention);
  keep(requests, keyed, 1, 1, GroupTime(1000), rows);
  for (std::uint64_t client = 1; client <= 3; ++client) {
    keep(requests, {1000 + client, client}, 1, 1 + client, GroupTime(1000 + client), rows);
  }
  requests.prune(GroupTime(1050), rows);
  EXPECT_EQ(requests.size(), 4u);  // all are young
  requests.prune(GroupTime(1200), rows);
  EXPECT_EQ(requests.size(), 2u);
  for (const Requests& one : {requests, reloaded(rows, retention)}) {
    EXPECT_EQ(one.size(), 2u);
    EXPECT_EQ(one.judge({{1001, 1}, 1}, kContent).kind, Kind::kTooOldToKnow);
    EXPECT_EQ(one.judge({{900, 9}, 1}, kContent).kind, Kind::kTooOldToKnow);
    EXPECT_EQ(one.judge({{1002, 9}, 1}, kContent).kind, Kind::kNew);
    EXPECT_EQ(one.judge({keyed, 1}, kContent).kind, Kind::kNew);
    EXPECT_EQ(one.judge({{1003, 3}, 1}, kContent).kind, Kind::kKnown);
  }
}

TEST(Requests, ARowInUseByABatchUnderWayIsNotDropped) {
  RowChanges rows;
  Requests requests({0, 0});
  keep(requests, kDrawn, 1, 1, GroupTime(1), rows);
  requests.sequenced(BatchNumber(2), {kDrawn, 2}, 1, Sequence(2), kContent, GroupTime(2), rows);
  requests.prune(GroupTime(1000), rows);
  EXPECT_EQ(requests.size(), 1u);
  requests.committed(BatchNumber(2));
  requests.prune(GroupTime(1000), rows);
  EXPECT_EQ(requests.size(), 0u);
}

}  // namespace
}  // namespace groupctl::testing
