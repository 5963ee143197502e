// SIGKILL under load: nothing that was acknowledged is lost, no sequence is used twice, and all end
// with the same state.
#include <gtest/gtest.h>

#include "tests/process/harness_load.h"
#include "tests/process/moments.h"

namespace groupctl::process_test {
namespace {

TEST(Killing, F1_TheCoordinatorUnderLoad) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1", "m2", "m3"});
  Load load(group, 4);
  Moments moments;
  SCOPED_TRACE("seed " + std::to_string(moments.seed()));
  for (int i = 0; i < kills(); ++i) {
    ASSERT_TRUE(load.goes_on(20)) << "after kill " << i;
    moments.pass(300);
    group.coordinator().kill_nine();
    ASSERT_TRUE(group.start_coordinator());
  }
  ASSERT_TRUE(load.goes_on(20));
  load.stop();
  group.expect_converged({"m1", "m2", "m3"});
  load.expect_nothing_lost(group);
  EXPECT_EQ(group.admin().status()->hello.epoch, Epoch(static_cast<std::uint64_t>(kills()) + 1));
}

TEST(Killing, F2_MembersUnderLoad) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  const std::vector<std::string> names = {"m1", "m2", "m3"};
  group.start_members(names);
  Load load(group, 4);
  Moments moments;
  SCOPED_TRACE("seed " + std::to_string(moments.seed()));
  for (int i = 0; i < kills(); ++i) {
    const std::string& name = names[static_cast<std::size_t>(i) % names.size()];
    ASSERT_TRUE(load.goes_on(20)) << "after kill " << i;
    moments.pass(300);
    group.member(name).process().kill_nine();
    ASSERT_TRUE(load.goes_on(20)) << name << " is away";
    group.start_member(name);
  }
  ASSERT_TRUE(load.goes_on(20));
  load.stop();
  group.expect_converged(names);
  load.expect_nothing_lost(group);
}

TEST(Killing, F2_AMemberDuringADeploy) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1", "m2"});
  const std::string archives[] = {group.pack_site("1.0"), group.pack_site("2.0")};
  Moments moments;
  SCOPED_TRACE("seed " + std::to_string(moments.seed()));
  for (int i = 0; i < kills(); ++i) {
    const std::string version = i % 2 == 0 ? "1.0" : "2.0";
    const Answer sent =
        group.ctl({"deploy", "site@" + version, "--archive", archives[i % 2], "--no-wait"});
    ASSERT_EQ(sent.exit_code, 0) << sent.err;
    moments.pass(30);
    group.member("m2").process().kill_nine();
    // At no moment is there a mixture: what is current is one whole release.
    EXPECT_TRUE(i == 0 || group.serves("m2", "1.0") || group.serves("m2", "2.0"));
    group.start_members({"m2"});
    EXPECT_TRUE(group.serves("m2", version));
  }
  const nlohmann::json list = group.ctl({"log", "list", "-o", "json"}).json();
  for (const auto& entry : list.at("entries")) {
    for (const auto& [outcome, count] : entry.at("summary").items()) {
      EXPECT_TRUE(outcome == "done" || outcome == "unchanged" || outcome == "superseded")
          << entry.dump();
    }
  }
}

TEST(Killing, ALostAcknowledgementOfAFailureIsGivenAgain) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1"});
  // The coordinator dies while the outcome is on its way; the member keeps it until it is recorded.
  const std::string nothing(64, 'a');
  ASSERT_EQ(group.ctl({"deploy", "ghost@1", "--digest", nothing, "--no-wait"}).exit_code, 0);
  group.coordinator().kill_nine();
  ASSERT_TRUE(group.start_coordinator());
  group.expect_converged({"m1"});
  const auto shown = group.ctl({"log", "show", "2", "-o", "json"}).json();
  EXPECT_EQ(shown.at("summary"), nlohmann::json({{"failed", 1}}));
  EXPECT_EQ(shown.at("members").at(0).at("step"), "fetch");
}

}  // namespace
}  // namespace groupctl::process_test
