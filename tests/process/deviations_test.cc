// Deviations of real members: local commands with the coordinator up and killed, changes by hand,
// and what operators see and do about them.
#include <gtest/gtest.h>

#include "tests/process/harness_group.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kScan = "500ms";

class Deviations : public ::testing::Test {
 protected:
  /// m1 and m2 run and have site 1.0; m1 looks often at what is in place.
  void begin(const std::vector<std::string>& flags = {"--scan-interval", kScan}) {
    ASSERT_TRUE(group.start_coordinator());
    group.start_member("m1", flags);
    group.start_members({"m2"});
    group.expect_converged({"m1", "m2"});
    one = group.pack_site("1.0");
    two = group.pack_site("2.0");
    ASSERT_EQ(group.ctl({"deploy", "site@1.0", "--archive", one}).exit_code, 0);
  }
  Answer local(std::vector<std::string> words) { return group.member("m1").local(words); }
  std::string state_of(const std::string& name) const {
    const auto list = group.ctl({"member", "list", "-o", "json"}).json();
    for (const auto& member : list.at("members")) {
      if (member.at("name") == name) return member.at("state");
    }
    return "";
  }
  /// How many deviations `groupctl diff` shows.
  int deviations() const {
    return group.ctl({"diff", "-o", "json"}).json().at("deviations").get<int>();
  }
  std::string property(const std::string& name, const std::string& key) {
    const auto status = group.member(name).status();
    return status ? status->at("properties").value(key, "") : "nobody answers";
  }
  fs::path page() { return group.member("m1").files() / "site" / "current" / "index.html"; }

  Group group;
  std::string one, two;
};

TEST_F(Deviations, G33_G45_LocalCommandsChangeThisMemberAloneAndAreSeen) {
  begin();
  const auto before = group.admin().status();
  ASSERT_TRUE(before);
  EXPECT_EQ(local({"set", "mode=slow", "-m", "testing"}).exit_code, 0);
  const Answer deployed = local({"deploy", "site@2.0", "--archive", two, "-o", "json"});
  EXPECT_EQ(deployed.exit_code, 0) << deployed.err;
  EXPECT_EQ(deployed.json().at("results").at(0).at("result"), "done");
  EXPECT_TRUE(group.serves("m1", "2.0"));
  EXPECT_TRUE(group.serves("m2", "1.0"));
  EXPECT_EQ(property("m1", "mode"), "slow");
  EXPECT_EQ(property("m2", "mode"), "");
  EXPECT_TRUE(eventually([&] { return state_of("m1") == "drifted"; }));
  EXPECT_EQ(state_of("m2"), "in_step");
  const auto diff = group.ctl({"diff", "-o", "json"}).json();
  EXPECT_EQ(diff.at("deviations"), 2);
  const auto& rows = diff.at("members").at(0).at("deviations");
  EXPECT_EQ(rows.at(0).at("group"), "1.0");
  EXPECT_EQ(rows.at(0).at("there"), "2.0");
  EXPECT_EQ(rows.at(1).at("why"), "testing");
  EXPECT_NE(rows.at(1).at("who").get<std::string>().find('@'), std::string::npos);
  EXPECT_EQ(group.ctl({"diff", "--exit-code"}).exit_code, 1);
  const auto after = group.admin().status();
  ASSERT_TRUE(after);
  EXPECT_EQ(after->head, before->head) << "G34: nothing of it is in the log";
  EXPECT_EQ(after->state_digest, before->state_digest);
}

