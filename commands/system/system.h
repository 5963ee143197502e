// The kinds that the coordinator itself writes: the roster is state.
#pragma once

#include "commands/state/rows.h"

namespace groupctl {

inline constexpr KindId kJoinedKind{0x8f3a6d5c2b1e4001};
inline constexpr KindId kLabelledKind{0x8f3a6d5c2b1e4002};
inline constexpr KindId kLeftKind{0x8f3a6d5c2b1e4003};

/// Why a row left the roster.
enum class LeftCause : std::uint8_t { kAsked, kReplaced, kEvicted };

/// The new row; its roster id is the JOINED entry's own sequence, so `row.id` is not in the
/// payload.
Bytes joined_payload(const MemberRow& row);
/// Own: the member's own labels become exactly `labels`. Operator's: each given label is set, and
/// one with an empty value is removed.
enum class LabelOwner : std::uint8_t { kMember, kOperator };
Bytes labelled_payload(MemberId id, const Labels& labels, LabelOwner owner);
Bytes left_payload(MemberId id, LeftCause cause);

/// Whether this kind changes the roster: target sets are shared between two such entries.
bool changes_roster(KindId kind);
/// The member that a JOINED, LABELLED or LEFT entry is about; nullopt for any other entry.
std::optional<MemberId> subject_of(const Entry& entry);

}  // namespace groupctl
