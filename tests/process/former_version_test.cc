// Whatever becomes of a new version: the former one is there again, or runs on.
#include "keeper/kept.h"
#include "tests/process/deployer_fixture.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kServe = "#!/bin/sh\ntrap 'exit 0' TERM\nwhile :; do sleep 0.05; done\n";
constexpr const char* kRunsServe = R"({"command":["./serve"],"steady":"10ms"})";

class FormerVersion : public Deployers {
 protected:
  keeper::Kept kept() { return {keeper_program(), (state_dir() / "run/shop").string()}; }
  fs::path state_dir() { return group.member("m1").state_dir(); }
  pid_t running_pid() {
    const auto state = kept().state();
    return state && state->phase == keeper::Phase::kRunning ? static_cast<pid_t>(state->pid) : 0;
  }
  std::string pack_served(const std::string& version) const {
    return group.pack("shop", version,
                      {{"serve", kServe}, {"sick", "#!/bin/sh\necho 'not yet' >&2\nexit 1\n"}});
  }
  Answer deploy_by(const std::string& deployer, const std::string& version,
                   const std::string& archive, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"deploy", "shop@" + version, "--archive",
                                      archive,  "--deployer",      deployer};
    words.insert(words.end(), more.begin(), more.end());
    return group.ctl(words);
  }
  std::string site() const { return read_file(state() / "shop.d/site/version"); }
};

TEST_F(FormerVersion, F42_F43_F44_F45_IsPutBackWhateverADeployerDidToIt) {
  const std::string spoilt = "[ \"$GROUP_VERSION\" = 1.0 ] || rm -rf site; case $GROUP_VERSION in";
  add("good", good_deployer("deploy) " + spoilt +
                            " 1.0) rm -rf site && cp -R \"$GROUP_RELEASE_DIR\" site ;;\n"
                            " 2.0) echo 'no schema' >&2; exit 21 ;;\n"
                            " 3.0) sleep 1000 ;;\n"
                            " 4.0) kill -SEGV $$ ;;\n"
                            " 5.0) yes | head -c 5000000; exit 1 ;;\n"
                            " 6.0) i=0; while [ $i -lt 700 ]; do sleep 1000 & i=$((i+1)); done; "
                            "wait ;;\n"
                            " esac ;;\n"));
  begin({"--deployer-timeout", "5s"});
  ASSERT_EQ(deploy("1.0").exit_code, 0);
  const std::pair<const char*, const char*> ends[] = {{"2.0", "no schema"},
                                                      {"3.0", "timed out"},
                                                      {"4.0", "killed by SIGSEGV"},
                                                      {"5.0", "exit code 1"},
                                                      {"6.0", ""}};
  for (const auto& [version, why] : ends) {
    const Answer ended = deploy(version);
    expect_bad(ended, why);
    expect_bad(ended, "1.0 is in place again");
    EXPECT_TRUE(is_current("1.0")) << version;
    EXPECT_EQ(site(), "1.0") << version;
    const std::string head = std::to_string(group.admin().status()->head.value);
    EXPECT_NE(group.ctl({"log", "show", head}).out.find(why), std::string::npos) << version;
  }
  EXPECT_EQ(artefact("version"), "1.0");
}

TEST_F(FormerVersion, IsNotTakenForWholeWhenItCouldNotBePutBack) {
  add("good", good_deployer("deploy) if [ -e broken ] || [ \"$GROUP_VERSION\" = 2.0 ]; then\n"
                            "  rm -rf site; touch broken; exit 21; fi\n"
                            "  rm -rf site && cp -R \"$GROUP_RELEASE_DIR\" site ;;\n"));
  begin();
  const std::string archive = group.pack("shop", "1.0", {{"version", "1.0"}});
  ASSERT_EQ(deploy_by("good", "1.0", archive).exit_code, 0);
  expect_bad(deploy("2.0"), "1.0 could not be put back");
  EXPECT_EQ(site(), "");
  ASSERT_EQ(group.member("m1").local({"scan"}).exit_code, 0);
  expect_bad(deploy_by("good", "1.0", archive), "exit code 21");
  fs::remove(state() / "shop.d/broken");
  const Answer again = deploy_by("good", "1.0", archive);
  EXPECT_EQ(again.exit_code, 0) << again.out;
  EXPECT_NE(again.out.find("1 done"), std::string::npos) << "not unchanged: " << again.out;
  EXPECT_EQ(site(), "1.0");
}

