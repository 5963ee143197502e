// The simulator's teeth: over libraries with a bug switched on it must break within 500 seeds, and
// over the same libraries without one it must not.
#include "log/planted_bug.h"

#include <gtest/gtest.h>

#include <iostream>

#include "tests/simulation/world/simulation.h"

namespace groupctl::sim {
namespace {

constexpr std::uint64_t kFirstSeed = 1;
constexpr std::uint64_t kSeeds = 500;
constexpr std::uint64_t kSoundSeeds = 50;

/// The first seed that breaks, with what it says; nothing if all hold.
std::optional<SimulationResult> first_catch(PlantedBug bug, std::uint64_t seeds) {
  planted_bug = bug;
  std::optional<SimulationResult> caught;
  for (std::uint64_t seed = kFirstSeed; seed < kFirstSeed + seeds && !caught; ++seed) {
    SimulationResult result = simulate(seed);
    if (result.violation) caught = std::move(result);
  }
  planted_bug = PlantedBug::kNone;
  return caught;
}

void expect_caught(PlantedBug bug) {
  const auto caught = first_catch(bug, kSeeds);
  ASSERT_TRUE(caught) << "not caught within " << kSeeds << " seeds";
  std::cout << "caught at seed " << caught->seed << ": " << report(*caught) << "\n";
}

/// That invariant is the one that finds it.
void expect_caught_as(const std::string& invariant, PlantedBug bug) {
  const auto caught = first_catch(bug, kSeeds);
  ASSERT_TRUE(caught) << "not caught within " << kSeeds << " seeds";
  EXPECT_EQ(caught->violation->invariant, invariant);
  std::cout << "caught at seed " << caught->seed << ": " << report(*caught) << "\n";
}

/// Others may find it, too, and sooner.
void expect_caught_also_as(const std::string& invariant, PlantedBug bug) {
  planted_bug = bug;
  bool found = false;
  for (std::uint64_t seed = kFirstSeed; seed < kFirstSeed + kSeeds && !found; ++seed) {
    const SimulationResult result = simulate(seed);
    found = result.violation && result.violation->invariant == invariant;
    if (found) std::cout << "caught at seed " << seed << ": " << report(result) << "\n";
  }
  planted_bug = PlantedBug::kNone;
  EXPECT_TRUE(found) << "not caught as " << invariant << " within " << kSeeds << " seeds";
}

TEST(PlantedBug, none_is_not_caught) {
  const auto caught = first_catch(PlantedBug::kNone, kSoundSeeds);
  EXPECT_FALSE(caught) << report(*caught);
}

TEST(PlantedBug, publish_before_commit_is_caught) {
  expect_caught(PlantedBug::kPublishBeforeCommit);
}

TEST(PlantedBug, reuse_of_a_seen_sequence_is_caught) {
  expect_caught(PlantedBug::kReuseSeenSequence);
}

TEST(PlantedBug, ack_past_an_unrecorded_exception_is_caught) {
  expect_caught(PlantedBug::kAckPastUnrecordedException);
}

TEST(PlantedBug, superseded_by_an_entry_for_others_is_caught) {
  expect_caught(PlantedBug::kSupersededByOthersEntry);
}

TEST(PlantedBug, applying_across_a_gap_is_caught) { expect_caught(PlantedBug::kApplyAcrossGap); }

TEST(PlantedBug, a_heartbeat_whose_head_is_not_heard_is_caught) {
  expect_caught(PlantedBug::kHeartbeatWithoutHead);
}

TEST(PlantedBug, I6_an_older_epoch_that_is_accepted_is_caught) {
  expect_caught_as("I6", PlantedBug::kOlderEpochAccepted);
}

TEST(PlantedBug, a_lower_request_number_sequenced_again_is_caught) {
  expect_caught(PlantedBug::kLowerRequestSequencedAgain);
}

TEST(PlantedBug, I12_a_revoked_key_that_is_still_accepted_is_caught) {
  expect_caught_as("I12", PlantedBug::kRevokedKeyStillAccepted);
}

TEST(PlantedBug, I12_a_role_that_is_not_asked_is_caught) {
  expect_caught_as("I12", PlantedBug::kRoleNotAsked);
}

TEST(PlantedBug, I12_a_name_that_is_not_bound_to_its_key_is_caught) {
  expect_caught_as("I12", PlantedBug::kNameNotBoundToKey);
}

TEST(PlantedBug, I12_F26_strangers_that_are_told_the_log_are_caught) {
  expect_caught_as("I12", PlantedBug::kStrangersToldTheLog);
}

TEST(PlantedBug, I15_answers_about_keys_without_a_bound_are_caught) {
  expect_caught_as("I15", PlantedBug::kKeyAnswersWithoutBound);
}

TEST(PlantedBug, a_rollout_without_a_window_is_caught) {
  expect_caught_as("R1", PlantedBug::kRolloutWithoutWindow);
}

TEST(PlantedBug, a_rollout_that_goes_on_after_failures_is_caught) {
  // Who is away may be at work for all that anybody can see: that is R1.
  expect_caught_also_as("R2", PlantedBug::kRolloutGoesOnAfterFailures);
}

TEST(PlantedBug, a_rollout_with_one_more_at_work_is_caught) {
  expect_caught_as("R1", PlantedBug::kRolloutWindowByOne);
}

TEST(PlantedBug, a_rollout_that_is_finished_without_all_is_caught) {
  expect_caught_as("R4", PlantedBug::kRolloutFinishedWithoutAll);
}

TEST(PlantedBug, a_rollout_that_does_not_wait_for_its_canary_is_caught) {
  expect_caught_as("R5", PlantedBug::kRolloutWithoutCanary);
}

TEST(PlantedBug, a_rollout_before_its_turn_is_caught) {
  expect_caught_as("R3", PlantedBug::kRolloutBeforeItsTurn);
}

TEST(PlantedBug, I13_servers_of_other_groups_that_are_forgotten_are_caught) {
  planted_bug = PlantedBug::kOtherGroupsServersForgotten;
  std::optional<std::uint64_t> caught;
  for (std::uint64_t seed = kFirstSeed; seed < kFirstSeed + kSeeds && !caught; ++seed) {
    const auto beside = simulate_process(seed, {});
    for (std::size_t i = 0; i < beside.size() && !caught; ++i) {
      const auto alone = simulate_process(seed, {.alone = i});
      if (alone.front().trace_hash != beside[i].trace_hash) caught = seed;
    }
  }
  planted_bug = PlantedBug::kNone;
  ASSERT_TRUE(caught) << "not caught within " << kSeeds << " seeds";
  std::cout << "caught at seed " << *caught << "\n";
}

}  // namespace
}  // namespace groupctl::sim
