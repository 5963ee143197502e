// What the audit log is told.
#include <gtest/gtest.h>

#include "tests/unit/coordinator/keyed_group.h"
#include "wire/question_messages.h"

namespace groupctl::testing {
namespace {

TEST(Audit, EveryRequestIsAuditedRefusedOrNot) {
  KeyedGroup group;
  const auto audited = [&](AdminRequest request, std::uint8_t as) {
    const auto output =
        group.step(FromAdmin{with_key(as), {AdminRequestId(77), std::move(request)}});
    return output.audit;
  };
  auto records = audited(StatusQuery{}, 4);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].name, "rita");
  EXPECT_EQ(records[0].key, key(4));
  EXPECT_EQ(records[0].verb, "status");
  EXPECT_EQ(records[0].result, "ok");
  EXPECT_TRUE(records[0].idle) << "it only reads";
  records = audited(ChangeKey{}, 4);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].verb, "change_key");
  EXPECT_EQ(records[0].result, "not_allowed");
}

/// Who asks for two things under one id does not hide the first behind the second.
TEST(Audit, ARequestIsCalledWhatItWasWhateverElseHasItsId) {
  KeyedGroup group;
  const auto say = [&](AdminRequest request) {
    return group.step(FromAdmin{with_key(1), {AdminRequestId(7), std::move(request)}});
  };
  say(DeleteGroup{"bank", {}});
  say(Watch{});
  const auto output =
      group.step(FromProcess{with_key(1), AdminRequestId(7), GroupDeleted{"/removed/bank"}});
  ASSERT_EQ(output.audit.size(), 1U);
  EXPECT_EQ(output.audit[0].verb, "delete_group");
  EXPECT_EQ(output.audit[0].text, "/removed/bank");
}

/// Nor the second behind the first, which only reads, and of which little is said.
TEST(Audit, WhatChangesIsNotCalledByTheNameOfWhatReads) {
  KeyedGroup group;
  const auto say = [&](AdminRequest request) {
    return group.step(FromAdmin{with_key(1), {AdminRequestId(7), std::move(request)}});
  };
  constexpr std::uint64_t kOfLater = ~std::uint64_t{0};
  EXPECT_TRUE(say(Watch{Sequence(), kOfLater}).audit.empty())
      << "it is answered when there is news";
  group.hold_commits = true;
  say(RotateKey{key(22)});
  const auto records = group.commit().audit;
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].verb, "rotate_key");
  EXPECT_FALSE(records[0].idle);
}

/// Nor is what only reads called by the name of what changes, as if that were done.
TEST(Audit, WhatReadsDoesNotTakeTheNameOfWhatWaits) {
  KeyedGroup group;
  const auto say = [&](AdminRequest request) {
    return group.step(FromAdmin{with_key(1), {AdminRequestId(7), std::move(request)}});
  };
  say(DeleteGroup{"bank", {}});
  auto output = say(StatusQuery{});
  ASSERT_EQ(output.audit.size(), 1U);
  EXPECT_NE(output.audit[0].verb, "delete_group");
  output = group.step(FromProcess{with_key(1), AdminRequestId(7),
                                  QueryRefused{ErrorCode::kRefused, "it is the last one"}});
  ASSERT_EQ(output.audit.size(), 1U);
  EXPECT_EQ(output.audit[0].verb, "delete_group");
  EXPECT_EQ(output.audit[0].result, "refused");
}

/// A question that is passed on keeps its name, whatever is asked under its id meanwhile.
TEST(Audit, WhatAMemberWasAskedIsCalledSoWhenItAnswers) {
  KeyedGroup group;
  Follower m1 = group.member("m1", 11);
  ASSERT_EQ(refusal(group.try_join(m1)), ErrorCode::kOk);
  const auto say = [&](AdminRequest request) {
    return group.step(FromAdmin{with_key(5), {AdminRequestId(7), std::move(request)}});
  };
  say(MemberAsk{m1.id, encode(Question(ReconcileQuestion{}))});
  say(MemberAsk{MemberId(99), encode(Question(DeltaQuestion{}))});
  say(MemberAsk{m1.id, encode(Question(DeltaQuestion{}))});
  const auto asked = group.told<MemberQuestion>(m1.peer);
  ASSERT_TRUE(asked);
  const auto output = group.say(m1, MemberAnswer{m1.session, asked->token, {}});
  ASSERT_EQ(output.audit.size(), 1U);
  EXPECT_EQ(output.audit[0].verb, "ask_reconcile");
  EXPECT_FALSE(output.audit[0].idle);
}

