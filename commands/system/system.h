// The kinds that change the roster: the roster is state. The coordinator writes them, and operators
// two of them in a form of their own: LABELLED for what an entry's target matches, LEFT by name.
#pragma once

#include "commands/state/catalogue.h"
#include "commands/state/rows.h"

namespace groupctl {

inline constexpr KindId kJoinedKind{0x8f3a6d5c2b1e4001};
inline constexpr KindId kLabelledKind{0x8f3a6d5c2b1e4002};
inline constexpr KindId kLeftKind{0x8f3a6d5c2b1e4003};
inline constexpr KindId kCataloguedKind{0x8f3a6d5c2b1e4004};

inline constexpr KindId kReleaseKind{0x8f3a6d5c2b1e4005};
inline constexpr KindId kFinishKind{0x8f3a6d5c2b1e4006};
inline constexpr KindId kSteerKind{0x8f3a6d5c2b1e4007};

/// Why a row left the roster.
enum class LeftCause : std::uint8_t { kAsked, kReplaced, kEvicted };

/// The new row; its roster id is the JOINED entry's own sequence, so `row.id` is not in the
/// payload.
Bytes joined_payload(const MemberRow& row);
/// The member's own labels become exactly these.
Bytes labelled_payload(MemberId id, const Labels& labels);
/// On every member that the entry's target matches each of these is set by the operator, and one
/// with an empty value is no longer.
Bytes operator_labels_payload(const Labels& labels);
/// For any cause but eviction.
Bytes left_payload(MemberId id, LeftCause cause);
Bytes evicted_payload(const std::string& name);
/// Its row says besides which entry this was, when, and who issued it.
Bytes catalogued_payload(const CatalogueName& artefact, const ArtefactDigest& digest,
                         std::uint64_t bytes);

/// Which rollout an entry of kRelease, kFinish or kSteer is about.
struct RolloutName {
  Sequence rollout;
  std::string artefact;
  bool operator==(const RolloutName&) const = default;
};
/// By number on the wire: never renumber.
enum class SteerWhat : std::uint8_t { kPause, kResume, kAbort, kUndo };
/// "pause" ...
std::string_view to_word(SteerWhat what);
Bytes release_payload(const RolloutName& of);
/// `stopped`: why it goes no further; empty: it is finished.
Bytes finish_payload(const RolloutName& of, const std::string& stopped);
Bytes steer_payload(const RolloutName& of, SteerWhat what);

/// Whether this kind changes the roster: target sets are shared between two such entries.
bool changes_roster(KindId kind);
/// Whom a LEFT entry evicts, by name; nullopt: another cause, another kind.
std::optional<std::string> evicted_by(KindId kind, ByteView payload);

}  // namespace groupctl
