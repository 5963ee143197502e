// Workloads of real members: what is deployed runs, outlives its member, and is found again.
#include <gtest/gtest.h>
#include <signal.h>

#include "keeper/kept.h"
#include "tests/process/harness_group.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

/// Runs until it is told to end, and counts its refreshes in the file that MARKS names.
constexpr const char* kServe =
    "#!/bin/sh\n"
    "trap 'echo refreshed >>\"$MARKS\"' HUP\n"
    "trap 'exit 0' TERM\n"
    "echo \"$GROUP_VERSION\" >>\"$MARKS\"\n"
    "while :; do sleep 0.05; done\n";
constexpr const char* kEndAtOnce = "#!/bin/sh\necho 'no such table' >&2\nexit 3\n";

class Workload : public ::testing::Test {
 protected:
  void begin(const std::vector<std::string>& flags = {}) {
    ASSERT_TRUE(group.start_coordinator());
    group.start_member("m1", flags);
    group.expect_converged({"m1"});
  }
  fs::path marks() const { return group.dir() / "marks"; }
  std::string config(const std::string& more = "") const {
    return R"({"command":["./serve"],"environment":{"MARKS":")" + marks().string() + "\"}" + more +
           "}";
  }
  Answer deploy(const std::string& version, const std::string& serve,
                const std::vector<std::string>& more = {}) {
    const std::string archive = group.pack("shop", version,
                                           {{"serve", serve},
                                            {"well", "#!/bin/sh\nexit 0\n"},
                                            {"sick", "#!/bin/sh\necho 'not yet' >&2\nexit 1\n"}});
    std::vector<std::string> words = {"deploy",     "shop@" + version, "--archive", archive,
                                      "--deployer", "process",         "--config",  config()};
    words.insert(words.end(), more.begin(), more.end());
    return group.ctl(words);
  }
  keeper::KeptState state() {
    const auto found =
        keeper::Kept(keeper_program(), (group.member("m1").state_dir() / "run/shop").string())
            .state();
    keeper::KeptState none;
    none.phase = keeper::Phase::kStopped;
    return found.value_or(none);
  }
  std::string output() {
    return keeper::Kept(keeper_program(), (group.member("m1").state_dir() / "run/shop").string())
        .output()
        .value_or("");
  }
  bool runs() { return state().phase == keeper::Phase::kRunning; }
  std::string artefact(const std::string& field) {
    const auto status = group.member("m1").status();
    if (!status || status->at("artefacts").empty()) return "nothing";
    return status->at("artefacts").at(0).value(field, "");
  }

  Group group;
};

TEST_F(Workload, RunsIsUpdatedStoppedStartedRefreshedAndRemoved) {
  begin();
  const Answer first = deploy("1.0", kServe, {"--health", "./well"});
  ASSERT_EQ(first.exit_code, 0) << first.out << first.err;
  EXPECT_TRUE(runs());
  const auto one = state().pid;
  EXPECT_EQ(artefact("run"), "running");
  EXPECT_EQ(deploy("2.0", kServe).exit_code, 0);
  EXPECT_TRUE(runs());
  EXPECT_NE(state().pid, one);
  EXPECT_TRUE(eventually([&] { return read_file(marks()) == "1.0\n2.0\n"; })) << read_file(marks());

  EXPECT_EQ(group.ctl({"refresh", "shop"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return count_in(read_file(marks()), "refreshed") == 1; }));
  const auto two = state().pid;
  EXPECT_EQ(group.ctl({"restart", "shop"}).exit_code, 0);
  EXPECT_NE(state().pid, two);
  EXPECT_EQ(group.ctl({"stop", "shop"}).exit_code, 0);
  EXPECT_FALSE(runs());
  EXPECT_EQ(artefact("run"), "stopped");
  EXPECT_EQ(group.ctl({"start", "shop"}).exit_code, 0);
  EXPECT_TRUE(runs());
  EXPECT_EQ(group.ctl({"undeploy", "shop"}).exit_code, 0);
  EXPECT_FALSE(runs());
  EXPECT_EQ(artefact("run"), "nothing");
  EXPECT_FALSE(fs::exists(group.member("m1").state_dir() / "run/shop"));
}

TEST_F(Workload, RunsWhereTheMemberWasGivenRelativePaths) {
  const fs::path m1 = group.member("m1").state_dir();
  begin({"--keeper", fs::relative(keeper_program()).string(), "--state-dir",
         fs::relative(m1).string(), "--root", fs::relative(group.member("m1").files()).string()});
  const Answer deployed = deploy("1.0", kServe);
  ASSERT_EQ(deployed.exit_code, 0) << deployed.out << deployed.err;
  EXPECT_TRUE(runs());
  EXPECT_EQ(group.ctl({"undeploy", "shop"}).exit_code, 0);
}

