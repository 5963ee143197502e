// What a decoder accepts; docs/protocol.md has the table. A sender stays within: the codecs cut
// texts that are for people, nothing else.
#pragma once

#include <cstddef>

#include "log/types.h"
#include "wire/admin_messages.h"

namespace groupctl {

/// A SUBMIT may fill eight frames; the rest is for what stands around its commands.
inline constexpr std::size_t kMaxSubmitBytes = kMaxBatchFrames * kMaxFrameBytes + 64 * 1024;
inline constexpr std::size_t kMaxLocalReplyBytes = 2 * 1024 * 1024;

inline constexpr std::size_t kMaxTextBytes = 1024;
inline constexpr std::size_t kMaxCommandMessageBytes = 4096;
inline constexpr std::size_t kMaxLabels = 64;
inline constexpr std::size_t kMaxAllLabels =
    2 * kMaxLabels;  ///< the member's own and the operator's
inline constexpr std::size_t kMaxLabelValueBytes = 255;
inline constexpr std::size_t kMaxSharedTail = 16;
inline constexpr std::size_t kMaxSharedTailBytes = 512;  ///< each
inline constexpr std::size_t kMaxKnownKinds = 1024;
inline constexpr std::size_t kMaxOutcomeReports = 1024;  ///< in one Ack or Join
inline constexpr std::size_t kMaxReplayPages = 64;       ///< credit of one ReplayRequest
inline constexpr std::size_t kMaxPageFrames = 320;
/// That the frames of a page hold, unpacked: one full frame does beside its packed bytes.
inline constexpr std::size_t kMaxPageHeldBytes = 2 * kMaxFrameBytes;
inline constexpr std::size_t kMaxPageRows = 1024;  ///< of an Update, MembersReply or LogReply
inline constexpr std::size_t kMaxWarnings = 64;
inline constexpr std::size_t kMaxStateKeyBytes = 500;  ///< of a row asked for or given
inline constexpr std::size_t kMaxLocalRows = 512;      ///< of each of a LocalStatus' lists

/// What the lists of one message may take by message_size(), so that the whole stays a message.
inline constexpr std::size_t kPageBudgetBytes = kMaxMessageBytes - 16 * 1024;
/// The same for the outcomes of an Ack or a Join, which carry more beside them.
inline constexpr std::size_t kOutcomesBudgetBytes = kMaxMessageBytes / 2;

/// At least the bytes that this row adds to a message. For filling pages: "as many as fit".
std::size_t message_size(const OutcomeReport& report);
std::size_t message_size(const LedgerRow& row);
std::size_t message_size(const MemberInfo& row);
std::size_t message_size(const LogRow& row);
std::size_t message_size(const StateRow& row);
std::size_t message_size(const GroupInfo& row);
std::size_t message_size(const KeyInfo& row);

}  // namespace groupctl
