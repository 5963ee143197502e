// Links that break, links that change bytes, processes that stand still, and clocks that jump.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "commands/syntax.h"
#include "daemon/random.h"
#include "tests/process/harness_link.h"
#include "tests/process/harness_load.h"
#include "tests/random_text.h"

namespace groupctl::process_test {
namespace {

bool hears(Group& group, const std::string& name) {
  const auto status = group.member(name).status();
  return status && status->value("coordinatorUp", false);
}

std::string state_of(const Group& group, const std::string& name) {
  return group.ctl({"member", "show", name, "-o", "json"}).json().value("state", "");
}

/// A group whose member m1 is behind a link, and m2 is not.
class Linked : public ::testing::Test {
 protected:
  void begin() {
    ASSERT_TRUE(group.start_coordinator({.flags = links.flags()}));
    group.start_members({"m2"});
    links.spare_present();  // where commands are published is told to all
    group.start_member("m1", {"--coordinator", links.member.endpoint()});
    group.expect_converged({"m1"});
    archive = group.pack_site("1.0");
    ASSERT_EQ(group.ctl({"deploy", "site@1.0", "--archive", archive}).exit_code, 0);
  }
  /// Both sides know of it; m1 keeps what it runs, and commands go on.
  void expect_partitioned() {
    EXPECT_TRUE(eventually([&] { return !hears(group, "m1"); }));
    EXPECT_TRUE(eventually([&] { return state_of(group, "m1") == "lost"; }));
    EXPECT_EQ(state_of(group, "m2"), "in_step");
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(group.ctl({"set", "while=away" + std::to_string(i), "--no-wait"}).exit_code, 0);
    }
    EXPECT_TRUE(group.serves("m1", "1.0"));
    EXPECT_FALSE(group.member("m1").status()->at("properties").contains("while"));
    EXPECT_TRUE(group.member("m1").process().running());
  }
  void expect_healed() {
    group.expect_converged({"m1", "m2"});
    EXPECT_EQ(group.member("m1").status()->at("properties").at("while"), "away4");
    EXPECT_EQ(group.logged("joined member=m1", "plan=snapshot"), 1U) << "it had all but the tail";
  }

  Group group;
  MemberLinks links{group};
  std::string archive;
};

TEST_F(Linked, F16_APartitionedMemberKeepsWhatItRunsAndCatchesUpByReplay) {
  begin();
  links.cut(true, true);
  expect_partitioned();
  links.heal();
  expect_healed();
}

TEST_F(Linked, F17_WhatTheCoordinatorSaysIsLost) {
  begin();
  links.cut(false, true);
  EXPECT_TRUE(eventually([&] { return !hears(group, "m1"); }));
  EXPECT_EQ(group.ctl({"set", "while=away4", "--no-wait"}).exit_code, 0);
  EXPECT_TRUE(group.serves("m1", "1.0"));
  links.heal();
  expect_healed();
}

TEST_F(Linked, F17_WhatTheMemberSaysIsLost) {
  begin();
  links.cut(true, false);
  EXPECT_TRUE(eventually([&] { return !hears(group, "m1"); })) << "though it hears everything";
  EXPECT_TRUE(eventually([&] { return state_of(group, "m1") == "lost"; }));
  EXPECT_EQ(group.ctl({"set", "while=away4", "--no-wait"}).exit_code, 0);
  EXPECT_TRUE(group.serves("m1", "1.0"));
  links.heal();
  expect_healed();
}

TEST_F(Linked, F24_ChangedBytesEndAConnectionAndNothingElse) {
  begin();
  // Who only listens says nothing behind the handshake.
  const std::vector<std::pair<Link*, Direction*>> places = {
      {&links.command, &links.command.from_server},
      {&links.member, &links.member.from_server},
      {&links.member, &links.member.towards_server}};
  for (const auto& [link, direction] : places) {
    direction->spare_handshakes = true;
    const std::size_t before = link->accepted();
    direction->flips = 1;
    EXPECT_TRUE(eventually([&, link = link, direction = direction] {
      group.ctl({"set", "while=changed", "--no-wait"});
      return direction->flipped == 1 && link->accepted() > before;
    })) << "who notices connects again";
    group.expect_converged({"m1", "m2"});
  }
  group.ctl({"set", "while=away4", "--no-wait"});
  expect_healed();
  const std::string log = read_file(group.member("m1").log_file()) + read_file(group.log_file());
  EXPECT_EQ(count_in(log, "does not verify"), 0U) << "nothing changed came through";
}

/// A process that stands still and goes on; meanwhile commands flow.
TEST(StandingStill, F3_AMemberIsLostAndCatchesUpByReplay) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1", "m2"});
  Load load(group, 2);
  for (int i = 0; i < 3; ++i) {
    group.member("m1").process().send(SIGSTOP);
    EXPECT_TRUE(eventually([&] { return state_of(group, "m1") == "lost"; }));
    EXPECT_TRUE(load.goes_on(10)) << "m1 stands still";
    group.member("m1").process().send(SIGCONT);
    EXPECT_TRUE(eventually([&] { return state_of(group, "m1") != "lost"; }));
  }
  load.stop();
  group.expect_converged({"m1", "m2"});
  load.expect_nothing_lost(group);
  EXPECT_EQ(group.logged("joined member=m1", "plan=snapshot"), 1U);
}