/// Nor is what it may not ask for called by the name of what it may.
TEST(Audit, WhatIsRefusedIsCalledWhatItWasWhateverElseHasItsId) {
  KeyedGroup group;
  const auto say = [&](AdminRequest request) {
    return group.step(FromAdmin{with_key(4), {AdminRequestId(7), std::move(request)}});
  };
  Submit submit;
  submit.first = drawn(1, 1);
  submit.commands.push_back(set_command("k", "v"));
  group.ask(submit, with_key(5));
  group.hold_reads = true;
  EXPECT_TRUE(say(LogQuery{Sequence(1), 1}).audit.empty());
  const auto refused = say(ChangeKey{});
  ASSERT_EQ(refused.audit.size(), 1U);
  EXPECT_EQ(refused.audit[0].verb, "change_key");
  EXPECT_EQ(refused.audit[0].result, "not_allowed");
  const auto answered = group.answer_reads();
  ASSERT_EQ(answered.audit.size(), 1U);
  EXPECT_EQ(answered.audit[0].verb, "log");
}

TEST(Audit, WhoAsksToBeLetInIsNamedAndNotOkUntilItIs) {
  KeyedGroup group;
  Follower late = group.member("late", 20);
  late.peer = with_key(2);
  const auto asked = group.say(late, enrol(20, "late"));
  ASSERT_EQ(asked.audit.size(), 1U);
  EXPECT_EQ(asked.audit[0].verb, "enrol");
  EXPECT_EQ(asked.audit[0].result, "pending");
  EXPECT_EQ(asked.audit[0].text, "late " + fingerprint(key(20)));
  Follower m1 = group.member("m1", 11);
  group.hold_commits = true;
  group.say(m1, RotateKey{key(21)});
  const auto records = group.commit().audit;
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].verb, "rotate_key");
  EXPECT_EQ(records[0].text, fingerprint(key(21)));
}

TEST(Audit, AnIssuerIsCutToWhatAnAnswerHolds) {
  KeyedGroup group;
  Submit submit;
  submit.first = drawn(1, 1);
  submit.issuer = "@" + std::string(1023, 'x');
  submit.commands.push_back(set_command("k", "v"));
  group.ask(submit, with_key(5));
  const AdminRequestId id = group.ask(StatusQuery{}, with_key(4));
  const auto* status = group.reply_as<StatusReply>(id);
  ASSERT_NE(status, nullptr);
  EXPECT_TRUE(status->last_issuer.starts_with("otto@x"));
  EXPECT_EQ(status->hello.role, KeyRole::kReader);
  EXPECT_TRUE(decode_admin_reply(encode(id, *status)).has_value());
}

/// Its bytes were sent before the key was revoked, and were all there only then.
TEST(Audit, I12_APutOfAKeyThatIsRevokedMeanwhileIsNotCatalogued) {
  KeyedGroup group;
  PutArtefact put{"shop", "1.0", {}, 1000, "otto", "because"};
  put.digest.bytes.fill(3);
  const AdminRequestId id = group.ask(put, with_key(5));
  group.change(5, ChangeKey::What::kRevoke);
  const Sequence before = group.head();
  group.step(RepoDone(PutWhole{with_key(5), id, put}));
  EXPECT_EQ(group.head(), before);
  const auto* refused = group.reply_as<QueryRefused>(id);
  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(refused->code, ErrorCode::kKeyRefused);
}

}  // namespace
}  // namespace groupctl::testing
