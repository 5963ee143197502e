// A member joins, is away, and catches up: by a replay, by a snapshot, or as another member.
#include <gtest/gtest.h>

#include "tests/process/harness_load.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

TEST(Joining, G10_FirstJoinIsBySnapshot) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1"});
  EXPECT_EQ(group.logged("joined member=m1", "plan=snapshot"), 1U);
  const auto status = group.member("m1").status();
  ASSERT_TRUE(status.has_value());
  EXPECT_EQ(status->at("phase"), "in_step");
  EXPECT_EQ(status->at("group"), "shop");
}

TEST(Joining, G10_ALateJoinerHasTheFilesAndProperties) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1"});
  const std::string archive = group.pack_site("1.0");
  EXPECT_EQ(group.ctl({"deploy", "site@1.0", "--archive", archive}).exit_code, 0);
  EXPECT_EQ(group.ctl({"set", "colour=red"}).exit_code, 0);
  group.start_members({"m2"});
  EXPECT_TRUE(eventually([&] { return group.serves("m2", "1.0"); }));
  EXPECT_TRUE(group.serves("m1", "1.0"));
  EXPECT_EQ(group.member("m2").status()->at("properties").at("colour"), "red");
}

TEST(Joining, G12_RejoinWithATailIsAReplay) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1", "m2"});
  const std::string first = group.pack_site("1.0");
  const std::string second = group.pack_site("2.0");
  ASSERT_EQ(group.ctl({"deploy", "site@1.0", "--archive", first}).exit_code, 0);
  group.member("m2").process().kill_nine();
  const Answer away = group.ctl({"deploy", "site@2.0", "--archive", second, "-o", "json"});
  EXPECT_EQ(away.exit_code, 1) << away.err;
  EXPECT_EQ(away.json().at("summary").at("lost"), 1);
  EXPECT_EQ(away.json().at("summary").at("done"), 1);
  EXPECT_TRUE(group.serves("m2", "1.0"));
  group.start_members({"m2"});
  EXPECT_EQ(group.logged("joined member=m2", "plan=replay"), 1U);
  EXPECT_TRUE(eventually([&] { return group.serves("m2", "2.0"); }));
}

TEST(Joining, G27_RejoinWithNothingMissedTakesNothing) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1"});
  group.member("m1").process().kill_nine();
  group.start_members({"m1"});
  EXPECT_EQ(group.logged("joined member=m1", "plan=nothing"), 1U);
  EXPECT_EQ(group.logged("joined member=m1", "plan=snapshot"), 1U);
}

TEST(Joining, G12_RejoinBelowTheFloorIsASnapshot) {
  Group group;
  ASSERT_TRUE(group.start_coordinator({.flags = {"--keep-entries", "5", "--keep-age", "0s"}}));
  group.start_members({"m1", "m2"});
  group.member("m2").process().kill_nine();
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(group.ctl({"set", "n=" + std::to_string(i), "--no-wait"}).exit_code, 0);
  }
  EXPECT_TRUE(eventually([&] {
    return group.ctl({"status", "-o", "json"}).json().at("log").at("floor") > 10;
  }));
  group.start_members({"m2"});
  EXPECT_EQ(group.logged("joined member=m2", "plan=snapshot"), 2U);
  EXPECT_EQ(group.member("m2").status()->at("properties").at("n"), "19");
}

TEST(Joining, AWipedMemberJoinsAsAnotherUnderItsName) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1"});
  const std::string archive = group.pack_site("1.0");
  ASSERT_EQ(group.ctl({"deploy", "site@1.0", "--archive", archive}).exit_code, 0);
  const auto before = group.member("m1").status();
  group.member("m1").process().kill_nine();
  fs::remove_all(group.member("m1").state_dir());
  fs::remove_all(group.member("m1").files());
  group.start_members({"m1"});
  EXPECT_TRUE(eventually([&] { return group.serves("m1", "1.0"); }));
  const auto after = group.member("m1").status();
  EXPECT_NE(after->at("serverId"), before->at("serverId"));
  EXPECT_NE(after->at("id"), before->at("id"));
  EXPECT_EQ(group.ctl({"member", "list", "-o", "json"}).json().at("members").size(), 1U);
}