TEST(StandingStill, F3_ACoordinatorIsMissedAndGoesOnInItsEpoch) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1", "m2"});
  Load load(group, 2);
  ASSERT_TRUE(load.goes_on(10));
  for (int i = 0; i < 3; ++i) {
    group.coordinator().send(SIGSTOP);
    EXPECT_TRUE(eventually([&] { return !hears(group, "m1") && !hears(group, "m2"); }));
    // Nobody can take its place meanwhile.
    const Said second =
        run_program({coordinator_program(), "run", "--state-dir", group.state_dir().string()});
    EXPECT_EQ(second.ended, (Ended{73, 0})) << second.err;
    group.coordinator().send(SIGCONT);
    EXPECT_TRUE(load.goes_on(10)) << "after " << i;
  }
  load.stop();
  group.expect_converged({"m1", "m2"});
  load.expect_nothing_lost(group);
  EXPECT_EQ(group.admin().status()->hello.epoch, Epoch(1));
}

/// One submit after the other of so many properties of so many bytes each, always the same keys.
class LargeLoad {
 public:
  LargeLoad(const Group& group, std::size_t commands, std::size_t bytes) {
    for (std::size_t i = 0; i < commands; ++i) {
      const auto& table = syntax_table();
      const auto set = std::find_if(table.begin(), table.end(),
                                    [](const SyntaxRow& row) { return row.verb == "set"; });
      const auto built =
          set->build({{"KEY=VALUE", {"large" + std::to_string(i) + "=" + random_text(bytes, i)}}});
      SubmittedCommand command;
      command.kind = built->kind;
      command.target = Target::all();
      command.payload = built->payload;
      submit_.commands.push_back(command);
    }
    submit_.issuer = "large";
    thread_ = std::thread([this, endpoint = group.endpoint("admin")] { run(endpoint); });
  }
  ~LargeLoad() {
    stopping_ = true;
    thread_.join();
  }
  LargeLoad(const LargeLoad&) = delete;
  LargeLoad& operator=(const LargeLoad&) = delete;
  std::size_t count() const { return count_; }

 private:
  void run(const std::string& endpoint) {
    constexpr std::uint64_t kAnswerMs = 45000;
    Admin admin(endpoint);
    const auto hello = admin.client().hello(kAnswerMs);
    if (!hello) return;
    submit_.first = {drawn_client_id(hello->now, random_number()), 1};
    while (!stopping_ && admin.client().submit(submit_, kAnswerMs)) {
      submit_.first.number += submit_.commands.size();
      ++count_;
    }
  }
  Submit submit_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::size_t> count_{0};
  std::thread thread_;
};

/// Folders of this test are on no disk: it is about memory, and waits for thousands of syncs else.
class WithoutDisk {
 public:
  WithoutDisk() {
    if (const char* before = std::getenv("TMPDIR")) before_ = before;
    if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 1);
  }
  ~WithoutDisk() {
    if (before_.empty()) ::unsetenv("TMPDIR");
    if (!before_.empty()) ::setenv("TMPDIR", before_.c_str(), 1);
  }
  WithoutDisk(const WithoutDisk&) = delete;
  WithoutDisk& operator=(const WithoutDisk&) = delete;

 private:
  std::string before_;
};

TEST(StandingStill, F38_ASlowMemberCostsTheCoordinatorABoundedMemory) {
  constexpr std::size_t kSubmits = 2500;  // 40 MB: each is one message to every subscriber
  constexpr std::uint64_t kMostGrowth = std::uint64_t{28} << 20;
  const WithoutDisk without_disk;
  Group group;
  ASSERT_TRUE(group.start_coordinator({.flags = {"--keep-entries", "500", "--keep-age", "0s"}}));
  group.start_members({"m1", "m2"});
  group.member("m1").process().send(SIGSTOP);
  const std::uint64_t before = group.coordinator().private_memory();
  ASSERT_GT(before, 0U);
  std::uint64_t most = 0;
  {
    const LargeLoad load(group, 4, 4000);
    EXPECT_TRUE(eventually(
        [&] {
          most = std::max(most, group.coordinator().private_memory());
          return load.count() >= kSubmits;
        },
        40000))
        << load.count() << " submits";
  }
  group.expect_converged({"m2"});
  EXPECT_TRUE(eventually([&] {
    const auto status = group.admin().status();
    return status && status->floor.value + 1000 > status->head.value;
  })) << "who is lost holds nothing back";
  RecordProperty("grown_kib", std::to_string((most - before) >> 10));
  EXPECT_LT(most, before + kMostGrowth);
  group.member("m1").process().send(SIGCONT);
  group.expect_converged({"m1", "m2"});
  EXPECT_GT(group.logged("member=m1", "plan=snapshot"), 1U) << "it was below the floor";
  EXPECT_LT(group.coordinator().private_memory(), before + kMostGrowth) << "after the catch-up";
}

}  // namespace
}  // namespace groupctl::process_test
