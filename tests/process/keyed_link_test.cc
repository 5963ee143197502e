// What can happen to messages inside an encrypted transport, by whoever has the keys: lost,
// repeated, out of order, changed.
#include <gtest/gtest.h>

#include "tests/process/harness_group.h"
#include "tests/process/harness_keyed_link.h"
#include "tests/process/harness_link.h"
#include "tests/process/harness_socket.h"

namespace groupctl::process_test {
namespace {

/// A group whose member m1 is behind a link that has its key; m2 only hears commands through it.
class KeyedLinked : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(group.start_coordinator({.flags = KeyedLink::flags(host)}));
    link.emplace(group, "m1", host);
    group.start_members({"m2"});
    group.start_member("m1", {"--coordinator", link->endpoint()});
    group.expect_converged({"m1", "m2"});
  }
  void set(const std::string& assignment) {
    EXPECT_EQ(group.ctl({"set", assignment, "--no-wait"}).exit_code, 0);
  }
  /// Nobody had a reason to begin anew, and the last value is the one of the last command.
  void expect_mended(const std::string& value) {
    group.expect_converged({"m1", "m2"});
    for (const char* name : {"m1", "m2"}) {
      EXPECT_EQ(group.member(name).status()->at("properties").at("k"), value) << name;
      EXPECT_EQ(group.logged("joined member=" + std::string(name)), 1U) << name;
    }
  }
  std::size_t member_logged(const std::string& text) {
    return count_in(read_file(group.member("m1").log_file()), text);
  }

  const std::string host = drawn_host();
  Group group;
  std::optional<KeyedLink> link;
};

TEST_F(KeyedLinked, F19_ALostCommandIsSeenAtTheNextOneAndFetched) {
  link->commands.drop(1);
  set("k=lost");
  ASSERT_TRUE(eventually([&] { return link->commands.dropped() == 1; }));
  set("k=next");
  expect_mended("next");
}

TEST_F(KeyedLinked, F20_ALostLastCommandIsSeenByTheHeartbeat) {
  link->commands.drop(1);
  set("k=last");
  ASSERT_TRUE(eventually([&] { return link->commands.dropped() == 1; }));
  expect_mended("last");
}

TEST_F(KeyedLinked, F21_WhatComesThreeTimesIsDoneAndCountedOnce) {
  link->commands.repeat(3);
  link->acks.repeat(3);
  link->pages.repeat(3);
  const std::string archive = group.pack_site("1.0");
  ASSERT_EQ(group.ctl({"deploy", "site@1.0", "--archive", archive}).exit_code, 0);
  for (int i = 0; i < 5; ++i) {
    // One frame each, else one could hold several.
    const int before = link->commands.repeated();
    set("k=" + std::to_string(i));
    EXPECT_TRUE(eventually([&] { return link->commands.repeated() > before; })) << i;
  }
  expect_mended("4");
  EXPECT_GE(link->acks.repeated(), 1);
  const auto head = group.admin().status()->head.value;
  for (std::uint64_t sequence = head - 5; sequence <= head; ++sequence) {
    const auto shown = group.ctl({"log", "show", std::to_string(sequence), "-o", "json"}).json();
    EXPECT_EQ(shown.at("members").size(), 2U) << sequence;
  }
}

TEST_F(KeyedLinked, F22_WhatComesOutOfOrderIsDoneInOrder) {
  constexpr int kCommands = 48;
  link->commands.reorder(16);
  for (int i = 0; i < kCommands; ++i) set("k=" + std::to_string(i));
  ASSERT_TRUE(eventually([&] { return link->commands.reordered() >= 16; }));
  link->commands.reorder(1);
  expect_mended(std::to_string(kCommands - 1));
}

TEST_F(KeyedLinked, F23_AChangedRecordIsDroppedCountedAndFetchedAgain) {
  for (int i = 0; i < 3; ++i) {
    link->commands.change(1);
    set("k=" + std::to_string(i));
    ASSERT_TRUE(eventually([&] { return link->commands.changed() == i + 1; })) << i;
    group.expect_converged({"m1", "m2"});
  }
  link->pages.change(1);  // what mends the next one
  link->commands.change(1);
  set("k=last");
  EXPECT_TRUE(eventually([&] { return link->pages.changed() == 1; }));
  expect_mended("last");
  EXPECT_EQ(member_logged("dropped what does not verify"), 4U) << "the fifth is only counted";
  EXPECT_EQ(member_logged("so_far=1 "), 1U);
  EXPECT_GE(member_logged("error member dropped what does not verify"), 1U)
      << "the third time it is an error";
}

}  // namespace
}  // namespace groupctl::process_test
