#include "commands/state/desired.h"

#include <gtest/gtest.h>

#include "tests/unit/commands/builders.h"

namespace groupctl {
namespace {

using testing::member;
using testing::release;
using testing::role;

const MemberRow kWebMember = member(1, "web-01", {{"role", "web"}});
const MemberRow kDb = member(2, "db-01", {{"role", "db"}});

void put(GroupState& state, const std::string& name, const ArtefactRow& row) {
  state.apply({{artefact_key(name), encode(row)}});
}
void put(GroupState& state, const std::string& key, const PropertyRow& row) {
  state.apply({{property_key(key), encode(row)}});
}

TEST(Desired, TheLastAssignmentThatMatchesCounts) {
  GroupState state;
  put(state, "shop",
      ArtefactRow{{{Target::all(), Sequence(1), release("1.0", 1)},
                   {role("web"), Sequence(2), release("2.0", 2)},
                   {role("db"), Sequence(3), std::nullopt}}});
  EXPECT_EQ(desired_artefact(state, kWebMember, "shop")->release->version, "2.0");
  EXPECT_EQ(desired_artefact(state, kWebMember, "shop")->sequence, Sequence(2));
  EXPECT_EQ(desired_artefact(state, kDb, "shop")->release, std::nullopt);
  EXPECT_EQ(desired_artefact(state, member(3, "x"), "shop")->release->version, "1.0");
  EXPECT_EQ(desired_artefact(state, kWebMember, "none"), std::nullopt);
}

TEST(Desired, NothingMatchesIsNotTheSameAsAbsent) {
  GroupState state;
  put(state, "shop", ArtefactRow{{{role("db"), Sequence(3), std::nullopt}}});
  EXPECT_EQ(desired_artefact(state, kWebMember, "shop"), std::nullopt);
  EXPECT_TRUE(desired_artefact(state, kDb, "shop").has_value());
}

TEST(Desired, RunStateIsRunningUntilAStop) {
  GroupState state;
  put(state, "shop", ArtefactRow{{{Target::all(), Sequence(1), release("1.0", 1)}}});
  state.apply({{run_key("shop"), encode(RunRow{{{role("web"), Sequence(2), false}}})}});
  EXPECT_FALSE(desired_artefact(state, kWebMember, "shop")->running);
  EXPECT_EQ(desired_artefact(state, kWebMember, "shop")->run_sequence, Sequence(2));
  EXPECT_TRUE(desired_artefact(state, kDb, "shop")->running);
  EXPECT_EQ(desired_artefact(state, kDb, "shop")->run_sequence, Sequence());
}

TEST(Desired, OnlyPropertiesWithAValueAreDesired) {
  GroupState state;
  put(state, "level",
      PropertyRow{
          {{Target::all(), Sequence(1), "info"}, {role("web"), Sequence(2), std::nullopt}}});
  EXPECT_EQ(desired_property(state, kWebMember, "level")->value, std::nullopt);
  EXPECT_EQ(desired_property(state, kWebMember, "level")->sequence, Sequence(2));
  EXPECT_EQ(desired_property(state, kDb, "level")->value, "info");
  EXPECT_EQ(desired_property(state, kDb, "none"), std::nullopt);
  EXPECT_TRUE(desired_for(state, kWebMember).properties.empty());
  EXPECT_EQ(desired_for(state, kDb).properties,
            (std::map<std::string, DesiredProperty>{{"level", {"info", Sequence(1)}}}));
}

TEST(Desired, WholeMemberIsTheSumOfItsKeys) {
  GroupState state;
  put(state, "a", ArtefactRow{{{Target::all(), Sequence(1), release("1.0", 1)}}});
  put(state, "b", ArtefactRow{{{role("db"), Sequence(2), release("1.0", 1)}}});
  put(state, "c", ArtefactRow{{{role("web"), Sequence(3), std::nullopt}}});
  const Desired desired = desired_for(state, kWebMember);
  ASSERT_EQ(desired.artefacts.size(), 2u);
  EXPECT_EQ(desired.artefacts.at("a"), desired_artefact(state, kWebMember, "a"));
  EXPECT_EQ(desired.artefacts.at("c"), desired_artefact(state, kWebMember, "c"));
}

}  // namespace
}  // namespace groupctl
