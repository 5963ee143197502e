// What the core does about the group's repository: files are a test's word here.
#include <gtest/gtest.h>

#include "commands/state/catalogue.h"
#include "tests/unit/coordinator/group.h"

namespace groupctl {
namespace {

using testing::Follower;
using testing::Group;
using testing::peer;

ArtefactDigest digest(std::uint8_t seed) {
  ArtefactDigest made;
  made.bytes.fill(seed);
  return made;
}

PutArtefact put_of(const std::string& version, std::uint8_t seed) {
  return {"shop", version, digest(seed), 1000, "ana@bastion", "because"};
}

struct Repository : ::testing::Test, Group {
  /// The bytes have come: what the repository thread says then.
  AdminRequestId whole(const PutArtefact& put) {
    const AdminRequestId id = ask(put);
    step(RepoDone(PutWhole{peer("admin"), id, put}));
    return id;
  }
  template <class Request>
  std::vector<Request> asked_of_repository() {
    std::vector<Request> found;
    for (const RepoRequest& request : repository) {
      if (const auto* one = std::get_if<Request>(&request)) found.push_back(*one);
    }
    repository.clear();
    return found;
  }
};

TEST_F(Repository, G38_WhatIsPutIsCataloguedAndAnsweredWhenDurable) {
  hold_commits = true;
  const AdminRequestId id = whole(put_of("1.0", 1));
  EXPECT_EQ(asked_of_repository<OpenPut>().size(), 1U);
  EXPECT_EQ(reply(id), nullptr);
  commit();
  const auto* done = reply_as<CataloguedReply>(id);
  ASSERT_NE(done, nullptr);
  EXPECT_EQ(*done, (CataloguedReply{head(), false}));
  EXPECT_EQ(asked_of_repository<SettlePut>().size(), 1U);
  const auto row = catalogued(core->speculative_state(), "shop", "1.0");
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->digest, digest(1));
  EXPECT_EQ(row->sequence, head());
  EXPECT_EQ(row->who, "ana@bastion");
}

TEST_F(Repository, TheSameAgainIsUnchangedAndOtherContentRefused) {
  whole(put_of("1.0", 1));
  const Sequence first = head();
  const auto* again = reply_as<CataloguedReply>(whole(put_of("1.0", 1)));
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(*again, (CataloguedReply{first, true}));
  EXPECT_EQ(head(), first);
  asked_of_repository<OpenPut>();
  const auto* other = reply_as<QueryRefused>(ask(put_of("1.0", 2)));
  ASSERT_NE(other, nullptr);
  EXPECT_EQ(other->code, ErrorCode::kConflict);
  EXPECT_TRUE(asked_of_repository<OpenPut>().empty());  // no byte travels for it
  // Both were on their way at once: the second to arrive is refused.
  const AdminRequestId raced = ask(put_of("2.0", 2));
  whole(put_of("2.0", 1));
  step(RepoDone(PutWhole{peer("admin"), raced, put_of("2.0", 2)}));
  const auto* late = reply_as<QueryRefused>(raced);
  ASSERT_NE(late, nullptr);
  EXPECT_EQ(late->code, ErrorCode::kConflict);
}

TEST_F(Repository, F5_ARefusedCommitIsAnsweredAndTheBlobIsNoLongerHeld) {
  hold_commits = true;
  const AdminRequestId id = whole(put_of("1.0", 1));
  refuse_commit();
  ASSERT_NE(reply_as<QueryRefused>(id), nullptr);
  EXPECT_EQ(asked_of_repository<SettlePut>().size(), 1U);
  EXPECT_FALSE(catalogued(core->speculative_state(), "shop", "1.0").has_value());
}

TEST_F(Repository, GarbageKeepsWhatTheStateNames) {
  whole(put_of("1.0", 1));
  asked_of_repository<OpenPut>();
  ask(CollectGarbage{true});
  const auto asked = asked_of_repository<CollectBlobs>();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_TRUE(asked[0].dry_run);
  EXPECT_EQ(asked[0].named, std::set<ArtefactDigest>{digest(1)});
}

TEST_F(Repository, ChunksAreReadWithinBoundsAndByWhoIsHere) {
  Follower one = joined("m1", 1);
  Follower two = joined("m2", 2);
  for (std::uint64_t i = 0; i < 12; ++i) say(one, ArtefactRequest{one.session, digest(1), i});
  EXPECT_EQ(asked_of_repository<ReadBlob>().size(), 8U);
  say(two, ArtefactRequest{two.session, digest(1), 0});
  EXPECT_EQ(asked_of_repository<ReadBlob>().size(), 1U);  // the one does not starve the other
  step(RepoDone(BlobChunk{one.peer, one.session, ArtefactChunk{digest(1), 5, 0, {1, 2, 3, 4, 5}}}));
  ASSERT_TRUE(told<ArtefactChunk>(one.peer).has_value());
  say(one, ArtefactRequest{one.session, digest(1), 99});
  EXPECT_EQ(asked_of_repository<ReadBlob>().size(), 1U);
  say(one, ArtefactRequest{SessionNumber(77), digest(1), 0});
  EXPECT_TRUE(told<Rejoin>(one.peer).has_value());
}

TEST_F(Repository, G39_AnotherSharedTailIsRefusedWithBothLists) {
  Follower member = newcomer("m1", 1);
  member.join.shared_tail = {"group:", "file:/mnt/x"};
  const auto refused = try_join(member);
  ASSERT_TRUE(refused.has_value());
  const auto* why = std::get_if<Refused>(&*refused);
  ASSERT_NE(why, nullptr);
  EXPECT_EQ(why->code, ErrorCode::kRefused);
  EXPECT_EQ(why->text,
            "its shared repositories are [group:, file:/mnt/x], this group's are [group:]");
  member.join.shared_tail = {"group:"};
  const auto welcome = try_join(member);
  ASSERT_TRUE(welcome.has_value());
  EXPECT_EQ(std::get<Welcome>(*welcome).shared_tail, (std::vector<std::string>{"group:"}));
}

// ---- the state query

TEST_F(Repository, TheStateIsGivenAsItIsDurable) {
  submit(testing::set_command("a", "1"));
  hold_commits = true;
  submit(testing::set_command("a", "2"));
  submit(testing::set_command("b", "1"));
  const Sequence durable = head();
  const auto before = asked<StateReply>(StateQuery{"property/", "", 0});
  EXPECT_EQ(before.head, durable);
  ASSERT_EQ(before.rows.size(), 1U);
  const Bytes old = before.rows[0].value;
  while (in_commit) commit();
  const auto after = asked<StateReply>(StateQuery{"property/", "", 0});
  ASSERT_EQ(after.rows.size(), 2U);
  EXPECT_NE(after.rows[0].value, old);
  EXPECT_EQ(after.rows[0].total, after.rows[0].value.size());
  const auto behind = asked<StateReply>(StateQuery{"property/", "property/a", 0});
  ASSERT_EQ(behind.rows.size(), 1U);
  EXPECT_EQ(behind.rows[0].key, "property/b");
  EXPECT_TRUE(asked<StateReply>(StateQuery{"property/", "property/b", 0}).rows.empty());
}

/// All pages, as groupctl reads them.
struct ReadState {
  std::map<std::string, Bytes> rows;
  std::size_t pages = 0;
};
ReadState read_all(Group& group, const std::string& prefix) {
  ReadState read;
  StateQuery query{prefix, "", 0};
  while (true) {
    const auto reply = group.asked<StateReply>(query);
    ++read.pages;
    for (const StateRow& row : reply.rows) {
      Bytes& value = read.rows[row.key];
      value.insert(value.end(), row.value.begin(), row.value.end());
      query.offset = value.size() < row.total ? value.size() : 0;
      if (query.offset == 0) query.after = row.key;
    }
    if (!reply.more || reply.rows.empty()) return read;
  }
}

TEST_F(Repository, TheStateComesInPages) {
  for (int i = 0; i < 60; ++i) {
    submit(testing::set_command("k" + std::to_string(100 + i), std::string(4000, 'v')));
  }
  const ReadState read = read_all(*this, "property/");
  EXPECT_EQ(read.rows.size(), 60U);
  EXPECT_GT(read.pages, 1U);
}

TEST_F(Repository, AValueLongerThanAPageComesInParts) {
  for (int i = 0; i < 60; ++i) {
    Submit submit;
    submit.first = testing::drawn(1'000'000'000'000, static_cast<std::uint64_t>(i + 1));
    submit.commands = {testing::set_command("long", std::string(4000, 'v'),
                                            testing::role("r" + std::to_string(i)))};
    submit.allow_empty_target = true;
    ask(submit);
  }
  submit(testing::set_command("other", "1"));
  const ReadState read = read_all(*this, "property/");
  ASSERT_EQ(read.rows.size(), 2U);
  EXPECT_EQ(read.rows.at("property/long"), *core->speculative_state().find("property/long"));
  EXPECT_EQ(read.rows.at("property/other"), *core->speculative_state().find("property/other"));
  EXPECT_GT(read.pages, 2U);
}

}  // namespace
}  // namespace groupctl
