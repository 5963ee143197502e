// The simulator over fresh seeds and over all seeds that ever failed. Where the fresh ones begin is
// drawn from the day, so it is not always the same; the first line printed says where, and
// GROUPCTL_SIM_BASE=N begins there again. GROUPCTL_LONG=1: ten times as many.
#include "tests/simulation/world/simulation.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>

namespace groupctl::sim {
namespace {

constexpr std::uint64_t kParts = 8;
constexpr std::uint64_t kSeedsAPart = 25;
constexpr std::uint64_t kBarredSeeds = 20;
constexpr std::uint64_t kProcesses = 8;

bool is_long() {
  const char* wish = std::getenv("GROUPCTL_LONG");
  return wish != nullptr && std::string(wish) == "1";
}

std::uint64_t base_seed() {
  if (const char* base = std::getenv("GROUPCTL_SIM_BASE")) {
    return std::strtoull(base, nullptr, 10);
  }
  constexpr std::uint64_t kSecondsADay = 24 * 3600;
  return 1'000'000 * (static_cast<std::uint64_t>(std::time(nullptr)) / kSecondsADay);
}

/// What must come about within a hundred seeds, or the simulator has lost its teeth.
const char* const kMustHappen[] = {
    "replay page", "snapshot used", "a later chunk of an image", "coordinator restarted",
    "commit refused", "commit unknown, written", "commit unknown, not written",
    "crash in a commit, written", "crash in a commit, not written",
    "crash after the work, before its outcome", "a retry was accepted", "a repeated answer",
    "member crashed", "member wiped", "member leaves", "labels changed", "operator labels",
    "evicted is told", "lost member evicted", "session lost", "link cut", "local command",
    "changed by hand", "a member is had to reconcile", "a dry run", "a member foretells",
    "coordinator put back", "recovered", "the floor rises",
    "a sluggish member told to resynchronise", "an older epoch heard",
    "publications taken together", "overridden", "a knock too many", "an outcome too many",
    "a member is refused as busy", "submit refused as busy",
    // rollouts
    "a rollout", "a rollout after another", "a rollout released", "a rollout is finished",
    "a rollout is stopped", "a canary failed", "a rollout is paused", "a rollout is resumed",
    "a rollout is aborted", "a rollout is undone", "a rollout is ended",
    "somebody joins in mid-rollout", "the coordinator dies in mid-rollout",
    // keys
    "a member's handshake refused", "a member is let in by a token", "a pending key is accepted",
    "a member in step is revoked", "a revoked key is accepted again", "a key is rotated",
    "a key that was replaced is used", "a member's key is lost", "a key's time is over",
    "cut off: refused by its key",
    // who is hostile
    "a hostile key is revoked", "a hostile member is evicted", "hostile: joined",
    "hostile: refused by its key", "hostile: refused by its role", "hostile: refused by its name",
    "hostile: refused by its server", "hostile: noise", "hostile: a foreign session",
    "hostile: a false ack", "hostile: more than a peer may send"};

/// And in a process with several groups.
const char* const kMustHappenBeside[] = {"a message of another group", "a member of another group",
                                         "hostile: refused for another group's server",
                                         "coordinator restarted"};

class FreshSeeds : public testing::TestWithParam<std::uint64_t> {};

TEST_P(FreshSeeds, I1_I2_I3_I4_I5_I6_I8_I9_I10_I11_I12_I14_I15_I17_L1_G36_hold) {
  const std::uint64_t count = kSeedsAPart * (is_long() ? 10 : 1);
  const std::uint64_t first = base_seed() + GetParam() * count;
  std::cout << "seeds " << first << " to " << first + count - 1
            << " (GROUPCTL_SIM_BASE=" << base_seed() << " repeats them)\n";
  std::uint64_t events = 0;
  const std::clock_t begin = std::clock();
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const SimulationResult result = simulate(seed);
    ASSERT_FALSE(result.violation) << report(result);
    events += result.events;
    if (seed % 100 == 0) {
      EXPECT_EQ(simulate(seed).trace_hash, result.trace_hash) << "seed " << seed << " twice";
    }
  }
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  std::cout << static_cast<double>(count) / seconds << " seeds a second, " << events << " events\n";
}

INSTANTIATE_TEST_SUITE_P(Parts, FreshSeeds, testing::Range<std::uint64_t>(0, kParts));

/// What is barred may as well not have been said: without it all goes the same way to the byte.
TEST(Barred, I12_leaves_no_trace_in_what_others_do) {
  std::uint64_t hostile = 0;
  const std::uint64_t count = kBarredSeeds * (is_long() ? 10 : 1);
  for (std::uint64_t seed = base_seed(); hostile < count; ++seed) {
    const SimulationResult said = simulate(seed);
    ASSERT_FALSE(said.violation) << report(said);
    if (!said.sometimes.contains("hostile: refused by its key")) continue;
    ++hostile;
    const SimulationResult unsaid = simulate(seed, {.mute_the_barred = true});
    EXPECT_EQ(said.trace_hash, unsaid.trace_hash) << "I12: seed " << seed << " (sim --mute)";
  }
}

/// A group beside others goes as it does alone, whoever comes from there.
TEST(SeveralGroups, I13_each_goes_as_if_it_were_alone) {
  const std::uint64_t count = kProcesses * (is_long() ? 10 : 1);
  std::map<std::string, std::uint64_t> happened;
  for (std::uint64_t seed = base_seed(); seed < base_seed() + count; ++seed) {
    const std::size_t groups = 2 + seed % 2;
    const auto beside = simulate_process(seed, {.groups = groups});
    for (std::size_t i = 0; i < groups; ++i) {
      ASSERT_FALSE(beside[i].violation) << "group " << i << ": " << report(beside[i]);
      const auto alone = simulate_process(seed, {.groups = groups, .alone = i});
      ASSERT_FALSE(alone.front().violation) << "group " << i << ": " << report(alone.front());
      EXPECT_EQ(alone.front().trace_hash, beside[i].trace_hash)
          << "I13: sim --seed " << seed << " --groups " << groups << " [--alone " << i << "]";
      for (const auto& [what, times] : beside[i].sometimes) happened[what] += times;
    }
  }
  for (const char* what : kMustHappenBeside) EXPECT_GT(happened[what], 0U) << what;
}

/// Those of before there were keys are in worlds without any as well.
TEST(StoredSeeds, every_seed_that_ever_failed_holds) {
  std::ifstream file(GROUPCTL_SEEDS_FILE);
  ASSERT_TRUE(file) << GROUPCTL_SEEDS_FILE;
  std::string line;
  std::uint64_t count = 0;
  while (std::getline(file, line)) {
    if (line.empty() || line.front() == '#') continue;
    for (const bool open : {false, true}) {
      const std::uint64_t seed = std::strtoull(line.c_str(), nullptr, 10);
      const SimulationResult result = simulate(seed, {.open = open});
      EXPECT_FALSE(result.violation) << report(result);
    }
    ++count;
  }
  EXPECT_GT(count, 0U);
}

TEST(Sometimes, everything_that_can_happen_happens) {
  std::map<std::string, std::uint64_t> counts;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    for (const auto& [what, times] : simulate(seed).sometimes) counts[what] += times;
  }
  for (const char* what : kMustHappen) EXPECT_GT(counts[what], 0U) << what;
}

TEST(Reproducible, the_same_seed_gives_the_same_trace_to_the_byte) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const SimulationResult once = simulate(seed, {.trace_lines = 1'000'000});
    const SimulationResult again = simulate(seed, {.trace_lines = 1'000'000});
    EXPECT_EQ(once.trace, again.trace);
    EXPECT_EQ(once.trace_hash, again.trace_hash);
    EXPECT_GT(once.events, 500U);
  }
  EXPECT_NE(simulate(1).trace_hash, simulate(2).trace_hash);
}

}  // namespace
}  // namespace groupctl::sim
