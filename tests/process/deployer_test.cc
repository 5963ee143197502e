// Deployers that are programs of somebody else's, good and bad, under real members.
#include <signal.h>
#include <sys/stat.h>

#include "tests/process/deployer_fixture.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

TEST_F(Deployers, PutInPlaceRunUpdateAndRemove) {
  add("good", good_deployer());
  begin();
  const Answer first = deploy("1.0", "good", {"--health", "./well", "--config", "{\"a\":1}"});
  ASSERT_EQ(first.exit_code, 0) << first.out << first.err;
  EXPECT_TRUE(is_current("1.0"));
  EXPECT_EQ(artefact("run"), "running");
  EXPECT_EQ(read_file(state() / "shop.config"), "{\"a\":1}");
  EXPECT_EQ(read_file(state() / "shop.d/site/version"), "1.0");
  EXPECT_EQ(deploy("2.0").exit_code, 0);
  EXPECT_TRUE(is_current("2.0"));
  EXPECT_EQ(read_file(state() / "shop.d/runs"), "2.0\n");
  EXPECT_EQ(group.ctl({"refresh", "shop"}).exit_code, 0);
  EXPECT_EQ(count_in(read_file(state() / "shop.d/refreshes"), "refreshed"), 1U);
  EXPECT_EQ(group.ctl({"restart", "shop"}).exit_code, 0);
  EXPECT_EQ(asked("stop 2.0"), 1U) << "without a restart of its own it is stopped and started";
  EXPECT_EQ(group.ctl({"stop", "shop"}).exit_code, 0);
  EXPECT_EQ(artefact("run"), "stopped");
  EXPECT_EQ(group.ctl({"start", "shop"}).exit_code, 0);
  EXPECT_EQ(artefact("run"), "running");
  EXPECT_EQ(group.ctl({"undeploy", "shop"}).exit_code, 0);
  EXPECT_EQ(artefact("run"), "nothing");
  EXPECT_TRUE(fs::is_empty(state()));
}

TEST_F(Deployers, ThatRunNothingAreNotAskedTo) {
  add("copy", good_deployer("start|status|attach) exit 64 ;;\n"));
  begin();
  EXPECT_EQ(deploy("1.0", "copy").exit_code, 0);
  EXPECT_EQ(asked("start"), 0U);
  const Answer stopped = group.ctl({"stop", "shop"});
  EXPECT_NE(stopped.out.find("is nothing that runs"), std::string::npos) << stopped.out;
  EXPECT_EQ(group.ctl({"undeploy", "shop"}).exit_code, 0);
}

TEST_F(Deployers, WhatIsTemporaryIsTriedAgain) {
  add("good", good_deployer("deploy) [ \"$GROUP_ATTEMPT\" = 3 ] || exit 20 ;;\n"));
  add("never", good_deployer("deploy) echo 'the disk is away' >&2; exit 20 ;;\n"));
  begin();
  EXPECT_EQ(deploy("1.0").exit_code, 0);
  EXPECT_EQ(asked("deploy 1.0"), 3U);
  expect_bad(deploy("2.0", "never"), "exit code 20: the disk is away");
  EXPECT_EQ(asked("deploy 2.0"), 4U);
}

TEST_F(Deployers, ARuleOfTheMachineIsSaid) {
  add("good", good_deployer("deploy) echo 'not on a Friday'; exit 22 ;;\n"));
  begin();
  expect_bad(deploy("1.0"), "this machine does not allow it: exit code 22: not on a Friday");
  EXPECT_EQ(artefact("run"), "nothing");
}

TEST_F(Deployers, AReleaseThatDoesNotComeUpGivesWayToTheFormerOne) {
  add("good", good_deployer("start) [ \"$GROUP_VERSION\" = 1.0 ] || { echo 'no such table' >&2; "
                            "exit 1; }; echo 1.0 >runs ;;\n"));
  begin();
  ASSERT_EQ(deploy("1.0").exit_code, 0);
  const Answer ended = deploy("2.0");
  expect_bad(ended, "no such table");
  expect_bad(ended, "1.0 runs again");
  EXPECT_TRUE(is_current("1.0"));
  EXPECT_EQ(read_file(state() / "shop.d/site/version"), "1.0");
}

