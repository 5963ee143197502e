// What the coordinator's core asks of the replay thread, and what that answers. The core never
// reads the log itself; replayer.h serves these from a Store.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "coordinator/retention.h"
#include "log/entry.h"
#include "wire/admin_messages.h"
#include "wire/bus.h"
#include "wire/member_messages.h"

namespace groupctl {

/// Pages for one member.
struct ReplayRead {
  Peer peer;
  Sequence from;
  std::uint32_t pages = 1;
  SessionNumber session = {};  ///< which asks
};
/// One chunk of an image. `at` 0 asks for the newest image that may be shared; none below
/// `at_least` is any good to this member, which has received so much.
struct ImageRead {
  Peer peer;
  ImageName image;
  std::uint64_t offset = 0;
  Sequence at_least = {};
  SessionNumber session = {};  ///< which asks
};
/// The entry of a client's request, sought between two that the request row remembers, and those
/// before it that came with it.
struct RequestRead {
  std::uint64_t token = 0;  ///< the core's
  RequestId request;        ///< of the last of them
  std::size_t count = 1;
  Sequence from;
  Sequence to;
};
/// Entries for `log list|show` and for a watch on an entry that is no longer in memory.
struct LogRead {
  std::uint64_t token = 0;
  Sequence from;
  std::uint32_t limit = 1;
};
/// How far the floor may rise.
struct FloorRead {
  RetentionRule rule;
};
/// Of operators, without an answer; beyond it they are refused as `busy`.
inline constexpr std::size_t kMaxReadWaiters = 4096;
using ReadRequest = std::variant<ReplayRead, ImageRead, RequestRead, LogRead, FloorRead>;

/// For a member, to be sent as they are; none: it asks again.
struct MemberRead {
  Peer peer;
  std::vector<MemberReply> replies;
  SessionNumber session = {};  ///< which asked
  bool of_image = false;       ///< else of a ReplayRead
};
struct RequestReadDone {
  std::uint64_t token = 0;
  /// `count` entries up to the one with that request id; kNotFound; kCompacted when it may lie
  /// below the floor.
  Result<std::vector<Entry>> found;
};
struct LogReadDone {
  std::uint64_t token = 0;
  Result<std::vector<Bytes>> entries;  ///< as stored, from `from` on
};
struct FloorRise {
  Sequence floor;           ///< a frame's edge; where it was when nothing goes
  std::uint64_t bytes = 0;  ///< of the frames below it
  bool more = false;        ///< it may rise further: enough for one batch
};
struct FloorReadDone {
  Result<FloorRise> rise;
};
using ReadDone = std::variant<MemberRead, RequestReadDone, LogReadDone, FloorReadDone>;

}  // namespace groupctl
