// The roster is state.
#include "commands/system/system.h"

#include <gtest/gtest.h>

#include "tests/unit/commands/group.h"

namespace groupctl {
namespace {

using testing::Group;
using testing::member;

struct System : ::testing::Test, Group {
  Status joined(const MemberRow& row) {
    return submit(kJoinedKind, joined_payload(row), Target::none());
  }
  Status labelled(MemberId id, const Labels& labels, LabelOwner owner) {
    return submit(kLabelledKind, labelled_payload(id, labels, owner), Target::one(id));
  }
  Status left(MemberId id) {
    return submit(kLeftKind, left_payload(id, LeftCause::kAsked), Target::none());
  }
};

TEST_F(System, JoinedMakesTheRowWithItsOwnSequenceAsId) {
  MemberRow row = member(9, "web-01", {{"role", "web"}});
  row.replica = 2;
  row.operator_labels = {{"rack", "r1"}};
  ASSERT_TRUE(set("a=1"));
  ASSERT_TRUE(joined(row));
  row.id = MemberId(2);
  EXPECT_EQ(roster(state), (std::vector<MemberRow>{row}));
  EXPECT_EQ(subject_of(log.back()), MemberId(2));
  EXPECT_TRUE(counts(log.back(), "web-01"));
}

TEST_F(System, JoinedRefusesATakenNameOrServer) {
  ASSERT_TRUE(joined(member(1, "web-01")));
  EXPECT_EQ(joined(member(2, "web-01")).error(),
            (Error{ErrorCode::kConflict, "the roster has the name web-01 already"}));
  EXPECT_EQ(joined(member(1, "web-02")).error().code, ErrorCode::kConflict);
  EXPECT_TRUE(joined(member(2, "web-02")));
}

TEST_F(System, JoinedRefusesWhatIsMalformed) {
  const auto code = [&](const MemberRow& row) { return joined(row).error().code; };
  EXPECT_EQ(code(member(1, "Web")), ErrorCode::kInvalid);
  EXPECT_EQ(code(member(0, "web")), ErrorCode::kInvalid);  // a server id of zeroes
  EXPECT_EQ(code(member(1, "web", {{"name", "x"}})), ErrorCode::kInvalid);
  MemberRow row = member(1, "web");
  row.participant = "";
  EXPECT_EQ(code(row), ErrorCode::kInvalid);
  row.participant = "web";
  row.operator_labels = {{"ROLE", "x"}};
  EXPECT_EQ(code(row), ErrorCode::kInvalid);
  EXPECT_EQ(submit(kJoinedKind, {}, Target::none()).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(state.size(), 0u);
}

TEST_F(System, LabelledKeepsBothKindsApart) {
  ASSERT_TRUE(joined(member(1, "web-01", {{"role", "web"}, {"rack", "r1"}})));
  const MemberId id = row("web-01").id;
  ASSERT_TRUE(labelled(id, {{"role", "db"}, {"zone", "a"}}, LabelOwner::kOperator));
  ASSERT_TRUE(labelled(id, {{"role", "api"}}, LabelOwner::kMember));
  EXPECT_EQ(row("web-01").own_labels, (Labels{{"role", "api"}}));
  EXPECT_EQ(row("web-01").labels(), (Labels{{"role", "db"}, {"zone", "a"}}));
  ASSERT_TRUE(labelled(id, {{"role", ""}}, LabelOwner::kOperator));
  EXPECT_EQ(row("web-01").labels(), (Labels{{"role", "api"}, {"zone", "a"}}));
  EXPECT_EQ(subject_of(log.back()), id);
  EXPECT_EQ(log.back().keys, (std::vector<std::string>{member_key(id)}));
}

TEST_F(System, UnknownMembersAreRefused) {
  EXPECT_EQ(labelled(MemberId(7), {}, LabelOwner::kMember).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(left(MemberId(7)).error().code, ErrorCode::kNotFound);
}

TEST_F(System, LabelledRefusesWhatIsMalformed) {
  ASSERT_TRUE(joined(member(1, "web-01")));
  const MemberId id = row("web-01").id;
  EXPECT_EQ(labelled(id, {{"name", "x"}}, LabelOwner::kOperator).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(submit(kLabelledKind, {9}, Target::one(id)).error().code, ErrorCode::kInvalid);
}

TEST_F(System, LeftErasesTheRowAndNothingElse) {
  ASSERT_TRUE(joined(member(1, "web-01")));
  const MemberId id = row("web-01").id;
  ASSERT_TRUE(set("a=1", Target::one(id)));
  ASSERT_TRUE(left(id));
  EXPECT_TRUE(roster(state).empty());
  EXPECT_EQ(property_row(state, "a").values.size(), 1u);
  ASSERT_TRUE(joined(member(1, "web-01")));
  EXPECT_NE(row("web-01").id, id);  // so what was for the old row does not reach the new one
  EXPECT_EQ(desired_property(state, row("web-01"), "a"), std::nullopt);
}

TEST_F(System, WhichKindsChangeTheRoster) {
  for (const ApplyRow& kind : command_table().rows()) {
    EXPECT_EQ(changes_roster(kind.kind), kind.system) << kind.name;
  }
  ASSERT_TRUE(set("a=1"));
  EXPECT_EQ(subject_of(log.back()), std::nullopt);
  Entry damaged;
  damaged.kind = kLeftKind;
  EXPECT_EQ(subject_of(damaged), std::nullopt);
}

}  // namespace
}  // namespace groupctl
