// A coordinator and a member on two hosts, as far as the network between them knows.
#include <gtest/gtest.h>

#include "tests/process/harness_group.h"
#include "tests/process/harness_net.h"
#include "tests/process/harness_socket.h"

namespace groupctl::process_test {
namespace {

/// The coordinator and its member near are on the first host, far is on the second.
class TwoHostsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = TwoHosts::make("127.77.0");
    if (!made) GTEST_SKIP() << made.error().text;
    hosts = *std::move(made);
    for (const char* plane : {"member", "command"}) {
      const std::uint16_t port = address_of(group.endpoint(plane)).port;
      group.place(plane, TcpAddress{hosts->first().address(), port}.endpoint());
    }
    // The test itself is on neither.
    group.place("admin", "ipc://" + (group.dir() / "admin.sock").string());
    CoordinatorOptions options;
    options.before = hosts->first().inside();
    ASSERT_TRUE(group.start_coordinator(options));
    group.member("near").run_behind(hosts->first().inside());
    group.member("far").run_behind(hosts->second().inside());
    group.start_members({"near", "far"});
    archive = group.pack_site("1.0");
    ASSERT_EQ(group.ctl({"deploy", "site@1.0", "--archive", archive}).exit_code, 0);
  }

  bool far_hears() {
    const auto status = group.member("far").status();
    return status && status->value("coordinatorUp", false);
  }
  std::string state_of(const std::string& name) const {
    return group.ctl({"member", "show", name, "-o", "json"}).json().value("state", "");
  }
  /// Both sides know of it by themselves, and far keeps what it runs while the group goes on.
  void expect_partitioned() {
    EXPECT_TRUE(eventually([&] { return !far_hears(); }));
    EXPECT_TRUE(eventually([&] { return state_of("far") == "lost"; }));
    EXPECT_EQ(group.ctl({"set", "while=away", "--no-wait"}).exit_code, 0);
    EXPECT_TRUE(eventually(
        [&] { return group.member("near").status()->at("properties").contains("while"); }));
    EXPECT_EQ(state_of("near"), "in_step");
    EXPECT_TRUE(group.serves("far", "1.0"));
    EXPECT_FALSE(group.member("far").status()->at("properties").contains("while"));
  }
  void expect_healed() {
    group.expect_converged({"near", "far"});
    EXPECT_EQ(group.member("far").status()->at("properties").at("while"), "away");
    EXPECT_EQ(group.logged("joined member=far", "plan=snapshot"), 1U) << "it had all but the tail";
  }

  Group group;
  std::unique_ptr<TwoHosts> hosts;
  std::string archive;
};

TEST_F(TwoHostsTest, G10_AMemberElsewhereJoinsAndIsDeployedTo) {
  EXPECT_TRUE(group.serves("far", "1.0"));
  EXPECT_EQ(group.ctl({"repo", "put", "site@2.0", group.pack_site("2.0")}).exit_code, 0);
  EXPECT_EQ(group.ctl({"deploy", "site@2.0"}).exit_code, 0);
  EXPECT_TRUE(group.serves("far", "2.0"));
  EXPECT_EQ(group.member("far").leave().exit_code, 0);
}

TEST_F(TwoHostsTest, F16_ACableThatIsOutAndInAgain) {
  ASSERT_TRUE(hosts->second().set_link(false));
  expect_partitioned();
  ASSERT_TRUE(hosts->second().set_link(true));
  expect_healed();
}

TEST_F(TwoHostsTest, F17_NothingComesFromTheCoordinator) {
  ASSERT_TRUE(hosts->first().lose_what_goes_to(hosts->second()));
  expect_partitioned();
  ASSERT_TRUE(hosts->first().find_again(hosts->second()));
  expect_healed();
}

TEST_F(TwoHostsTest, F17_NothingComesFromTheMember) {
  ASSERT_TRUE(hosts->second().lose_what_goes_to(hosts->first()));
  expect_partitioned();
  ASSERT_TRUE(hosts->second().find_again(hosts->first()));
  expect_healed();
}

TEST_F(TwoHostsTest, I12_AMemberElsewhereIsRevokedAndLetInAgain) {
  const std::string fingerprint =
      group.ctl({"member", "show", "far", "-o", "json"}).json().at("session").at("keyFingerprint");
  EXPECT_EQ(group.ctl({"key", "revoke", "far", "-y", "-m", "stolen"}).exit_code, 0);
  expect_partitioned();
  EXPECT_TRUE(eventually([&] { return group.logged("a key was refused") > 0; }))
      << "at the handshake, when it came back";
  const Answer accepted = group.ctl({"key", "accept", "far", "--fingerprint", fingerprint});
  EXPECT_EQ(accepted.exit_code, 0) << accepted.err;
  expect_healed();
}

}  // namespace
}  // namespace groupctl::process_test
