// groupctl deployer test: what it says of good and of bad deployers.
#include "tests/process/deployer_fixture.h"

namespace groupctl::process_test {
namespace {

class DeployerKit : public Deployers {
 protected:
  Answer test(const std::string& script) const {
    return group.ctl({"deployer", "test", add("subject", script), "-o", "json"});
  }
  /// How one check ended; empty: there was no such check.
  static std::string result(const Answer& answer, const std::string& name) {
    const auto checks = answer.json().at("checks");
    for (const auto& check : checks) {
      if (check.at("name") == name) return check.at("result");
    }
    return {};
  }
  void expect_failed(const std::string& script, const std::string& name) const {
    const Answer answer = test(script);
    EXPECT_EQ(answer.exit_code, 1) << answer.out << answer.err;
    EXPECT_EQ(result(answer, name), "failed") << answer.out << answer.err;
  }
};

TEST_F(DeployerKit, AGoodOnePasses) {
  const Answer answer = test(good_deployer());
  EXPECT_EQ(answer.exit_code, 0) << answer.out << answer.err;
  const auto checks = answer.json().at("checks");
  for (const auto& check : checks) EXPECT_EQ(check.at("result"), "ok") << check;
  EXPECT_EQ(checks.size(), 14U) << answer.out;
  const Answer text = group.ctl({"deployer", "test", add("subject", good_deployer())});
  EXPECT_NE(text.out.find("ok       deploy twice\n"), std::string::npos) << text.out;
}

TEST_F(DeployerKit, TheOneOfTheManualIsADeployer) {
  const std::string manual = read_file(source_dir() / "docs/deployer.md");
  const std::size_t begin = manual.find("#!/bin/sh");
  const Answer answer = test(manual.substr(begin, manual.find("```", begin) - begin));
  EXPECT_EQ(answer.exit_code, 0) << answer.out << answer.err;
  EXPECT_EQ(result(answer, "start twice"), "skipped");
}

TEST_F(DeployerKit, BadOnesFailWhereTheyAreBad) {
  expect_failed("#!/bin/sh\nexit 0\n", "what it does not know it says by 64");
  expect_failed(good_deployer("describe) echo '{\"name\":\"x\"}' ;;\n"), "describe");
  expect_failed(good_deployer("describe) sleep 30 ;;\n"), "describe");
  expect_failed(good_deployer("deploy) exit 21 ;;\n"), "deploy");
  expect_failed(good_deployer("plan) rm -rf site ;;\n"), "plan");
  expect_failed(good_deployer("deploy) mkdir once; cp -R \"$GROUP_RELEASE_DIR\" site ;;\n"),
                "deploy twice");
  expect_failed(good_deployer("deploy) mkdir busy; sleep 0.3; rmdir busy; mkdir -p site ;;\n"),
                "deploy after a kill");
  expect_failed(good_deployer("deploy) echo x >\"$GROUP_RELEASE_DIR/mine\"; mkdir -p site ;;\n"),
                "releases are left as they are");
  expect_failed(good_deployer("stop) rm runs ;;\n"), "stop twice");
  expect_failed(good_deployer("attach) echo '{\"state\":\"attached\"}' ;;\n"),
                "attach to what is stopped");
  expect_failed(good_deployer("undeploy) rm -r site ;;\n"), "undeploy twice");
  expect_failed(good_deployer("status) echo '{\"state\":\"fine\"}' ;;\n"), "status");
}

TEST_F(DeployerKit, F45_OneThatOthersMayChangeFails) {
  const std::string path = (group.dir() / "subject").string();  // below /tmp
  write_file(path, good_deployer());
  std::filesystem::permissions(path, std::filesystem::perms::all);
  const Answer answer = group.ctl({"deployer", "test", path, "-o", "json"});
  EXPECT_EQ(answer.exit_code, 1);
  EXPECT_EQ(result(answer, "nobody else can change it"), "failed") << answer.out << answer.err;
  EXPECT_EQ(result(answer, "deploy twice"), "ok") << answer.out;
}

TEST_F(DeployerKit, WhatIsNotThereIsSaid) {
  EXPECT_EQ(group.ctl({"deployer", "test", "/nowhere/x"}).exit_code, 3);
  EXPECT_EQ(group.ctl({"deployer", "test"}).exit_code, 2);
  const Answer no_keeper = group.ctl(
      {"deployer", "test", add("subject", good_deployer()), "--keeper", "/nowhere/keeper"});
  EXPECT_EQ(no_keeper.exit_code, 1) << no_keeper.out << no_keeper.err;
}

}  // namespace
}  // namespace groupctl::process_test
