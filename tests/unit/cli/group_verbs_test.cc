// group list, show, create and delete, and -g, against a coordinator by script.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/unit/cli/typed_lines.h"

namespace groupctl {
namespace {

using ::testing::HasSubstr;

GroupInfo shop() {
  GroupInfo info;
  info.name = "shop";
  info.endpoints = {"ipc:///m", "ipc:///c", "ipc:///a"};
  info.head = Sequence(412);
  info.members = {{MemberState::kInStep, 3}, {MemberState::kLost, 1}};
  return info;
}

GroupInfo bank() {
  GroupInfo info;
  info.name = "bank";
  info.quarantined = true;
  info.cause = "its log is damaged";
  return info;
}

class GroupVerbs : public TypedLines {
 protected:
  GroupVerbs() : TypedLines([this](const AdminRequest& request) { return answer(request); }) {}
  ~GroupVerbs() override { ::unsetenv("GROUPCTL_GROUP"); }

  std::vector<AdminReply> answer(const AdminRequest& request) {
    if (const auto* hello = std::get_if<AdminHello>(&request)) {
      if (hello->group.empty() || hello->group == "shop") return {hello_reply()};
      return {QueryRefused{ErrorCode::kWrongGroup, "this is group shop"}};
    }
    if (const auto* query = std::get_if<GroupsQuery>(&request)) {
      if (query->after.empty()) return {GroupsReply{{bank()}, true}};
      return {GroupsReply{{shop()}, false}};
    }
    if (std::holds_alternative<Submit>(request)) {
      return {Accepted{Sequence(412), Sequence(412), {}}};
    }
    return other_replies;
  }

  std::vector<AdminReply> other_replies;
};

TEST_F(GroupVerbs, ListShowsWhatIsServedAndWhyNot) {
  const Said text = run_words({"group", "list"});
  EXPECT_EQ(text.exit_code, 0) << err;
  EXPECT_EQ(text.out,
            "NAME  STATE        HEAD  MEMBERS  ADMIN     MEMBER    CAUSE\n"
            "bank  quarantined     -        -  -         -         its log is damaged\n"
            "shop  serving       412        4  ipc:///a  ipc:///m\n");
  const auto list = nlohmann::json::parse(run_words({"group", "list", "-o", "json"}).out);
  EXPECT_EQ(list["kind"], "GroupList");
  EXPECT_EQ(list["groups"][0],
            nlohmann::json({{"name", "bank"}, {"state", "quarantined"}, {"cause", bank().cause}}));
  EXPECT_EQ(list["groups"][1]["members"]["inStep"], 3);
  EXPECT_EQ(list["groups"][1]["endpoints"]["command"], "ipc:///c");
}

TEST_F(GroupVerbs, ShowIsOfTheGroupThatIsAskedOrNamed) {
  EXPECT_EQ(run_words({"group", "show"}).out,
            "GROUP    shop   serving\nADMIN    ipc:///a\nMEMBER   ipc:///m\nCOMMAND  ipc:///c\n"
            "LOG      head 412\nMEMBERS  3 in-step   1 lost\n");
  EXPECT_EQ(run_words({"group", "show", "bank"}).out,
            "GROUP    bank   quarantined\nCAUSE    its log is damaged\n");
  EXPECT_EQ(run_words({"group", "show", "bnak"}).exit_code, 3);
  EXPECT_THAT(err, HasSubstr("Did you mean: bank?"));
}

TEST_F(GroupVerbs, CreateAsksForTheEndpointsThatAreGiven) {
  other_replies = {shop()};
  const Said said = run_words({"group", "create", "shop", "--admin-endpoint", "ipc:///a"});
  EXPECT_EQ(said.exit_code, 0) << err;
  EXPECT_THAT(said.out, HasSubstr("members join at ipc:///m"));
  const auto asked = coordinator.requests_of<CreateGroup>();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0], (CreateGroup{"shop", {"", "", "ipc:///a"}, asked[0].request}));
  EXPECT_NE(asked[0].request, ClientId{});
  run_words({"group", "create", "shop", "--id", "mine"});
  EXPECT_EQ(coordinator.requests_of<CreateGroup>()[1].request, keyed_client_id("mine"));
  EXPECT_EQ(run_words({"group", "create", "shop", "--admin-endpoint", "tcp://a-name:1"}).exit_code,
            2);
  EXPECT_EQ(run_words({"group", "create", "No Name"}).exit_code, 2);
  EXPECT_EQ(run_words({"group", "create"}).exit_code, 2);
  EXPECT_EQ(run_words({"group"}).exit_code, 2);
  other_replies = {QueryRefused{ErrorCode::kConflict, "it is there"}};
  EXPECT_EQ(run_words({"group", "create", "shop"}).exit_code, 7);
}

TEST_F(GroupVerbs, DeleteIsAskedForOnceConfirmed) {
  other_replies = {GroupDeleted{"/x/deleted/bank-1"}};
  EXPECT_EQ(run_words({"group", "delete", "bank"}).exit_code, 2);
  EXPECT_TRUE(coordinator.requests_of<DeleteGroup>().empty());
  const Said said = run_words({"group", "delete", "bank", "-y", "-o", "json"});
  EXPECT_EQ(said.exit_code, 0) << err;
  EXPECT_EQ(nlohmann::json::parse(said.out)["folder"], "/x/deleted/bank-1");
  EXPECT_EQ(coordinator.requests_of<DeleteGroup>().size(), 1U);
}

TEST_F(GroupVerbs, G6_TheGroupThatIsMeantGoesWithEveryCommand) {
  EXPECT_EQ(run_words({"-g", "shop", "set", "k=1", "--no-wait"}).exit_code, 0) << err;
  ASSERT_EQ(coordinator.requests_of<Submit>().size(), 1U);
  EXPECT_EQ(coordinator.requests_of<Submit>()[0].group, "shop");
  EXPECT_EQ(coordinator.requests_of<AdminHello>()[0].group, "shop");
  ::setenv("GROUPCTL_GROUP", "bank", 1);
  EXPECT_EQ(run_words({"set", "k=1", "--no-wait"}).exit_code, 7);
  EXPECT_THAT(err, HasSubstr("this is group shop"));
  EXPECT_EQ(coordinator.requests_of<Submit>().size(), 1U) << "nothing was submitted";
  EXPECT_EQ(run_words({"set", "k=1", "--no-wait", "--group", "shop"}).exit_code, 0) << err;
  EXPECT_EQ(run_words({"status", "-g", "No Name"}).exit_code, 2);
}

}  // namespace
}  // namespace groupctl
