// What the group commands do to the state, and what they refuse.
#include <gtest/gtest.h>

#include "commands/deploy/deploy.capnp.h"
#include "commands/payload.h"
#include "commands/set/set.capnp.h"
#include "commands/unset/unset.capnp.h"
#include "tests/unit/commands/group.h"

namespace groupctl {
namespace {

using testing::Group;
using testing::role;

struct Commands : ::testing::Test, Group {
  void SetUp() override {
    ASSERT_TRUE(join("web-01", {{"role", "web"}}));
    ASSERT_TRUE(join("db-01", {{"role", "db"}}));
  }
  std::string version(std::string_view name, std::string_view artefact) const {
    const auto desired = desired_artefact(state, row(name), artefact);
    return desired && desired->release ? desired->release->version : "none";
  }
  Status catalogue(const std::string& name, const std::string& version, std::uint8_t digest) {
    return submit(kCataloguedKind,
                  catalogued_payload({name, version}, testing::digest_of(digest), 1000),
                  Target::none());
  }
  std::string value(std::string_view name, std::string_view key) const {
    const auto property = desired_property(state, row(name), key);
    return property && property->value ? *property->value : "none";
  }
};

Bytes set_payload(const std::vector<std::pair<std::string, std::string>>& pairs) {
  return make_payload<payload::Set>([&](auto out) {
    auto list = out.initPairs(static_cast<unsigned>(pairs.size()));
    for (unsigned i = 0; i < pairs.size(); ++i) {
      list[i].setKey(text_reader(pairs[i].first));
      list[i].setValue(text_reader(pairs[i].second));
    }
  });
}

Bytes deploy_payload(const std::string& name, const std::string& version, std::size_t digest_bytes,
                     const std::string& deployer) {
  return make_payload<payload::Deploy>([&](auto out) {
    out.setName(text_reader(name));
    out.setVersion(text_reader(version));
    out.setDigest(data_of(Bytes(digest_bytes, 7)));
    out.setDeployer(text_reader(deployer));
  });
}

TEST_F(Commands, G42_DeployAltersTheDesiredState) {
  const Hash before = state.digest();
  ASSERT_TRUE(deploy("shop@1.0", 1));
  EXPECT_NE(state.digest(), before);
  EXPECT_EQ(log.back().keys, (std::vector<std::string>{"artefact/shop"}));
  const DesiredArtefact expected{testing::release("1.0", 1), log.back().sequence, true, {}};
  EXPECT_EQ(desired_artefact(state, row("web-01"), "shop"), expected);
}

TEST_F(Commands, DeployOfOneNameToTwoSelectors) {
  ASSERT_TRUE(deploy("shop@1.0", 1, role("web")));
  const Entry web = log.back();
  ASSERT_TRUE(deploy("shop@2.0", 2, role("db")));
  EXPECT_EQ(version("web-01", "shop"), "1.0");
  EXPECT_EQ(version("db-01", "shop"), "2.0");
  EXPECT_TRUE(counts(web, "web-01"));  // the later one is for others
  EXPECT_FALSE(counts(web, "db-01"));
  EXPECT_TRUE(counts(log.back(), "db-01"));
}

TEST_F(Commands, DeployToAllSupersedesEveryone) {
  ASSERT_TRUE(deploy("shop@1.0", 1, role("web")));
  const Entry web = log.back();
  ASSERT_TRUE(deploy("shop@2.0", 2));
  EXPECT_EQ(version("web-01", "shop"), "2.0");
  EXPECT_FALSE(counts(web, "web-01"));
  EXPECT_EQ(artefact_row(state, "shop").releases.size(), 1u);
}

TEST_F(Commands, DeployToALabelThenARelabelChangesWhatIsDesired) {
  ASSERT_TRUE(deploy("shop@1.0", 1, role("web")));
  const MemberId db = row("db-01").id;
  ASSERT_TRUE(submit(kLabelledKind, operator_labels_payload({{"role", "web"}}), Target::one(db)));
  EXPECT_EQ(version("db-01", "shop"), "1.0");
  ASSERT_TRUE(submit(kLabelledKind, operator_labels_payload({{"role", ""}}), Target::one(db)));
  EXPECT_EQ(desired_artefact(state, row("db-01"), "shop"), std::nullopt);
}

TEST_F(Commands, G43_RefusedDeploys) {
  ASSERT_TRUE(deploy("shop@1.0", 1, role("web")));
  ASSERT_TRUE(deploy("shop@2.0", 2, role("db")));
  const KindId kind = log.back().kind;
  const GroupState before = state;
  const auto code = [&](Bytes payload) {
    return submit(kind, std::move(payload), Target::all()).error().code;
  };
  EXPECT_EQ(deploy("shop@1.0", 9).error().code, ErrorCode::kConflict);
  EXPECT_EQ(code(deploy_payload("Shop", "1.0", 32, "")), ErrorCode::kInvalid);
  EXPECT_EQ(code(deploy_payload("shop", "../1", 32, "")), ErrorCode::kInvalid);
  EXPECT_EQ(code(deploy_payload("shop", "3.0", 0, "")), ErrorCode::kNotFound);
  EXPECT_EQ(code(deploy_payload("shop", "", 32, "")), ErrorCode::kInvalid);
  EXPECT_EQ(code(deploy_payload("shop", "3.0", 31, "")), ErrorCode::kInvalid);
  EXPECT_EQ(code(deploy_payload("shop", "3.0", 32, "a/b")), ErrorCode::kInvalid);
  EXPECT_EQ(code({}), ErrorCode::kInvalid);
  EXPECT_EQ(code(Bytes(17, 0xff)), ErrorCode::kInvalid);
  EXPECT_EQ(submit(kind, deploy_payload("shop", "3.0", 32, ""), Target::none()).error().code,
            ErrorCode::kNoTarget);
  EXPECT_EQ(state, before);
  EXPECT_TRUE(deploy("shop@1.0", 1));  // the same release again is no conflict
}

TEST_F(Commands, G38_DeployPinsWhatTheCatalogueSays) {
  ASSERT_TRUE(catalogue("shop", "2.0", 2));
  ASSERT_TRUE(catalogue("shop", "1.0", 1));
  ASSERT_TRUE(run("deploy", {{"ARTEFACT", {"shop@2.0"}}}));
  EXPECT_EQ(desired_artefact(state, row("web-01"), "shop")->release, testing::release("2.0", 2));
  ASSERT_TRUE(run("deploy", {{"ARTEFACT", {"shop"}}}, role("web")));  // catalogued last
  EXPECT_EQ(desired_artefact(state, row("web-01"), "shop")->release, testing::release("1.0", 1));
  // What comes into the catalogue later changes nothing.
  ASSERT_TRUE(catalogue("shop", "3.0", 3));
  EXPECT_EQ(version("web-01", "shop"), "1.0");
  EXPECT_TRUE(deploy("shop@2.0", 2));
  EXPECT_EQ(deploy("shop@2.0", 9).error().code, ErrorCode::kConflict);
}

TEST_F(Commands, G43_WhatIsNowhereIsRefusedWithWhatThereIs) {
  ASSERT_TRUE(catalogue("shop", "2.0", 2));
  const auto other = run("deploy", {{"ARTEFACT", {"shop@1.0"}}});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(other.error().text,
            "DEPLOY: shop@1.0 is not in the group's catalogue; there is shop@2.0; put it there: "
            "groupctl repo put shop@1.0 FILE, or give its digest");
  EXPECT_EQ(run("deploy", {{"ARTEFACT", {"blog"}}}).error().code, ErrorCode::kNotFound);
}

TEST_F(Commands, AVersionIsCataloguedOnceAndKeepsItsContent) {
  ASSERT_TRUE(catalogue("shop", "1.0", 1));
  const auto row = catalogued(state, "shop", "1.0");
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->sequence, log.back().sequence);
  const Hash before = state.digest();
  EXPECT_TRUE(catalogue("shop", "1.0", 1));
  EXPECT_EQ(state.digest(), before);
  EXPECT_EQ(catalogue("shop", "1.0", 2).error().code, ErrorCode::kConflict);
  // Nor may it differ from what was deployed by its digest.
  ASSERT_TRUE(deploy("blog@1.0", 7));
  EXPECT_EQ(catalogue("blog", "1.0", 8).error().code, ErrorCode::kConflict);
  EXPECT_TRUE(catalogue("blog", "1.0", 7));
  EXPECT_EQ(catalogue("Blog", "1.0", 7).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(catalogue("blog", "../1", 7).error().code, ErrorCode::kInvalid);
}

TEST_F(Commands, G42_UndeployIsAnAssignmentOfAbsence) {
  ASSERT_TRUE(deploy("shop@1.0", 1));
  ASSERT_TRUE(undeploy("shop", role("db")));
  EXPECT_EQ(log.back().keys, (std::vector<std::string>{"artefact/shop"}));
  EXPECT_EQ(version("web-01", "shop"), "1.0");
  EXPECT_EQ(version("db-01", "shop"), "none");
  ASSERT_TRUE(undeploy("shop"));
  const DesiredArtefact absent{std::nullopt, log.back().sequence, true, {}};
  EXPECT_EQ(desired_artefact(state, row("web-01"), "shop"), absent)
      << "members that come later are to remove it";
  EXPECT_EQ(artefact_row(state, "shop").releases.size(), 1u);
  EXPECT_TRUE(undeploy("shop")) << "nothing to remove is no error";
  EXPECT_TRUE(deploy("shop@1.0", 9)) << "no release of that version is known any more";
}

TEST_F(Commands, UndeployOfANameThatWasNeverDeployedNamesTheNearest) {
  EXPECT_EQ(undeploy("shpo").error(), (Error{ErrorCode::kNotFound, "no artefact shpo"}));
  ASSERT_TRUE(set("shpp=1"));
  ASSERT_TRUE(deploy("shop@1.0", 1));
  const GroupState before = state;
  EXPECT_EQ(undeploy("shpo").error(),
            (Error{ErrorCode::kNotFound, "no artefact shpo; the nearest is shop"}));
  const KindId kind = testing::verb("undeploy").kind;
  EXPECT_EQ(submit(kind, {}, Target::all()).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(undeploy("shop", Target::none()).error().code, ErrorCode::kNoTarget);
  EXPECT_EQ(state, before);
}

TEST_F(Commands, UndeployCountsUntilAReleaseIsThereAgain) {
  ASSERT_TRUE(deploy("shop@1.0", 1));
  const Entry deployed = log.back();
  ASSERT_TRUE(undeploy("shop", role("web")));
  const Entry web = log.back();
  EXPECT_FALSE(counts(deployed, "web-01"));
  EXPECT_TRUE(counts(deployed, "db-01"));
  ASSERT_TRUE(undeploy("shop"));
  EXPECT_TRUE(counts(web, "web-01")) << "it still is as this entry wanted it";
  ASSERT_TRUE(deploy("shop@2.0", 2, role("db")));
  EXPECT_TRUE(counts(web, "web-01"));
  ASSERT_TRUE(deploy("shop@2.0", 2));
  EXPECT_FALSE(counts(web, "web-01"));
}

TEST_F(Commands, SetAndUnset) {
  ASSERT_TRUE(set("level=info"));
  ASSERT_TRUE(set("level=debug", role("web")));
  EXPECT_EQ(value("web-01", "level"), "debug");
  EXPECT_EQ(value("db-01", "level"), "info");
  ASSERT_TRUE(unset("level", role("db")));
  EXPECT_EQ(value("web-01", "level"), "debug");
  EXPECT_EQ(value("db-01", "level"), "none");
  ASSERT_TRUE(unset("level"));
  EXPECT_EQ(state.find("property/level"), nullptr);
}

TEST_F(Commands, SetOfSeveralPairsIsOneEntry) {
  ASSERT_TRUE(run("set", {{"KEY=VALUE", {"a=1", "b=x=y", "c="}}}));
  EXPECT_EQ(log.back().keys, (std::vector<std::string>{"property/a", "property/b", "property/c"}));
  EXPECT_EQ(value("web-01", "b"), "x=y");
  EXPECT_EQ(value("web-01", "c"), "");
  const Entry first = log.back();
  ASSERT_TRUE(set("a=2"));
  EXPECT_TRUE(counts(first, "web-01"));  // b and c are still its doing
  ASSERT_TRUE(run("set", {{"KEY=VALUE", {"b=2", "c=2"}}}));
  EXPECT_FALSE(counts(first, "web-01"));
}

TEST_F(Commands, RefusedSets) {
  ASSERT_TRUE(set("a=1"));
  const KindId kind = log.back().kind;
  const auto code = [&](Bytes payload) {
    return submit(kind, std::move(payload), Target::all()).error().code;
  };
  EXPECT_EQ(code(set_payload({})), ErrorCode::kInvalid);
  EXPECT_EQ(code(set_payload({{"", "x"}})), ErrorCode::kInvalid);
  EXPECT_EQ(code(set_payload({{"a/b", "x"}})), ErrorCode::kInvalid);
  EXPECT_EQ(code(set_payload({{std::string(129, 'k'), "x"}})), ErrorCode::kInvalid);
  EXPECT_EQ(code(set_payload({{"a", std::string(4097, 'x')}})), ErrorCode::kInvalid);
  EXPECT_EQ(code(set_payload({{"a", "\xff"}})), ErrorCode::kInvalid);
  EXPECT_EQ(code(set_payload({{"a", "1"}, {"b", "2"}, {"a", "3"}})), ErrorCode::kInvalid);
  EXPECT_EQ(code({1, 2, 3}), ErrorCode::kInvalid);
  EXPECT_EQ(command_table().find(kind)->keys(set_payload({{"a/b", "x"}})).error().code,
            ErrorCode::kInvalid);
  EXPECT_EQ(set("a=1", Target::none()).error().code, ErrorCode::kNoTarget);
}

TEST_F(Commands, A257thTargetIsRefusedWithTheHint) {
  for (std::uint64_t id = 1; id <= kMaxAssignments; ++id) {
    ASSERT_TRUE(set("a=1", Target::one(MemberId(id))));
    ASSERT_TRUE(deploy("shop@1.0", 1, Target::one(MemberId(id))));
  }
  EXPECT_EQ(set("a=1", role("web")).error().code, ErrorCode::kRefused);
  EXPECT_EQ(deploy("shop@1.0", 1, role("web")).error().code, ErrorCode::kRefused);
  EXPECT_TRUE(set("a=1"));
  EXPECT_TRUE(deploy("shop@1.0", 1));
}

TEST_F(Commands, UnsetOfAnUnknownKeyNamesTheNearest) {
  EXPECT_EQ(unset("lvel").error(), (Error{ErrorCode::kNotFound, "no property lvel"}));
  ASSERT_TRUE(set("pool=1"));
  EXPECT_EQ(unset("lvel").error(), (Error{ErrorCode::kNotFound, "no property lvel"}));
  ASSERT_TRUE(set("level=1"));
  EXPECT_EQ(unset("lvel").error(),
            (Error{ErrorCode::kNotFound, "no property lvel; the nearest is level"}));
}

TEST_F(Commands, RefusedUnsets) {
  ASSERT_TRUE(set("a=1"));
  const KindId kind = testing::verb("unset").kind;
  const auto code = [&](const std::vector<std::string>& keys) {
    Bytes payload = make_payload<payload::Unset>(
        [&](auto out) { write_texts(keys, out.initKeys(static_cast<unsigned>(keys.size()))); });
    return submit(kind, std::move(payload), Target::all()).error().code;
  };
  EXPECT_EQ(code({}), ErrorCode::kInvalid);
  EXPECT_EQ(code({"a/b"}), ErrorCode::kInvalid);
  EXPECT_EQ(code({"a", "a"}), ErrorCode::kInvalid);
  EXPECT_EQ(code({"a", "b"}), ErrorCode::kNotFound);
  EXPECT_EQ(value("web-01", "a"), "1");
  EXPECT_EQ(unset("a", Target::none()).error().code, ErrorCode::kNoTarget);
}

TEST_F(Commands, UnsetCountsUntilSomethingIsSetThereAgain) {
  ASSERT_TRUE(set("a=1"));
  ASSERT_TRUE(unset("a", role("web")));
  const Entry web = log.back();
  EXPECT_TRUE(counts(web, "web-01"));
  ASSERT_TRUE(set("a=2", role("db")));
  EXPECT_TRUE(counts(web, "web-01"));
  ASSERT_TRUE(unset("a"));
  EXPECT_TRUE(counts(web, "web-01"));
  EXPECT_TRUE(counts(log.back(), "web-01"));
  ASSERT_TRUE(set("a=3"));
  EXPECT_FALSE(counts(web, "web-01"));
}

TEST_F(Commands, AKeyWithoutAnyValueLeavesNoRow) {
  ASSERT_TRUE(set("a=1", role("web")));
  ASSERT_TRUE(unset("a", role("web")));
  EXPECT_EQ(state.find("property/a"), nullptr);
}

TEST_F(Commands, G41_PingAndDumpChangeNothing) {
  ASSERT_TRUE(set("a=1"));
  ASSERT_TRUE(deploy("shop@1.0", 1));
  const GroupState before = state;
  const Desired desired = desired_for(state, row("web-01"));
  for (const char* verb : {"ping", "dump"}) {
    ASSERT_TRUE(run(verb, {}));
    EXPECT_EQ(state, before);
    EXPECT_EQ(state.digest(), before.digest());
    EXPECT_EQ(desired_for(state, row("web-01")), desired);
    EXPECT_TRUE(log.back().keys.empty());
    EXPECT_EQ(log.back().entry_class, EntryClass::kNeverLate);
    EXPECT_EQ(submit(log.back().kind, {1}, Target::all()).error().code, ErrorCode::kInvalid);
  }
}

}  // namespace
}  // namespace groupctl
