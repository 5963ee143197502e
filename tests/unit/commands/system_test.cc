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
  Status labelled(MemberId id, const Labels& labels) {
    return submit(kLabelledKind, labelled_payload(id, labels), Target::one(id));
  }
  Status operator_labels(Target target, const Labels& labels) {
    return submit(kLabelledKind, operator_labels_payload(labels), std::move(target));
  }
  Status evicted(const std::string& name) {
    return submit(kLeftKind, evicted_payload(name), Target::none());
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
  ASSERT_TRUE(operator_labels(Target::one(id), {{"role", "db"}, {"zone", "a"}}));
  ASSERT_TRUE(labelled(id, {{"role", "api"}}));
  EXPECT_EQ(log.back().keys, (std::vector<std::string>{member_key(id)}));
  EXPECT_EQ(row("web-01").own_labels, (Labels{{"role", "api"}}));
  EXPECT_EQ(row("web-01").labels(), (Labels{{"role", "db"}, {"zone", "a"}}));
  ASSERT_TRUE(operator_labels(Target::one(id), {{"role", ""}}));
  EXPECT_EQ(row("web-01").labels(), (Labels{{"role", "api"}, {"zone", "a"}}));
  EXPECT_TRUE(log.back().keys.empty());
}

TEST_F(System, OperatorLabelsAreForWhomTheTargetMatchesBeforeTheEntry) {
  ASSERT_TRUE(join("web-01", {{"role", "web"}}));
  ASSERT_TRUE(join("web-02", {{"role", "web"}}));
  ASSERT_TRUE(join("db-01", {{"role", "db"}}));
  // By its own doing nobody matches the target any more.
  ASSERT_TRUE(operator_labels(testing::role("web"), {{"role", "api"}}));
  EXPECT_EQ(row("web-01").labels(), (Labels{{"role", "api"}}));
  EXPECT_EQ(row("web-02").labels(), (Labels{{"role", "api"}}));
  EXPECT_EQ(row("db-01").labels(), (Labels{{"role", "db"}}));
  EXPECT_EQ(undo.size(), 2u);
  // What changes nothing writes nothing.
  ASSERT_TRUE(operator_labels(Target::all(), {{"role", "api"}}));
  EXPECT_EQ(undo.size(), 1u);
}

TEST_F(System, TheOperatorsLabelsAreBounded) {
  ASSERT_TRUE(join("web-01"));
  ASSERT_TRUE(join("web-02"));
  Labels many;
  for (std::size_t i = 0; i < kMaxOperatorLabels; ++i) many["l" + std::to_string(i)] = "v";
  ASSERT_TRUE(operator_labels(Target::one(row("web-02").id), many));
  const auto one_more = operator_labels(Target::all(), {{"more", "v"}});
  ASSERT_FALSE(one_more);
  EXPECT_EQ(one_more.error(), (Error{ErrorCode::kRefused,
                                     "member web-02 would have more than 64 "
                                     "labels of the operator's"}));
  EXPECT_TRUE(row("web-01").operator_labels.empty());
  EXPECT_TRUE(operator_labels(Target::all(), {{"more", "v"}, {"l0", ""}}));
}

TEST_F(System, G26_EvictionIsByNameAndErasesTheRow) {
  ASSERT_TRUE(join("web-01"));
  ASSERT_TRUE(join("web-02"));
  ASSERT_TRUE(evicted("web-01"));
  ASSERT_EQ(roster(state).size(), 1u);
  EXPECT_EQ(roster(state).front().name, "web-02");
  EXPECT_EQ(evicted("web-01").error(),
            (Error{ErrorCode::kNotFound, "no member is called web-01. Did you mean: web-02?"}));
  ASSERT_TRUE(join("web-01"));  // anew
  EXPECT_EQ(row("web-01").id, MemberId(log.size()));
}

TEST_F(System, OperatorsWriteTheirOwnFormsOnly) {
  const auto may = [](KindId kind, const Bytes& payload) {
    const ApplyRow* row = command_table().find(kind);
    return row->by_operator != nullptr && row->by_operator(payload);
  };
  EXPECT_TRUE(may(kLabelledKind, operator_labels_payload({{"role", "web"}})));
  EXPECT_FALSE(may(kLabelledKind, operator_labels_payload({})));
  EXPECT_FALSE(may(kLabelledKind, labelled_payload(MemberId(1), {{"role", "web"}})));
  EXPECT_FALSE(may(kLabelledKind, labelled_payload(MemberId(), {{"role", "web"}})));
  EXPECT_TRUE(may(kLeftKind, evicted_payload("web-01")));
  EXPECT_FALSE(may(kLeftKind, evicted_payload("")));
  EXPECT_FALSE(may(kLeftKind, left_payload(MemberId(1), LeftCause::kAsked)));
  EXPECT_FALSE(may(kLeftKind, left_payload(MemberId(1), LeftCause::kEvicted)));
  EXPECT_FALSE(may(kLeftKind, {9}));
  EXPECT_FALSE(may(kJoinedKind, joined_payload(member(1, "web-01"))));
  EXPECT_EQ(evicted_by(kLeftKind, evicted_payload("web-01")), "web-01");
  EXPECT_EQ(evicted_by(kLabelledKind, evicted_payload("web-01")), std::nullopt);
}

TEST_F(System, UnknownMembersAreRefused) {
  EXPECT_EQ(labelled(MemberId(7), {}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(left(MemberId(7)).error().code, ErrorCode::kNotFound);
}

TEST_F(System, LabelledRefusesWhatIsMalformed) {
  ASSERT_TRUE(joined(member(1, "web-01")));
  const MemberId id = row("web-01").id;
  EXPECT_EQ(operator_labels(Target::all(), {{"name", "x"}}).error().code, ErrorCode::kInvalid);
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
    const bool of_members =
        kind.kind == kJoinedKind || kind.kind == kLabelledKind || kind.kind == kLeftKind;
    EXPECT_EQ(changes_roster(kind.kind), of_members) << kind.name;
  }
}

}  // namespace
}  // namespace groupctl
