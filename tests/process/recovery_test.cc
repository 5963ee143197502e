// A coordinator whose folder was put back to an old copy.
#include <gtest/gtest.h>

#include <csignal>

#include "tests/process/harness_disk.h"
#include "tests/process/harness_group.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

void stop(Group& group) {
  group.coordinator().send(SIGTERM);
  EXPECT_EQ(group.coordinator().wait(20000), (Ended{0, 0}));
}

void set(Group& group, const std::string& pair) {
  ASSERT_EQ(group.ctl({"set", pair}).exit_code, 0) << pair;
}

TEST(Recovery, F29_F30_AGroupIsRecoveredFromAnOldCopy) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1", "m2"});
  set(group, "a=1");
  stop(group);
  const fs::path copy = group.dir() / "copy";
  copy_folder(group.state_dir(), copy);
  ASSERT_TRUE(group.start_coordinator());
  group.expect_converged({"m1", "m2"});
  const std::uint64_t kept = group.ctl({"status", "-o", "json"}).json().at("log").at("seq");
  set(group, "a=2");
  set(group, "lost=1");
  stop(group);
  fs::remove_all(group.state_dir());
  copy_folder(copy, group.state_dir());
  ASSERT_TRUE(group.start_coordinator());
  EXPECT_TRUE(eventually([&] { return group.logged("read-only") > 0; }));
  const Answer refused = group.ctl({"set", "a=3", "-o", "json"});
  EXPECT_EQ(refused.exit_code, 7);
  EXPECT_EQ(refused.json().at("code"), "read_only");

  EXPECT_EQ(group.ctl({"group", "recover"}).exit_code, 2) << "there is no terminal to ask at";
  const Answer recovered =
      group.ctl({"group", "recover", "--yes", "-m", "the disk broke", "-o", "json"});
  ASSERT_EQ(recovered.exit_code, 0) << recovered.err << recovered.out;
  EXPECT_EQ(recovered.json().at("lost").at("first"), kept + 1);
  EXPECT_EQ(recovered.json().at("lost").at("last"), kept + 2);
  group.expect_converged({"m1", "m2"});

  EXPECT_EQ(group.ctl({"group", "recover", "--yes"}).exit_code, 7) << "nothing is lost any more";
  const Answer lost = group.ctl({"log", "show", std::to_string(kept + 1)});
  EXPECT_NE(lost.exit_code, 0);
  EXPECT_NE(lost.err.find("were given up by"), std::string::npos) << lost.err;
  const Answer next = group.ctl({"set", "a=4", "-o", "json"});
  EXPECT_EQ(next.exit_code, 0) << next.err;
  EXPECT_EQ(next.json().at("seq"), kept + 3);
  group.expect_converged({"m1", "m2"});
  const auto properties = group.member("m1").status()->at("properties");
  EXPECT_EQ(properties.at("a"), "4");
  EXPECT_FALSE(properties.contains("lost"));
}

}  // namespace
}  // namespace groupctl::process_test