TEST_F(Deployers, F42_OneThatHangsIsTimedOutAndNothingIsLeftOfIt) {
  add("good",
      good_deployer("deploy) [ \"$GROUP_VERSION\" = 1.0 ] || { sleep 1000 & sleep 1000; } ;;\n"));
  begin({"--deployer-timeout", "1s"});
  ASSERT_EQ(deploy("1.0").exit_code, 0);
  const Answer hung = deploy("2.0");
  expect_bad(hung, "timed out");
  EXPECT_TRUE(is_current("1.0"));
  EXPECT_TRUE(nothing_has("GROUP_STATE_DIR=" + state().string()));
  EXPECT_EQ(group.ctl({"ping", "m1"}).exit_code, 0) << "the slot is not free";
}

TEST_F(Deployers, F42_AStatusThatHangsIsABadOutcome) {
  add("good", good_deployer("status) trap '' TERM; while :; do sleep 1; done ;;\n"));
  begin();
  expect_bad(deploy("1.0"), "timed out");
  EXPECT_TRUE(nothing_has("GROUP_STATE_DIR=" + state().string()));
}

TEST_F(Deployers, F43_WhatForksLeavesNothing) {
  add("good", good_deployer("deploy) for i in 1 2 3 4; do (setsid sleep 1000 & ) ; done ;;\n"));
  add("many", good_deployer("deploy) i=0; while [ $i -lt 700 ]; do sleep 1000 & i=$((i+1)); done; "
                            "wait ;;\n"));
  begin();
  EXPECT_EQ(deploy("1.0").exit_code, 0);
  EXPECT_TRUE(nothing_has("GROUP_STATE_DIR=" + state().string()));
  expect_bad(deploy("2.0", "many"), "tasks");
  EXPECT_TRUE(nothing_has("GROUP_STATE_DIR=" + state("many").string()));
}

