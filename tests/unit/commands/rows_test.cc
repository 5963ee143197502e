#include "commands/state/rows.h"

#include <gtest/gtest.h>

#include "commands/state/catalogue.h"
#include "tests/unit/commands/builders.h"

namespace groupctl {
namespace {

using testing::member;
using testing::release;
using testing::role;

ArtefactRow full_artefact_row() {
  Release configured = release("2.0", 2);
  configured.config = {1, 2, 0, 3};
  configured.after = {"cache", "db"};
  configured.health = {{"redis-cli", "ping"}, 500, 9000};
  return {{{Target::all(), Sequence(3), release("1.0", 1)},
           {Target::one(MemberId(7)), Sequence(4), std::nullopt},
           {role("web"), Sequence(9), configured}}};
}

MemberRow full_member_row() {
  MemberRow row = member(12, "web-01", {{"role", "web"}, {"rack", ""}});
  row.participant = "shop";
  row.replica = 3;
  row.operator_labels = {{"role", "db"}};
  return row;
}

TEST(Rows, RoundTrip) {
  const ArtefactRow artefact = full_artefact_row();
  EXPECT_EQ(decode_artefact_row(encode(artefact)), artefact);
  const RunRow run{{{Target::all(), Sequence(5), false}, {role("db"), Sequence(6), true}}};
  EXPECT_EQ(decode_run_row(encode(run)), run);
  const PropertyRow property{{{Target::all(), Sequence(1), "a"},
                              {role("web"), Sequence(2), ""},
                              {Target::none(), Sequence(3), std::nullopt}}};
  EXPECT_EQ(decode_property_row(encode(property)), property);
  EXPECT_EQ(decode_member_row(encode(full_member_row())), full_member_row());
}

TEST(Rows, EmptyValueIsNotUnset) {
  const PropertyRow empty{{{Target::all(), Sequence(1), ""}}};
  const PropertyRow unset{{{Target::all(), Sequence(1), std::nullopt}}};
  EXPECT_NE(encode(empty), encode(unset));
}

TEST(Rows, EqualMeaningHasEqualBytes) {
  EXPECT_EQ(encode(*decode_artefact_row(encode(full_artefact_row()))), encode(full_artefact_row()));
  EXPECT_EQ(encode(*decode_member_row(encode(full_member_row()))), encode(full_member_row()));
}

TEST(Rows, LongRowsRoundTrip) {
  PropertyRow row;
  for (std::uint64_t i = 1; i <= kMaxAssignments; ++i) {
    row.values.push_back({Target::one(MemberId(i)), Sequence(i), std::string(300, 'x')});
  }
  EXPECT_EQ(decode_property_row(encode(row)), row);
}

TEST(Rows, DamagedBytesAreErrorsNotCrashes) {
  for (const Bytes& good : {encode(full_artefact_row()), encode(full_member_row()),
                            encode(PropertyRow{{{role("web"), Sequence(2), "value"}}})}) {
    Pcg random(7);
    for (int round = 0; round < 2000; ++round) {
      Bytes bad = good;
      if (random.chance(300)) bad.resize(random.below(bad.size()));
      for (int flips = 0; flips < 3 && !bad.empty(); ++flips) {
        bad[random.below(bad.size())] = static_cast<std::uint8_t>(random.next());
      }
      decode_artefact_row(bad);
      decode_property_row(bad);
      decode_member_row(bad);
    }
  }
  EXPECT_EQ(decode_artefact_row({}).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(decode_property_row(Bytes{1, 2, 3}).error().code, ErrorCode::kInvalid);
  Bytes cut = encode(full_member_row());
  cut.resize(16);
  EXPECT_EQ(decode_member_row(cut).error().code, ErrorCode::kInvalid);
}

TEST(Rows, ShortDigestsAndIdsAreRefused) {
  Bytes row = encode(PropertyRow{});  // a root without any field: no server id
  EXPECT_EQ(decode_member_row(row).error().code, ErrorCode::kInvalid);
}

TEST(Rows, ARowOfTheCatalogueIsCheckedLikeTheOthers) {
  const Bytes row =
      encode(CatalogueRow{release("1.0", 1).digest, 9, Sequence(4), GroupTime(5), "ana@bastion"});
  EXPECT_TRUE(check_state_row("catalogue/site/1.0", row));
  EXPECT_FALSE(check_state_row("catalogue/site", row));
  EXPECT_FALSE(check_state_row("catalogue/site/1.0", Bytes(row.begin(), row.end() - 8)));
}

TEST(Rows, Keys) {
  EXPECT_EQ(artefact_key("shop"), "artefact/shop");
  EXPECT_EQ(property_key("log.level"), "property/log.level");
  EXPECT_EQ(member_key(MemberId(42)), "member/00000000000000000042");
  EXPECT_EQ(member_key(MemberId(~0ULL)), "member/18446744073709551615");
  EXPECT_EQ(artefact_name("artefact/shop"), "shop");
  EXPECT_EQ(artefact_name("property/shop"), std::nullopt);
  EXPECT_EQ(run_key("shop"), "run/shop");
  EXPECT_EQ(run_name("run/shop"), "shop");
  EXPECT_EQ(run_name("artefact/shop"), std::nullopt);
  EXPECT_EQ(artefact_in("run/shop"), "shop");
  EXPECT_EQ(artefact_in("artefact/shop"), "shop");
  EXPECT_EQ(artefact_in("property/shop"), std::nullopt);
  EXPECT_EQ(property_name("property/a"), "a");
  EXPECT_EQ(property_name("artefact/a"), std::nullopt);
}

TEST(Rows, TheRosterIsOrderedById) {
  GroupState state;
  for (std::uint64_t id : {100u, 9u, 10u})
    testing::put(state, member(id, "m" + std::to_string(id)));
  std::vector<std::uint64_t> ids;
  for (const MemberRow& row : roster(state)) ids.push_back(row.id.value);
  EXPECT_EQ(ids, (std::vector<std::uint64_t>{9, 10, 100}));
  EXPECT_EQ(member_row(state, MemberId(9))->name, "m9");
  EXPECT_EQ(member_row(state, MemberId(8)), std::nullopt);
  EXPECT_EQ(artefact_row(state, "none"), ArtefactRow{});
  EXPECT_EQ(property_row(state, "none"), PropertyRow{});
}

TEST(Rows, TheOperatorsLabelsWin) {
  EXPECT_EQ(full_member_row().labels(), (Labels{{"role", "db"}, {"rack", ""}}));
}

TEST(Assign, ReplacesTheSameTargetAndMovesItToTheEnd) {
  std::vector<PropertyAssignment> list;
  ASSERT_TRUE(assign(list, {role("web"), Sequence(1), "a"}));
  ASSERT_TRUE(assign(list, {role("db"), Sequence(2), "b"}));
  ASSERT_TRUE(assign(list, {role("web"), Sequence(3), "c"}));
  EXPECT_EQ(list, (std::vector<PropertyAssignment>{{role("db"), Sequence(2), "b"},
                                                   {role("web"), Sequence(3), "c"}}));
}

TEST(Assign, ToAllDropsAll) {
  std::vector<PropertyAssignment> list;
  ASSERT_TRUE(assign(list, {role("web"), Sequence(1), "a"}));
  ASSERT_TRUE(assign(list, {Target::one(MemberId(3)), Sequence(2), "b"}));
  ASSERT_TRUE(assign(list, {Target::all(), Sequence(3), "c"}));
  EXPECT_EQ(list, (std::vector<PropertyAssignment>{{Target::all(), Sequence(3), "c"}}));
}

TEST(Assign, HoldsAtMost256Targets) {
  std::vector<RunAssignment> list;
  for (std::uint64_t i = 1; i <= kMaxAssignments; ++i) {
    ASSERT_TRUE(assign(list, {Target::one(MemberId(i)), Sequence(i), true}));
  }
  const auto refused = assign(list, {Target::one(MemberId(999)), Sequence(999), true});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kRefused);
  EXPECT_NE(refused.error().text.find("target all"), std::string::npos);
  EXPECT_EQ(list.size(), kMaxAssignments);
  EXPECT_TRUE(assign(list, {Target::one(MemberId(8)), Sequence(1000), true}));
  EXPECT_TRUE(assign(list, {Target::all(), Sequence(1001), true}));
}

}  // namespace
}  // namespace groupctl