TEST(Joining, G26_LeaveAndRejoinIsANewRowAndASnapshot) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1", "m2"});
  const auto before = group.member("m2").status();
  const Answer left = group.member("m2").leave();
  EXPECT_EQ(left.exit_code, 0) << left.err;
  EXPECT_EQ(group.member("m2").process().wait(20000), (Ended{0, 0}));
  EXPECT_EQ(group.ctl({"member", "list", "-o", "json"}).json().at("members").size(), 1U);
  const Answer set = group.ctl({"set", "a=1", "-o", "json"});
  EXPECT_EQ(set.exit_code, 0);
  EXPECT_EQ(set.json().at("target").at("expected"), 1);
  group.start_members({"m2"});
  EXPECT_EQ(group.logged("joined member=m2", "plan=snapshot"), 2U);
  EXPECT_EQ(group.member("m2").status()->at("serverId"), before->at("serverId"));
  EXPECT_NE(group.member("m2").status()->at("id"), before->at("id"));
}

TEST(Joining, F26_AMemberOfAnotherGroupIsToldNothing) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1"});
  group.start_member("m2", {"--group", "bakery"});
  Member& stranger = group.member("m2");
  EXPECT_TRUE(eventually([&] {
    const auto status = stranger.status();
    return status && status->at("phase") == "quarantined";
  })) << "it is not even on the list of those who wait to be let in";
  EXPECT_EQ(group.ctl({"member", "list", "-o", "json"}).json().at("members").size(), 1U);
  const auto status = stranger.status();
  ASSERT_TRUE(status.has_value());
  EXPECT_EQ(status->at("knownHead"), 0);
  EXPECT_EQ(status->at("logId"), std::string(32, '0'));
}

TEST(Joining, G1_AStateDirectoryIsBoundToItsGroup) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1"});
  group.member("m1").process().kill_nine();
  group.start_member("m1", {"--group", "bakery"});
  EXPECT_EQ(group.member("m1").process().wait(20000), (Ended{2, 0}));
  EXPECT_NE(read_file(group.member("m1").log_file()).find("belongs to group \"shop\""),
            std::string::npos);
}

TEST(Joining, F32_ACopiedStateDirectoryIsRefusedWhileTheFirstAnswers) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1"});
  const fs::path copy = group.dir() / "copy-state";
  group.member("m1").process().kill_nine();
  fs::remove(group.member("m1").state_dir() / "member.sock");
  fs::copy(group.member("m1").state_dir(), copy, fs::copy_options::recursive);
  // The copy counts its incarnation up from where it was copied, so it would take the session over
  // as a restart does; started twice over, the first one's is no lower.
  group.start_members({"m1"});
  group.member("m1").process().kill_nine();
  group.start_members({"m1"});
  group.start_member("copy", {"--name", "m1", "--state-dir", copy.string()});
  EXPECT_TRUE(eventually([&] { return group.logged("refused", "server id") > 0; }));
  group.expect_converged({"m1"});
}

TEST(Joining, ANameThatIsTakenIsRefused) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1"});
  group.start_member("other", {"--name", "m1"});
  EXPECT_TRUE(eventually([&] { return group.logged("refused", "belongs to a member") > 0; }));
  group.expect_converged({"m1"});
}

TEST(Joining, G11_TwentyJoinersDuringLiveTraffic) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  Load load(group, 2);
  ASSERT_TRUE(load.goes_on(50));
  std::vector<std::string> names;
  for (int i = 1; i <= 20; ++i) {
    names.push_back("m" + std::to_string(i));
    group.start_member(names.back());
  }
  ASSERT_TRUE(eventually([&] { return group.logged("joined member=", "plan=snapshot") >= 20; }));
  EXPECT_TRUE(load.goes_on(50));
  load.stop();
  group.expect_converged(names);
  load.expect_nothing_lost(group);
}

}  // namespace
}  // namespace groupctl::process_test
