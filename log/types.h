// The names of things in a group (docs/architecture.md, "Identity, time, fencing").
#pragma once

#include <map>
#include <string>

#include "log/strong.h"

namespace groupctl {

/// Place of an entry in its group's log: contiguous from 1, never reused once seen.
using Sequence = Number<struct SequenceMeaning>;
/// Grows at every start, takeover or restore of a coordinator. Fences old senders.
using Epoch = Number<struct EpochMeaning>;
/// Contiguous number of a committed Batch, from 1.
using BatchNumber = Number<struct BatchNumberMeaning>;
/// Milliseconds since 1970 that never go back within a group.
using GroupTime = Number<struct GroupTimeMeaning>;
/// Milliseconds of a process's own monotonic clock; compared only within one process.
using LocalTime = Number<struct LocalTimeMeaning>;
/// A member's roster id: the sequence of the JOINED entry that made its row, so never reused.
using MemberId = Number<struct MemberIdMeaning>;
/// One stay of a member with one coordinator process; told in WELCOME.
using SessionNumber = Number<struct SessionNumberMeaning>;
/// How often a member's state directory has been started.
using Incarnation = Number<struct IncarnationMeaning>;
/// Number of an acknowledgement that carries outcomes, within one session.
using AckNumber = Number<struct AckNumberMeaning>;
/// A command's identity: the Cap'n Proto id of its payload's struct. Its meaning never changes.
using KindId = Number<struct KindIdMeaning>;

/// Identity of one history of a group, drawn when the group is created.
using LogId = Block<16, struct LogIdMeaning>;
/// Identity of a state directory, drawn once.
using ServerId = Block<16, struct ServerIdMeaning>;
/// BLAKE2b-256: chain hashes, state digests, checksums, content hashes.
using Hash = Block<32, struct HashMeaning>;
/// Keyed BLAKE2b-128 by which a coordinator recognises its own past (see log/hash.h).
using Tag = Block<16, struct TagMeaning>;
/// SHA-256 of an artefact's archive, what `sha256sum` prints.
using ArtefactDigest = Block<32, struct ArtefactDigestMeaning>;
/// A CURVE public key; zero: none, as over ipc and with --open.
using PublicKey = Block<32, struct PublicKeyMeaning>;

/// Who submits. Drawn ids carry the group time of the coordinator's HELLO in `high`; ids made of
/// an `--id KEY` are a hash with the top bit of `high` set.
struct ClientId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const ClientId&) const = default;

  static constexpr std::uint64_t kKeyedBit = 1ULL << 63;
  bool keyed() const { return (high & kKeyedBit) != 0; }
  /// For a drawn id: the group time at which its client said hello.
  GroupTime drawn_at() const { return GroupTime(high); }
};

/// One request of one client: numbers 1, 2, 3 ... in the order in which the client made them.
struct RequestId {
  ClientId client;
  std::uint64_t number = 0;
  auto operator<=>(const RequestId&) const = default;
};

/// Label name -> value, in byte order.
using Labels = std::map<std::string, std::string>;

/// The rule of names that come from outside (groups, members, artefacts, labels):
/// `[a-z0-9][a-z0-9._-]{0,63}`.
bool is_name(std::string_view text);

inline constexpr std::size_t kMaxPayloadBytes = 32 * 1024;
inline constexpr std::size_t kMaxFrameBytes = 64 * 1024;
inline constexpr std::size_t kMaxFrameEntries = 1000;
inline constexpr std::size_t kMaxBatchFrames = 8;
inline constexpr std::size_t kMaxMessageBytes = 128 * 1024;
inline constexpr std::size_t kChunkBytes = 64 * 1024;

}  // namespace groupctl