TEST_F(Deviations, G45_TheVerbsWorkWithTheCoordinatorKilledAndTheDeviationStays) {
  begin();
  group.coordinator().kill_nine();
  EXPECT_EQ(local({"deploy", "site@2.0", "--archive", two}).exit_code, 0);
  EXPECT_EQ(local({"set", "mode=slow"}).exit_code, 0);
  EXPECT_EQ(local({"unset", "limit"}).exit_code, 0);
  EXPECT_TRUE(group.serves("m1", "2.0"));
  EXPECT_EQ(property("m1", "mode"), "slow");
  group.member("m1").process().kill_nine();
  group.start_member("m1");
  EXPECT_TRUE(eventually([&] { return property("m1", "mode") == "slow"; }));
  const Answer diff = group.member("m1").diff({"-o", "json"});
  EXPECT_EQ(diff.exit_code, 0) << diff.err;
  EXPECT_EQ(diff.json().at("deviations").size(), 2U);
  EXPECT_EQ(local({"undeploy", "site"}).exit_code, 0);
  EXPECT_FALSE(fs::exists(group.member("m1").files() / "site" / "current"));
  EXPECT_EQ(local({"reconcile"}).exit_code, 0);
  EXPECT_TRUE(group.serves("m1", "1.0"));
  EXPECT_EQ(group.member("m1").diff({"--exit-code"}).exit_code, 0);
}

