// The member plane and the command plane: what members and their coordinator say to each other.
//
//   member (DEALER, SUB)                     coordinator (ROUTER, XPUB)
//     Hello {group, name} ----------------->
//     <----------------------------------- Offer {log_id, epoch, command endpoint}   or Refused
//     subscribes to log_id, waits until a heartbeat is heard or one interval has passed
//     Join {who, R, E, chain, tag ...} ---->    (asked again with jitter until answered)
//     <----------------------------------- Welcome {session, plan}                   or Refused
//   plan snapshot:
//     SnapshotRequest {name, offset} ------>    credit: one chunk a request, several may be open
//     <----------------------------------- SnapshotChunk ...
//   plan replay, and at any gap later:
//     ReplayRequest {from, pages} --------->
//     <----------------------------------- ReplayPage ... (at most `pages`)          or
//     Resynchronise
//   always:
//     <=================================== Frame, Heartbeat (command plane; may be lost)
//     Ack {R, E, digest, outcomes} -------->    once a wake-up with news, and each heartbeat
//     interval with `asks`
//     <----------------------------------- Heard                             if it asks
//     <----------------------------------- Recorded {number}                 if it carried outcomes
//     <----------------------------------- Probe {nonce}; ProbeReply {nonce} ------>
//     <----------------------------------- Rejoin {cause}: the session is unknown, JOIN again
//     <----------------------------------- Resynchronise {cause}: take a snapshot
//     <----------------------------------- MemberQuestion; MemberAnswer ------------>
//     ArtefactRequest {digest, offset} ---->    credit: one chunk a request, several may be open
//     <----------------------------------- ArtefactChunk ...                  or NoArtefact {why}
//     Leave {} ---------------------------->
//     <----------------------------------- Left {}
//
// Everything a coordinator says is in an Envelope with its epoch; a member refuses one older than
// an epoch it has heard. A session number stands in all that a member says after Welcome.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "log/frame.h"
#include "log/outcome.h"
#include "log/types.h"
#include "wire/key_messages.h"

