// What is meant for another group, or for the process, is refused and leaves nothing behind.
#include <gtest/gtest.h>

#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

TEST(OtherGroups, G6_ACommandForAnotherGroupIsRefusedAndNothingIsLogged) {
  Group group;
  Submit submit{drawn(5, 1), "ana@bastion", {set_command("a", "1")}, true};
  submit.group = "bank";
  const AdminRequestId plain = group.ask(submit);
  EXPECT_EQ(group.reply_as<SubmitRefused>(plain)->code, ErrorCode::kWrongGroup);
  EXPECT_EQ(group.reply_as<SubmitRefused>(plain)->text, "this is group shop, not bank");
  group.step(FromAdmin{peer("admin"), {AdminRequestId(900), submit}, "bank at ipc:///b"});
  EXPECT_EQ(group.reply_as<SubmitRefused>(AdminRequestId(900))->text,
            "this is group shop, not bank; the groups here: bank at ipc:///b");
  EXPECT_EQ(group.head(), Sequence(0));
  submit.group = "shop";
  EXPECT_NE(group.reply_as<Accepted>(group.ask(submit)), nullptr) << "the id was not used up";
  EXPECT_EQ(group.head(), Sequence(1));
}

TEST(OtherGroups, G6_AGreetingOfAnotherGroupIsRefused) {
  Group group;
  AdminHello hello;
  hello.group = "bank";
  const AdminRequestId id = group.ask(hello);
  ASSERT_NE(group.reply_as<QueryRefused>(id), nullptr);
  EXPECT_EQ(group.reply_as<QueryRefused>(id)->code, ErrorCode::kWrongGroup);
  hello.group = "shop";
  EXPECT_EQ(group.asked<HelloReply>(hello).group, "shop");
}

TEST(OtherGroups, TheProcessAnswersForItsGroups) {
  Group group;
  for (const AdminRequest& request :
       {AdminRequest(GroupsQuery{}), AdminRequest(CreateGroup{"bank", {}}),
        AdminRequest(DeleteGroup{"shop"})}) {
    const auto output = group.step(FromAdmin{peer("admin"), {AdminRequestId(7), request}});
    ASSERT_EQ(output.to_process.size(), 1U);
    EXPECT_EQ(output.to_process[0].id, AdminRequestId(7));
    EXPECT_TRUE(output.to_admins.empty());
  }
  const auto answered =
      group.step(FromProcess{peer("admin"), AdminRequestId(7), GroupDeleted{"/gone"}});
  ASSERT_EQ(answered.to_admins.size(), 1U);
  EXPECT_EQ(answered.to_admins[0].reply, AdminReply(GroupDeleted{"/gone"}));
  EXPECT_EQ(group.head(), Sequence(0));
}

TEST(OtherGroups, G3_AMemberOfAnotherGroupOfTheProcessIsRefusedWithBothNames) {
  Group group;
  Follower member = group.newcomer("web-1", 1);
  group.step(FromMember{member.peer, member.join, "bank"});
  const auto refused = group.told<Refused>(member.peer);
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->code, ErrorCode::kRefused);
  EXPECT_NE(refused->text.find("a member of group bank"), std::string::npos) << refused->text;
  EXPECT_NE(refused->text.find("join group shop"), std::string::npos) << refused->text;
  EXPECT_EQ(group.head(), Sequence(0));
  member.join.group = "mill";
  group.step(FromMember{member.peer, member.join, "bank"});
  EXPECT_EQ(group.told<Refused>(member.peer)->text, "no group of that name here");
}

TEST(OtherGroups, WhoComesAndGoesIsTold) {
  Group group;
  group.hold_commits = true;
  Follower member = group.newcomer("web-1", 1);
  EXPECT_TRUE(group.say(member, member.join).roster.empty()) << "it is not durable yet";
  EXPECT_EQ(group.commit().roster, (std::vector<RosterChange>{{MemberId(1), server(1)}}));
  member.session = group.told<Welcome>(member.peer)->session;
  group.say(member, Leave{member.session});
  EXPECT_EQ(group.commit().roster, (std::vector<RosterChange>{{MemberId(1), std::nullopt}}));
}

}  // namespace
}  // namespace groupctl::testing