TEST_F(Deviations, G33_AGroupCommandForItEndsOverriddenAndReconcileGivesItUp) {
  begin();
  ASSERT_EQ(local({"deploy", "site@2.0", "--archive", two}).exit_code, 0);
  const Answer again = group.ctl({"deploy", "site@1.0", "--archive", one, "-o", "json"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(again.json().at("summary").at("overridden"), 1);
  EXPECT_TRUE(group.serves("m1", "2.0"));
  const auto before = group.admin().status();
  const Answer reconciled = group.ctl({"reconcile", "m1"});
  EXPECT_EQ(reconciled.exit_code, 0) << reconciled.err;
  EXPECT_TRUE(group.serves("m1", "1.0")) << "it is done when reconcile returns";
  EXPECT_EQ(deviations(), 0);
  EXPECT_EQ(group.admin().status()->head, before->head);
  EXPECT_EQ(group.admin().status()->state_digest, before->state_digest);
}

TEST_F(Deviations, AdoptMakesItTheGroups) {
  begin();
  ASSERT_EQ(local({"deploy", "site@2.0", "--archive", two}).exit_code, 0);
  ASSERT_EQ(local({"set", "mode=slow"}).exit_code, 0);
  EXPECT_EQ(group.ctl({"adopt", "m1"}).exit_code, 2) << "nobody is there to ask";
  const Answer adopted = group.ctl({"adopt", "m1", "-y", "-m", "it works", "-o", "json"});
  EXPECT_EQ(adopted.exit_code, 0) << adopted.err << adopted.out;
  EXPECT_EQ(adopted.json().at("commands").size(), 2U);
  EXPECT_EQ(deviations(), 0);
  group.expect_converged({"m1", "m2"});
  EXPECT_TRUE(group.serves("m1", "2.0"));
  EXPECT_TRUE(group.serves("m2", "1.0")) << "for that member, unless a target is given";
  EXPECT_EQ(property("m1", "mode"), "slow");
  EXPECT_TRUE(eventually([&] { return state_of("m1") == "in_step"; }));
}

TEST_F(Deviations, WhatIsHeldIsLeftAsItIs) {
  begin();
  ASSERT_EQ(local({"hold", "site", "-m", "an audit"}).exit_code, 0);
  const Answer deployed = group.ctl({"deploy", "site@2.0", "--archive", two, "-o", "json"});
  EXPECT_EQ(deployed.json().at("summary").at("overridden"), 1);
  EXPECT_TRUE(group.serves("m1", "1.0"));
  EXPECT_TRUE(group.serves("m2", "2.0"));
  EXPECT_EQ(local({"release", "site"}).exit_code, 0);
  EXPECT_TRUE(group.serves("m1", "2.0"));
  EXPECT_EQ(local({"release", "site"}).exit_code, 3);
  EXPECT_EQ(local({"hold", "nothing"}).exit_code, 3);
}

TEST_F(Deviations, F47_ARemovedFileIsReportedWithinAScanAndNotMended) {
  begin();
  fs::remove(page());
  EXPECT_TRUE(eventually([&] { return deviations() == 1; }));
  EXPECT_TRUE(eventually([&] { return state_of("m1") == "drifted"; }));
  const auto row =
      group.ctl({"diff", "m1", "-o", "json"}).json().at("members").at(0).at("deviations").at(0);
  EXPECT_EQ(row.at("kind"), "drifted");
  EXPECT_EQ(row.at("why"), "index.html is gone");
  const Answer looked = local({"scan"});
  EXPECT_EQ(looked.exit_code, 0) << looked.err;
  EXPECT_NE(looked.out.find("index.html is gone"), std::string::npos) << looked.out;
  EXPECT_FALSE(fs::exists(page())) << "never mended silently";
  EXPECT_EQ(group.ctl({"reconcile", "m1"}).exit_code, 0);
  EXPECT_TRUE(group.serves("m1", "1.0"));
  EXPECT_EQ(deviations(), 0);
}

TEST_F(Deviations, F47_AChangedFileAndAMovedLinkAreReported) {
  begin();
  ASSERT_EQ(group.ctl({"deploy", "site@2.0", "--archive", two}).exit_code, 0);
  write_file(page(), "another page");
  EXPECT_EQ(local({"scan"}).exit_code, 0);
  EXPECT_EQ(deviations(), 1);
  const fs::path site = group.member("m1").files() / "site";
  fs::path former;
  for (const auto& release : fs::directory_iterator(site / "releases")) {
    if (release.path().filename().string().starts_with("1.0-")) former = release.path().filename();
  }
  fs::remove(site / "current");
  fs::create_symlink("releases" / former, site / "current");
  EXPECT_NE(local({"scan"}).out.find("version 1.0 is in place, not 2.0"), std::string::npos);
  EXPECT_EQ(group.ctl({"reconcile", "m1"}).exit_code, 0);
  EXPECT_TRUE(group.serves("m1", "2.0"));
}

TEST_F(Deviations, F47_RevertPutsItBack) {
  begin({"--scan-interval", kScan, "--on-local-change", "revert"});
  fs::remove(page());
  EXPECT_TRUE(eventually([&] { return group.serves("m1", "1.0"); }));
  EXPECT_NE(read_file(group.member("m1").log_file()).find("drifted artefact=site"),
            std::string::npos);
}

TEST_F(Deviations, AMemberThatIsAwayCannotBeTold) {
  begin();
  group.member("m2").process().kill_nine();
  EXPECT_TRUE(eventually([&] { return state_of("m2") == "lost"; }));
  const Answer diff = group.ctl({"diff"});
  EXPECT_EQ(diff.exit_code, 0);
  EXPECT_NE(diff.out.find("? unknown"), std::string::npos) << diff.out;
  EXPECT_EQ(group.ctl({"diff", "--exit-code"}).exit_code, 1);
  EXPECT_EQ(group.ctl({"reconcile", "m2"}).exit_code, 1);
  EXPECT_EQ(group.ctl({"diff", "m9"}).exit_code, 3);
  EXPECT_EQ(group.member("m2").local({"set", "a=1"}).exit_code, 4) << "no member runs there";
}

TEST_F(Deviations, AFailedLocalDeployIsSaidAndShown) {
  begin();
  const std::string nowhere(64, 'a');
  const Answer failed = local({"deploy", "site@9.9", "--digest", nowhere});
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_NE(failed.out.find("is in no repository"), std::string::npos) << failed.out;
  EXPECT_TRUE(group.serves("m1", "1.0"));
  EXPECT_EQ(local({"deploy", "site@9.9"}).exit_code, 2);
  EXPECT_EQ(local({"release", "site"}).exit_code, 0);
  EXPECT_EQ(deviations(), 0);
}

}  // namespace
}  // namespace groupctl::process_test
