#include "commands/state/desired.h"

#include <gtest/gtest.h>

#include "commands/state/delta.h"
#include "tests/unit/commands/builders.h"

namespace groupctl {
namespace {

using testing::member;
using testing::release;
using testing::role;

const MemberRow kWeb = member(1, "web-01", {{"role", "web"}});
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
                   {role("db"), Sequence(3), std::nullopt}},
                  {}});
  EXPECT_EQ(desired_artefact(state, kWeb, "shop")->release->version, "2.0");
  EXPECT_EQ(desired_artefact(state, kWeb, "shop")->sequence, Sequence(2));
  EXPECT_EQ(desired_artefact(state, kDb, "shop")->release, std::nullopt);
  EXPECT_EQ(desired_artefact(state, member(3, "x"), "shop")->release->version, "1.0");
  EXPECT_EQ(desired_artefact(state, kWeb, "none"), std::nullopt);
}

TEST(Desired, NothingMatchesIsNotTheSameAsAbsent) {
  GroupState state;
  put(state, "shop", ArtefactRow{{{role("db"), Sequence(3), std::nullopt}}, {}});
  EXPECT_EQ(desired_artefact(state, kWeb, "shop"), std::nullopt);
  EXPECT_TRUE(desired_artefact(state, kDb, "shop").has_value());
}

TEST(Desired, RunStateIsRunningUntilAStop) {
  GroupState state;
  put(state, "shop",
      ArtefactRow{{{Target::all(), Sequence(1), release("1.0", 1)}},
                  {{role("web"), Sequence(2), false}}});
  EXPECT_FALSE(desired_artefact(state, kWeb, "shop")->running);
  EXPECT_EQ(desired_artefact(state, kWeb, "shop")->run_sequence, Sequence(2));
  EXPECT_TRUE(desired_artefact(state, kDb, "shop")->running);
  EXPECT_EQ(desired_artefact(state, kDb, "shop")->run_sequence, Sequence());
}

TEST(Desired, OnlyPropertiesWithAValueAreDesired) {
  GroupState state;
  put(state, "level",
      PropertyRow{
          {{Target::all(), Sequence(1), "info"}, {role("web"), Sequence(2), std::nullopt}}});
  EXPECT_EQ(desired_property(state, kWeb, "level")->value, std::nullopt);
  EXPECT_EQ(desired_property(state, kWeb, "level")->sequence, Sequence(2));
  EXPECT_EQ(desired_property(state, kDb, "level")->value, "info");
  EXPECT_EQ(desired_property(state, kDb, "none"), std::nullopt);
  EXPECT_TRUE(desired_for(state, kWeb).properties.empty());
  EXPECT_EQ(desired_for(state, kDb).properties,
            (std::map<std::string, DesiredProperty>{{"level", {"info", Sequence(1)}}}));
}

TEST(Desired, WholeMemberIsTheSumOfItsKeys) {
  GroupState state;
  put(state, "a", ArtefactRow{{{Target::all(), Sequence(1), release("1.0", 1)}}, {}});
  put(state, "b", ArtefactRow{{{role("db"), Sequence(2), release("1.0", 1)}}, {}});
  put(state, "c", ArtefactRow{{{role("web"), Sequence(3), std::nullopt}}, {}});
  const Desired desired = desired_for(state, kWeb);
  ASSERT_EQ(desired.artefacts.size(), 2u);
  EXPECT_EQ(desired.artefacts.at("a"), desired_artefact(state, kWeb, "a"));
  EXPECT_EQ(desired.artefacts.at("c"), desired_artefact(state, kWeb, "c"));
}

Desired random_desired(Pcg& random) {
  Desired desired;
  for (int i = 0; i < 6; ++i) {
    if (random.chance(400)) continue;
    DesiredArtefact artefact{std::nullopt, Sequence(1 + random.below(4)), true, {}};
    if (random.chance(700)) {
      artefact.release =
          release(std::to_string(random.below(2)), static_cast<std::uint8_t>(random.below(2)));
    }
    desired.artefacts["a" + std::to_string(i)] = artefact;
  }
  return desired;
}

Actual random_actual(Pcg& random) {
  Actual actual;
  for (int i = 0; i < 8; ++i) {
    const std::string name = "a" + std::to_string(i);
    if (random.chance(600)) {
      actual.artefacts[name] = {std::to_string(random.below(2)),
                                testing::digest_of(static_cast<std::uint8_t>(random.below(2))),
                                Sequence(1 + random.below(4))};
    }
    const auto key = random.chance(800) ? artefact_key(name) : property_key(name);
    if (random.chance(300)) actual.failures[key] = {Sequence(1 + random.below(4)), "why"};
  }
  return actual;
}

TEST(Delta, G36_GroupStateAndDeltaAreWhatIsThere) {
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    Pcg random(seed);
    const Desired desired = random_desired(random);
    const Actual actual = random_actual(random);
    EXPECT_EQ(with_delta(desired, observed_delta(desired, actual)), actual.artefacts) << seed;
  }
}

TEST(Delta, NoneWhenInStep) {
  Desired desired;
  desired.artefacts["shop"] = {release("1.0", 1), Sequence(4), true, {}};
  desired.artefacts["gone"] = {std::nullopt, Sequence(5), true, {}};
  const Actual actual{{{"shop", {"1.0", testing::digest_of(1), Sequence(4)}}}, {}};
  EXPECT_TRUE(observed_delta(desired, actual).empty());
}

TEST(Delta, PendingFailedForeign) {
  Desired desired;
  desired.artefacts["late"] = {release("2.0", 2), Sequence(4), true, {}};
  desired.artefacts["broken"] = {release("2.0", 2), Sequence(5), true, {}};
  const ActualArtefact old{"1.0", testing::digest_of(1), Sequence(2)};
  const Actual actual{{{"late", old}, {"other", old}},
                      {{"artefact/broken", {Sequence(5), "no space"}},
                       {"artefact/late", {Sequence(3), "an older failure"}}}};
  const Delta expected{
      {"artefact/broken", {DeltaKind::kFailed, Sequence(5), std::nullopt, "no space"}},
      {"artefact/late", {DeltaKind::kPending, Sequence(4), old, ""}},
      {"artefact/other", {DeltaKind::kForeign, Sequence(2), old, ""}}};
  EXPECT_EQ(observed_delta(desired, actual), expected);
}

TEST(Delta, Words) {
  EXPECT_EQ(to_word(DeltaKind::kPending), "pending");
  EXPECT_EQ(to_word(DeltaKind::kFailed), "failed");
  EXPECT_EQ(to_word(DeltaKind::kForeign), "foreign");
}

}  // namespace
}  // namespace groupctl
