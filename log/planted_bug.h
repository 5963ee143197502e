// Bugs that the simulator must catch. In the product planted() is a constant false and the branches
// vanish; tests/simulation compiles the sources that ask a second time, to ask at run time.
#pragma once

#include <cstdint>

namespace groupctl {

enum class PlantedBug : std::uint8_t {
  kNone = 0,
  kPublishBeforeCommit = 1,
  kReuseSeenSequence = 2,
  kAckPastUnrecordedException = 3,
  kSupersededByOthersEntry = 4,
  kApplyAcrossGap = 5,
  kHeartbeatWithoutHead = 6,
  kOlderEpochAccepted = 7,
  kLowerRequestSequencedAgain = 8,
  kRevokedKeyStillAccepted = 9,
  kRoleNotAsked = 10,
  kNameNotBoundToKey = 11,
  kStrangersToldTheLog = 12,
  kOtherGroupsServersForgotten = 13,
  kKeyAnswersWithoutBound = 14,
  kRolloutWithoutWindow = 15,
  kRolloutGoesOnAfterFailures = 16,
  kRolloutBeforeItsTurn = 17,
  kRolloutWindowByOne = 18,
  kRolloutFinishedWithoutAll = 19,
  kRolloutWithoutCanary = 20,
};

#ifdef GROUPCTL_PLANTED_BUGS
inline PlantedBug planted_bug = PlantedBug::kNone;
inline bool planted(PlantedBug bug) { return planted_bug == bug; }
#else
consteval bool planted(PlantedBug) { return false; }
#endif

}  // namespace groupctl
