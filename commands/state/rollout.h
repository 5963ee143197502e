// Rollouts: a DEPLOY at N that is carried out step by step, as rows rollout/N of GroupState.
//
// While a rollout is not finished its assignment stands here, not in artefact/NAME, and counts for
// those alone that were released.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/state/rows.h"

namespace groupctl {

/// A number of members, or a percentage of the targets.
struct Amount {
  std::uint32_t value = 0;  ///< 0: not given
  bool percent = false;
  bool operator==(const Amount&) const = default;
};
/// Of so many, rounded down.
std::size_t amount_of(const Amount& amount, std::size_t targets);
/// "10" or "25%", at most 100%. Error: kInvalid.
Result<Amount> parse_amount(std::string_view text);
std::string to_text(const Amount& amount);

struct RolloutPolicy {
  Amount window;               ///< so many at work at once; not given: all
  Amount max_failures;         ///< so many may fail or be lost; one more stops it
  std::uint32_t canary = 0;    ///< so many first, which must all end well; 0: none
  std::uint64_t pause_ms = 0;  ///< in waves, with so much between them; 0: a sliding window
  bool operator==(const RolloutPolicy&) const = default;
};

/// By number in the state: never renumber.
enum class RolloutPhase : std::uint8_t {
  kOpen,
  kPaused,    ///< by an operator
  kStopped,   ///< by too many failures
  kAborted,   ///< by an operator, for good; what was released stays
  kFinished,  ///< all were released; the assignment is one of the artefact's
  kUndone,    ///< nothing of it counts any more
  kEnded,     ///< by a later DEPLOY or UNDEPLOY of the name
};
/// "open", "paused" ...
std::string_view to_word(RolloutPhase phase);
/// Whether those not yet released are still to be.
bool goes_on(RolloutPhase phase);
/// Whether its assignment counts for those that were released.
bool counts_by_release(RolloutPhase phase);
/// Open, paused or stopped: it may still come to all.
bool is_unfinished(RolloutPhase phase);

struct RolloutTarget {
  MemberId id;
  Sequence released;  ///< of its RELEASE; 0: not yet
  bool operator==(const RolloutTarget&) const = default;
};

struct RolloutRow {
  std::string artefact;
  ArtefactAssignment assignment;  ///< its sequence is that of the rolling DEPLOY
  RolloutPolicy policy;
  std::vector<RolloutTarget> targets;  ///< frozen when it was sequenced; by id
  RolloutPhase phase = RolloutPhase::kOpen;
  std::string why;                         ///< it stopped, or was ended
  Sequence resumed;                        ///< failures before it are forgiven; 0: never
  std::vector<ArtefactAssignment> former;  ///< finished: what was there before, for UNDO
  /// One of the same name that it has ended: what that released to a member stays until this one
  /// comes to it. 0: none.
  Sequence prior = {};
  bool operator==(const RolloutRow&) const = default;

  /// 0: not released, or no target.
  Sequence released_at(MemberId id) const;
  bool is_target(MemberId id) const;
};

inline constexpr std::string_view kRolloutPrefix = "rollout/";
/// So many are kept; of older ones the log tells.
inline constexpr std::size_t kMaxRollouts = 64;

std::string rollout_key(Sequence sequence);
/// The N in "rollout/N"; nullopt for any other key.
std::optional<Sequence> rollout_in(std::string_view key);

Bytes encode(const RolloutRow& row);
Result<RolloutRow> decode_rollout_row(ByteView bytes);
/// nullopt: none is kept.
std::optional<RolloutRow> rollout_row(const GroupState& state, Sequence sequence);
/// All that are kept, oldest first.
std::vector<RolloutRow> rollouts(const GroupState& state);

/// Whether what `row` rolls out starts after what `other`, an earlier one, does.
bool starts_after(const RolloutRow& row, const RolloutRow& other);

/// Whoever waits for what was given up, or has had it, goes no further until somebody says so: the
/// open ones that start after it stop. `how`: "aborted", "undone".
StateChanges stop_what_follows(const RolloutRow& given_up, std::string_view how,
                               const GroupState& state);
/// The row, to be written.
StateChange change_of(const RolloutRow& row);

/// Whether what it, or one before it, has released counts for somebody.
bool holds_releases(const RolloutRow& row);

/// The entry by which what was assigned at `assigned` came to that member: the RELEASE of its
/// rollout, where one brought it; else the assignment itself.
Sequence came_by(const GroupState& state, Sequence assigned, MemberId member);

/// What counts for this member by having been released to it: by rollout `sequence`, or by one that
/// it has ended. Reads no more of a row than it must.
std::optional<ArtefactAssignment> released_to(const GroupState& state, Sequence sequence,
                                              const MemberRow& member);

}  // namespace groupctl