namespace groupctl {

inline constexpr std::uint32_t kProtocolVersion = 1;

// ---- member -> coordinator

struct Hello {
  std::uint32_t protocol = kProtocolVersion;
  std::string product;  ///< version for people
  std::string group;
  std::string name;
  bool operator==(const Hello&) const = default;
};

/// Cumulative: everything up to `received` and `executed`.
struct Watermarks {
  Sequence received;  ///< R: every entry <= R is verified, applied and synced
  Sequence executed;  ///< E: every entry <= E has its outcome synced
  bool operator==(const Watermarks&) const = default;
};

struct Join {
  std::uint32_t protocol = kProtocolVersion;
  std::string product;
  std::string group;
  std::string name;
  ServerId server_id;
  Incarnation incarnation;
  std::string participant;
  std::uint32_t replica = 0;
  Labels labels;
  std::vector<std::string> shared_tail;  ///< repositories of the tail that it was configured with
  std::vector<KindId> known_kinds;
  LogId log_id;          ///< of the history it follows; zero: none yet
  Epoch envelope_epoch;  ///< the highest it has heard
  Watermarks marks;
  Hash chain;  ///< chain(R)
  Hash state_digest;
  TagClaim tag;  ///< the last it was given; zero: none
  std::vector<OutcomeReport>
      outcomes;                ///< unrecorded, oldest first; E stops before what did not fit
  bool resynchronise = false;  ///< it asks for a snapshot, whatever R says
  std::string resynchronise_cause;
  Epoch frame_epoch;  ///< of the frame or snapshot that gave R
  bool operator==(const Join&) const = default;
};

struct ReplayRequest {
  SessionNumber session;
  Sequence from;
  std::uint32_t pages = 1;  ///< credit: at most so many pages may come
  bool operator==(const ReplayRequest&) const = default;
};

/// A snapshot image's name. Two images of one S may differ (in epoch and group time), so it says
/// the bytes: chunks under one name are of one image, whoever made it.
struct ImageName {
  LogId log_id;
  Sequence at;  ///< S; 0 in a request: the newest there is
  Hash digest;  ///< of the whole image
  bool operator==(const ImageName&) const = default;
};
struct SnapshotRequest {
  SessionNumber session;
  ImageName image;
  std::uint64_t offset = 0;  ///< in bytes of the compressed image
  bool operator==(const SnapshotRequest&) const = default;
};

struct DeltaCounts {
  std::uint32_t pending = 0;
  std::uint32_t failed = 0;
  std::uint32_t drifted = 0;  ///< changed behind the member's back
  std::uint32_t foreign = 0;
  std::uint32_t intended = 0;  ///< wanted otherwise on this member, on purpose
  bool operator==(const DeltaCounts&) const = default;
};
struct RunningStep {
  Sequence sequence;  ///< 0: nothing runs
  std::string step;
  std::uint32_t percent = 0;
  bool operator==(const RunningStep&) const = default;
};
struct Ack {
  SessionNumber session;
  AckNumber number;  ///< 0 when it carries no outcomes
  Watermarks marks;
  Hash state_digest;                    ///< at R
  std::vector<OutcomeReport> outcomes;  ///< every one not yet recorded, oldest first
  DeltaCounts delta;
  RunningStep running;
  Sequence held_at;   ///< the entry it cannot apply and stopped before; 0: none
  bool asks = false;  ///< whether it arrives: Heard says so at once
  bool operator==(const Ack&) const = default;
};

struct Leave {
  SessionNumber session;
  bool operator==(const Leave&) const = default;
};
struct ProbeReply {
  SessionNumber session;
  std::uint64_t nonce = 0;
  bool operator==(const ProbeReply&) const = default;
};
/// To a MemberQuestion. An Answer of question_messages.h, encoded.
struct MemberAnswer {
  SessionNumber session;
  std::uint64_t token = 0;
  Bytes bytes;
  bool operator==(const MemberAnswer&) const = default;
};
/// One chunk of an archive in the group's repository.
struct ArtefactRequest {
  SessionNumber session;
  ArtefactDigest digest;
  std::uint64_t offset = 0;
  bool operator==(const ArtefactRequest&) const = default;
};
using MemberMessage = std::variant<Hello, Join, ReplayRequest, SnapshotRequest, Ack, Leave,
                                   ProbeReply, MemberAnswer, ArtefactRequest, Enrol, RotateKey>;

// ---- coordinator -> member

/// Around everything that a coordinator says.
struct Envelope {
  LogId log_id;
  Epoch epoch;  ///< the sender's
  GroupTime now;
  bool operator==(const Envelope&) const = default;
};

struct Offer {
  std::string group;
  std::string command_endpoint;  ///< where to subscribe, topic = the 16 bytes of log_id
  std::uint64_t heartbeat_interval_ms = 0;
  bool operator==(const Offer&) const = default;
};

enum class CatchUp : std::uint8_t { kNothing, kReplay, kSnapshot };
struct Welcome {
  SessionNumber session;
  MemberId member;
  Sequence head;
  std::uint64_t heartbeat_interval_ms = 0;
  std::uint64_t lost_after_ms = 0;
  std::vector<std::string> shared_tail;
  CatchUp plan = CatchUp::kNothing;  ///< replay starts at the Join's R + 1
  Sequence executed =
      {};  ///< the ledger has all outcomes up to here; what is beyond is reported (again)
  bool operator==(const Welcome&) const = default;
};

struct ReplayPage {
  Sequence from;  ///< of the request that it answers
  Sequence head;  ///< where the log ends now
  std::vector<FramePtr>
      frames;         ///< at least one unless `from` > head; the first may begin before `from`
  bool last = false;  ///< no more pages come for that request
};

struct SnapshotChunk {
  ImageName image;
  std::uint64_t total = 0;  ///< bytes of the whole image
  std::uint64_t offset = 0;
  Bytes bytes;  ///< at most kChunkBytes; empty only when offset == total
  bool operator==(const SnapshotChunk&) const = default;
};

struct Recorded {
  AckNumber number;
  bool operator==(const Recorded&) const = default;
};
struct Probe {
  std::uint64_t nonce = 0;
  bool operator==(const Probe&) const = default;
};
struct Rejoin {
  std::string cause;
  bool operator==(const Rejoin&) const = default;
};
struct Resynchronise {
  std::string cause;
  bool operator==(const Resynchronise&) const = default;
};
struct Left {
  bool operator==(const Left&) const = default;
};
/// It has been taken from the roster: it ends its session and stays away until it is started anew.
struct Evicted {
  SessionNumber session;
  std::string text;  ///< by whom and why
  bool operator==(const Evicted&) const = default;
};
struct Refused {
  ErrorCode code = ErrorCode::kRefused;
  std::string text;
  bool operator==(const Refused&) const = default;
};
/// What an operator asks of this member. A Question of question_messages.h, encoded.
struct MemberQuestion {
  std::uint64_t token = 0;
  Bytes bytes;
  bool operator==(const MemberQuestion&) const = default;
};
struct ArtefactChunk {
  ArtefactDigest digest;
  std::uint64_t total = 0;  ///< bytes of the whole archive
  std::uint64_t offset = 0;
  Bytes bytes;  ///< at most kChunkBytes; empty only when offset == total
  bool operator==(const ArtefactChunk&) const = default;
};
/// The group's repository cannot give this archive.
struct NoArtefact {
  ArtefactDigest digest;
  ErrorCode code = ErrorCode::kNotFound;
  std::string text;
  bool operator==(const NoArtefact&) const = default;
};
/// To an ack that asks.
struct Heard {
  bool operator==(const Heard&) const = default;
};
using MemberReply = std::variant<Offer, Welcome, ReplayPage, SnapshotChunk, Recorded, Probe, Rejoin,
                                 Resynchronise, Left, Refused, Evicted, MemberQuestion,
                                 ArtefactChunk, NoArtefact, Heard, Enrolled>;

// ---- command plane

struct Heartbeat {
  Sequence head;  ///< of what has been published
  Hash chain;
  Hash state_digest;  ///< at head
  Tag tag;            ///< over (log_id, epoch, head, chain)
  bool operator==(const Heartbeat&) const = default;
};
using Publication = std::variant<Heartbeat, FramePtr>;

// ---- bytes. Decoders check every limit; errors: kInvalid, kUnsupported (another protocol
// version).

Bytes encode(const MemberMessage& message);
Result<MemberMessage> decode_member_message(ByteView bytes);

struct EnvelopedReply {
  Envelope envelope;
  MemberReply reply;
};
Bytes encode(const Envelope& envelope, const MemberReply& reply);
Result<EnvelopedReply> decode_member_reply(ByteView bytes);

/// A publication is two parts behind the topic: the envelope with the heartbeat or the word that a
/// frame follows; and the frame's own bytes, empty for a heartbeat.
struct PublicationParts {
  Bytes envelope;
  ByteView frame;  ///< views into the publication given
};
PublicationParts encode(const Envelope& envelope, const Publication& publication);
struct EnvelopedPublication {
  Envelope envelope;
  Publication publication;
};
Result<EnvelopedPublication> decode_publication(ByteView envelope, ByteView frame);

}  // namespace groupctl