TEST_F(Workload, RunsAsTheUserAndWithinTheLimitsOfItsConfiguration) {
  begin();
  fs::permissions(group.dir(), fs::perms(0711));  // mkdtemp's folder is nobody else's
  const std::string archive = group.pack(
      "shop", "1.0",
      {{"serve",
        "#!/bin/sh\nid -un\nulimit -n\nulimit -v\ncd \"$GROUP_DATA_DIR\" && echo mine >here\n"
        "exec sleep 1000\n"}});
  const Answer deployed = group.ctl(
      {"deploy", "shop@1.0", "--archive", archive, "--deployer", "process", "--config",
       R"({"command":["./serve"],"user":"nobody","openFiles":77,"memoryMiB":64,"tasks":9})"});
  ASSERT_EQ(deployed.exit_code, 0) << deployed.out << deployed.err;
  EXPECT_TRUE(eventually([&] { return output() == "nobody\n77\n65536\n"; })) << output();
  EXPECT_EQ(read_file(group.member("m1").files() / "shop/data/here"), "mine\n");
  const Answer nobody =
      group.ctl({"deploy", "shop@1.0", "--archive", archive, "--deployer", "process", "--config",
                 R"({"command":["./serve"],"user":"noone"})"});
  EXPECT_EQ(nobody.exit_code, 1);
  EXPECT_NE(nobody.out.find("noone"), std::string::npos) << nobody.out;
  EXPECT_TRUE(runs()) << "the former one";
}

TEST_F(Workload, OutlivesItsMemberAndIsAttached) {
  begin();
  ASSERT_EQ(deploy("1.0", kServe).exit_code, 0);
  const auto before = state();
  group.member("m1").process().kill_nine();
  EXPECT_TRUE(runs());
  group.start_member("m1");
  group.expect_converged({"m1"});
  EXPECT_EQ(state().pid, before.pid) << "it was started anew";
  EXPECT_EQ(artefact("run"), "running");
  EXPECT_EQ(group.ctl({"stop", "shop"}).exit_code, 0);
  EXPECT_FALSE(runs());
}

TEST_F(Workload, AReleaseThatDoesNotComeUpIsAFailureAndTheFormerOneRunsAgain) {
  begin();
  ASSERT_EQ(deploy("1.0", kServe, {"--health", "./well"}).exit_code, 0);
  const Answer ended = deploy("2.0", kEndAtOnce);
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_NE(ended.out.find("it ended at once: exit code 3"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("1.0 runs again"), std::string::npos) << ended.out;
  EXPECT_TRUE(runs());
  EXPECT_EQ(artefact("version"), "1.0");
  const Answer sick = deploy(
      "3.0", kServe, {"--health", "./sick", "--health-within", "500ms", "--health-every", "100ms"});
  EXPECT_EQ(sick.exit_code, 1);
  EXPECT_NE(sick.out.find("not yet"), std::string::npos) << sick.out;
  EXPECT_NE(sick.out.find("1.0 runs again"), std::string::npos) << sick.out;
  EXPECT_TRUE(runs());
  EXPECT_EQ(artefact("version"), "1.0");
}

TEST_F(Workload, F46_OneThatCrashesInALoopIsADelta) {
  begin({"--scan-interval", "300ms"});
  ASSERT_EQ(deploy("1.0", "#!/bin/sh\nsleep 1\necho 'lost it' >&2\nexit 7\n").exit_code, 0);
  const auto failing = [&] {
    const auto status = group.member("m1").status();
    return status && status->at("delta").dump().find("exit code 7") != std::string::npos;
  };
  EXPECT_TRUE(eventually(failing));
  const Answer diff = group.ctl({"diff"});
  EXPECT_NE(diff.out.find("failing"), std::string::npos) << diff.out;
}

TEST_F(Workload, F47_OneThatSomebodyKilledIsADeltaAndRevertedOnlyWhereToldTo) {
  begin({"--scan-interval", "300ms"});
  ASSERT_EQ(deploy("1.0", kServe).exit_code, 0);
  ::kill(static_cast<pid_t>(state().keeper_pid), SIGTERM);
  const auto stopped = [&] {
    return group.ctl({"diff"}).out.find("- stopped") != std::string::npos;
  };
  EXPECT_TRUE(eventually(stopped));
  EXPECT_EQ(state().phase, keeper::Phase::kStopped);
  EXPECT_EQ(group.ctl({"reconcile", "m1"}).exit_code, 0);
  EXPECT_TRUE(runs());
  group.member("m1").process().kill_nine();
  group.start_member("m1", {"--scan-interval", "300ms", "--on-local-change", "revert"});
  group.expect_converged({"m1"});
  const auto before = state();
  ::kill(static_cast<pid_t>(before.keeper_pid), SIGTERM);
  EXPECT_TRUE(eventually([&] { return runs() && state().pid != before.pid; }));
}

TEST_F(Workload, BadConfigurationsAreFailedSteps) {
  begin();
  const std::string archive = group.pack("shop", "1.0", {{"serve", kServe}});
  const auto why = [&](const std::string& config) {
    const Answer answer = group.ctl(
        {"deploy", "shop@1.0", "--archive", archive, "--deployer", "process", "--config", config});
    EXPECT_EQ(answer.exit_code, 1) << answer.out << answer.err;
    return answer.out;
  };
  EXPECT_NE(why("{\"comand\":[\"x\"]}").find("Did you mean: command?"), std::string::npos);
  EXPECT_NE(why("{\"command\":[\"./nothing\"]}").find("the release has no program ./nothing"),
            std::string::npos);
  EXPECT_NE(why("{\"command\":[\"../../bin/sh\"]}").find("no path beneath the release"),
            std::string::npos);
  EXPECT_NE(why("{\"command\":[\"no-such-program\"]}").find("there is no program"),
            std::string::npos);
  EXPECT_FALSE(runs());
}

}  // namespace
}  // namespace groupctl::process_test