TEST_F(FormerVersion, F2_RunsAgainAlsoWhenItsMemberIsKilledInTheHealthCheck) {
  begin();
  ASSERT_EQ(deploy_by("process", "1.0", pack_served("1.0"), {"--config", kRunsServe}).exit_code, 0);
  const Answer sent = deploy_by("process", "2.0", pack_served("2.0"),
                                {"--config", kRunsServe, "--health", "./sick", "--health-within",
                                 "4s", "--health-every", "100ms", "--no-wait", "-o", "name"});
  ASSERT_EQ(sent.exit_code, 0) << sent.err;
  ASSERT_TRUE(eventually([&] { return is_current("2.0") && running_pid() != 0; }));
  group.member("m1").process().kill_nine();
  start_member();
  const std::string sequence = sent.out.substr(0, sent.out.size() - 1);
  const Answer ended = group.ctl({"wait", sequence, "--wait-timeout", "40s"});
  EXPECT_EQ(ended.exit_code, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("1.0 runs again"), std::string::npos) << ended.out;
  EXPECT_TRUE(is_current("1.0"));
  EXPECT_NE(running_pid(), 0);
  EXPECT_EQ(artefact("version"), "1.0");
}

TEST_F(FormerVersion, RunsOnUntilAnotherDeployerHasAllThatItNeeds) {
  begin();
  ASSERT_EQ(deploy_by("process", "1.0", pack_served("1.0"), {"--config", kRunsServe}).exit_code, 0);
  const pid_t pid = running_pid();
  ASSERT_NE(pid, 0);
  const std::string broken = (group.dir() / "broken.tar").string();
  write_file(broken, "this is no archive");
  const Answer refused = deploy_by("dir", "2.0", broken);
  EXPECT_EQ(refused.exit_code, 1) << refused.out;
  EXPECT_EQ(running_pid(), pid) << "nothing was touched";
  EXPECT_TRUE(is_current("1.0"));
  const Answer sick =
      deploy_by("dir", "3.0", pack_served("3.0"),
                {"--health", "./sick", "--health-within", "500ms", "--health-every", "100ms"});
  EXPECT_EQ(sick.exit_code, 1);
  EXPECT_NE(sick.out.find("1.0 runs again"), std::string::npos) << sick.out;
  EXPECT_TRUE(is_current("1.0"));
  EXPECT_NE(running_pid(), 0);
  EXPECT_EQ(artefact("version"), "1.0");
  const Answer taken = deploy_by("dir", "4.0", pack_served("4.0"));
  EXPECT_EQ(taken.exit_code, 0) << taken.out;
  EXPECT_EQ(running_pid(), 0);
  EXPECT_TRUE(is_current("4.0"));
  const std::string archive = pack_served("5.0");
  const Answer mistyped =
      deploy_by("process", "5.0", archive, {"--config", R"({"comand":["./serve"]})"});
  EXPECT_EQ(mistyped.exit_code, 1);
  EXPECT_TRUE(is_current("4.0")) << "dir still has it in place";
  EXPECT_EQ(artefact("version"), "4.0");
  ASSERT_EQ(group.ctl({"repo", "put", "shop@5.0", archive}).exit_code, 0);
  const Answer foretold = group.ctl({"deploy", "shop@5.0", "--deployer", "process", "--config",
                                     R"({"comand":["./serve"]})", "--dry-run"});
  EXPECT_NE(foretold.out.find("comand"), std::string::npos) << foretold.out << foretold.err;
}

}  // namespace
}  // namespace groupctl::process_test