TEST_F(Deployers, F44_AFloodIsBoundedAndHarmless) {
  add("good", good_deployer("deploy) head -c 3000000 /dev/urandom; yes | head -c 5000000\n"
                            "  head -c 3000000 /dev/urandom >&2; exec >&- 2>&- ;;\n"));
  add("noisy", good_deployer("deploy) head -c 1000000 /dev/urandom >&2; exit 21 ;;\n"));
  begin();
  const Answer flooded = deploy("1.0");
  EXPECT_EQ(flooded.exit_code, 0) << flooded.out << flooded.err;
  const Answer failed = deploy("2.0", "noisy", {"-o", "json"});
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_EQ(failed.json().at("summary").at("failed"), 1);
  EXPECT_LT(fs::file_size(state("noisy") / "shop.output"), 140'000U);
}

TEST_F(Deployers, F45_WhatCannotBeRunIsSaidAsItIs) {
  add("crash", good_deployer("deploy) kill -SEGV $$ ;;\n"));
  add("nothing",
      "\x7f"
      "no format");
  const std::string open_to_all = add("open", good_deployer());
  const std::string gone = add("gone", good_deployer());
  const std::string plain = add("plain", good_deployer());
  begin();
  ::chmod(open_to_all.c_str(), 0777);
  ::chmod(plain.c_str(), 0644);
  fs::remove(gone);
  expect_bad(deploy("1.0", "crash"), "killed by SIGSEGV");
  expect_bad(deploy("1.1", "nothing"), "deployer nothing: ");
  expect_bad(deploy("1.2", "open"), open_to_all);
  expect_bad(deploy("1.3", "gone"), "deployer gone: ");
  expect_bad(deploy("1.4", "plain"), "not executable");
  expect_bad(deploy("1.5", "never-there"), "no deployer \"never-there\"");
  EXPECT_EQ(artefact("run"), "nothing");
}

/// While 2.0 is deployed, until there is a gate.
class InMidDeploy : public Deployers {
 protected:
  void SetUp() override {
    add("good", good_deployer("deploy) [ \"$GROUP_VERSION\" = 1.0 ] || while [ ! -e gate ]; do "
                              "sleep 0.05; done; rm -rf site; cp -R \"$GROUP_RELEASE_DIR\" site "
                              ";;\n"));
    begin();
    ASSERT_EQ(deploy("1.0").exit_code, 0);
    const Answer submitted = deploy("2.0", "good", {"--no-wait"});
    ASSERT_EQ(submitted.exit_code, 0) << submitted.err;
    ASSERT_TRUE(eventually([&] { return asked("deploy 2.0") == 1; }));
  }
  /// The member has ended.
  void expect_that_the_step_is_repeated() {
    EXPECT_TRUE(nothing_has("GROUP_STATE_DIR=" + state().string())) << "two could run at once";
    EXPECT_TRUE(is_current("1.0"));
    write_file(state() / "shop.d/gate", "");
    start_member();
    EXPECT_TRUE(is_current("2.0"));
    EXPECT_EQ(asked("deploy 2.0"), 2U);
    EXPECT_EQ(artefact("run"), "running");
  }
};

TEST_F(InMidDeploy, F2_AMemberThatIsKilledRepeatsTheStep) {
  group.member("m1").process().kill_nine();
  expect_that_the_step_is_repeated();
}

TEST_F(InMidDeploy, F2_AMemberThatIsToldToEndRepeatsTheStep) {
  group.member("m1").process().send(SIGTERM);
  ASSERT_TRUE(group.member("m1").process().wait(20'000));
  expect_that_the_step_is_repeated();
}

TEST_F(Deployers, SayInADryRunWhatTheyWouldDoAndLeaveNothing) {
  add("good",
      good_deployer(
          "plan) [ \"$GROUP_VERSION\" = 1.0 ] || { echo 'no unit of it' >&2; "
          "exit 21; }; echo '{\"result\":{\"text\":\"reloads '$(cat $GROUP_CONFIG)'\"}}' ;;\n"));
  begin();
  const Answer first = deploy("1.0", "good", {"--dry-run", "--config", "nginx"});
  EXPECT_NE(first.out.find("deploy 1.0 (reloads nginx), start"), std::string::npos) << first.out;
  EXPECT_FALSE(std::filesystem::exists(state() / "shop.d"));
  EXPECT_FALSE(std::filesystem::exists(state() / "shop.planned"));
  ASSERT_EQ(deploy("1.0").exit_code, 0);
  const Answer second = deploy("2.0", "good", {"--dry-run"});
  EXPECT_NE(second.out.find("would fail at plan: "), std::string::npos) << second.out;
  EXPECT_NE(second.out.find("no unit of it"), std::string::npos) << second.out;
  EXPECT_TRUE(is_current("1.0"));
  EXPECT_EQ(asked("deploy 2.0"), 0U);
}

TEST_F(Deployers, AreAskedWhatTheyFindWhenTheMemberStarts) {
  add("good", good_deployer());
  begin();
  ASSERT_EQ(deploy("1.0").exit_code, 0);
  group.member("m1").process().kill_nine();
  start_member();
  EXPECT_EQ(asked("attach 1.0"), 1U);
  EXPECT_EQ(asked("start 1.0"), 1U) << "what was attached is not started anew";
  group.member("m1").process().kill_nine();
  write_file(state() / "shop.d/foreign", "");
  start_member();
  EXPECT_TRUE(eventually([&] { return asked("start 1.0") == 2; })) << "it is replaced";
}

TEST_F(Deployers, WhatTheyKnowIsInADump) {
  add("good", good_deployer());
  begin();
  ASSERT_EQ(deploy("1.0").exit_code, 0);
  const std::string into = (group.dir() / "d").string();
  const Answer dumped = group.ctl({"dump", "--collect", into, "-o", "json"});
  EXPECT_EQ(dumped.exit_code, 0) << dumped.out << dumped.err;
  const auto seq = std::to_string(dumped.json().at("seq").get<std::uint64_t>());
  const Said listed = run_program({"/usr/bin/tar", "-tf", into + "/" + seq + "-m1.tar.zst"});
  EXPECT_NE(listed.out.find("shop.d/handle"), std::string::npos) << listed.out << listed.err;
  EXPECT_NE(listed.out.find("shop.output"), std::string::npos) << listed.out;
}

}  // namespace
}  // namespace groupctl::process_test
