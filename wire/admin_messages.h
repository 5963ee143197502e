// The admin plane: what groupctl asks and a coordinator answers. Every request carries an id that
// its answer repeats.
//
//   groupctl (DEALER)                        coordinator (ROUTER)
//     AdminHello {} ------------------------>
//     <----------------------------------- HelloReply {group, log_id, group time ...}
//     Submit {request id, commands} -------->
//     <----------------------------------- Accepted {first, last} | SubmitRefused | SubmitUnknown
//     Watch {sequence, version 0} ---------->
//     <----------------------------------- Update {counts, rows changed since, version}  at once,
//     then Watch {sequence, version} ------------>    one Update a Watch: when something has
//     changed since
//     <----------------------------------- Update ...                   `version`, at most 10 a
//     second
//                                            (after five heartbeat intervals also without news)
//     <----------------------------------- Update {closed}: nothing is open or behind any more
//     StatusQuery, MembersQuery, LogQuery, MemberQuery, StateQuery --> their answers, in pages
//     MemberAsk {member, question} ---------> to that member
//     <----------------------------------- MemberAnswered {answer}
//     for what is put into the group's repository: wire/repository_messages.h
//     for the groups of the process: wire/group_messages.h
//     for keys: wire/key_messages.h
//   It is level, not history: a watcher that reconnects asks anew and misses nothing.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "log/entry.h"
#include "log/outcome.h"
#include "wire/group_messages.h"
#include "wire/member_messages.h"
#include "wire/repository_messages.h"

namespace groupctl {

using AdminRequestId = Number<struct AdminRequestIdMeaning>;

struct AdminHello {
  std::uint32_t protocol = kProtocolVersion;
  std::string product;
  std::string group = {};  ///< whom it is for; another group's coordinator refuses it. Empty: any
  bool operator==(const AdminHello&) const = default;
};
struct HelloReply {
  std::uint32_t protocol = kProtocolVersion;
  std::string product;
  std::string group;
  LogId log_id;
  Epoch epoch;
  GroupTime now;
  std::optional<KeyRole> role = {};  ///< of who asks; nullopt: there are no keys
  std::uint32_t members = 0;         ///< of the group; whose key is not let in is told 0
  bool operator==(const HelloReply&) const = default;
};

/// One command of a Submit. The coordinator takes class and keys from its table.
struct SubmittedCommand {
  KindId kind;
  Target target;
  std::uint64_t ttl_ms = 0;
  std::string message;
  Bytes payload;
  bool operator==(const SubmittedCommand&) const = default;
};
inline constexpr std::size_t kMaxCommandsPerSubmit = 1000;
struct Submit {
  RequestId first;                         ///< of the first command; the others follow on
  std::string issuer;                      ///< "ana@bastion"
  std::vector<SubmittedCommand> commands;  ///< 1 to 1000: all or nothing, one Batch
  bool allow_empty_target = false;
  bool force = false;      ///< evict members that are not lost, too
  std::string group = {};  ///< whose commands they are, as in AdminHello
  /// Refused (kConflict) when a command that operators submit, LEFT aside, was sequenced after
  /// this; 0: in any case.
  Sequence at_sequence = {};
  bool operator==(const Submit&) const = default;
};
/// Durable.
struct Accepted {
  Sequence first;
  Sequence last;
  std::vector<std::string> warnings;  ///< e.g. targets that do not know the kind
  bool operator==(const Accepted&) const = default;
};
/// Not sequenced. Asked again under the same request id it is judged anew, as the group stands
/// then.
struct SubmitRefused {
  ErrorCode code = ErrorCode::kRefused;
  std::string text;
  std::uint32_t command = 0;  ///< which of its commands is to blame, from 1; 0: none in particular
  bool operator==(const SubmitRefused&) const = default;
};
/// It may or may not be in the log: ask again with the same request id.
struct SubmitUnknown {
  std::string text;
  bool operator==(const SubmitUnknown&) const = default;
};

/// What a submit would do, tried on a copy of the group's state: nothing is sequenced, and its
/// request id is not used. Refused as the submit would be.
struct Foresee {
  Submit submit;
  std::uint32_t skip = 0;  ///< so many commands are foreseen already
  bool operator==(const Foresee&) const = default;
};
struct ForeseenCommand {
  Bytes entry;  ///< as it would be stored
  /// Whom it would count, ascending; nullopt: those of the command before.
  std::optional<std::vector<MemberId>> targets;
  bool operator==(const ForeseenCommand&) const = default;
};
struct ForeseenReply {
  Sequence head;  ///< the last sequence: what it rests on
  std::vector<ForeseenCommand> commands;
  std::vector<std::string> warnings;
  Hash content;       ///< of what is commanded to whom
  bool more = false;  ///< commands behind these
  bool operator==(const ForeseenReply&) const = default;
};

/// What these members foretold: alike.
struct Predicted {
  Outcome outcome = Outcome::kDone;
  std::string step;
  std::string text;               ///< what would be done, or why not
  std::vector<MemberId> members;  ///< ascending
  bool operator==(const Predicted&) const = default;
};
/// Is kept, and becomes durable with the command if that is the next: the head and content as they
/// were foreseen. Answered by an empty PredictionReply. Refused as kConflict when the log has gone
/// on.
struct Predict {
  Sequence head;
  Hash content;
  std::uint32_t command = 0;  ///< which of those foreseen, from 0
  std::vector<Predicted> rows;
  bool operator==(const Predict&) const = default;
};
struct PredictionQuery {
  Sequence sequence;
  bool operator==(const PredictionQuery&) const = default;
};
struct PredictionReply {
  std::vector<Predicted> rows;  ///< none: nobody foresaw it, or it was too long ago
  bool operator==(const PredictionReply&) const = default;
};

struct Watch {
  Sequence sequence;
  std::uint64_t version = 0;  ///< of the last Update; 0: all rows, at once
  bool operator==(const Watch&) const = default;
};
struct LedgerRow {
  MemberId member;
  std::string name;  ///< kept by the tombstone for one that left
  Outcome outcome = Outcome::kWaiting;
  std::string step;
  std::string text;
  std::uint64_t silent_ms = 0;  ///< for lost: how long
  bool operator==(const LedgerRow&) const = default;
};
struct OutcomeCount {
  Outcome outcome = Outcome::kWaiting;
  std::uint32_t count = 0;
  bool operator==(const OutcomeCount&) const = default;
};
struct Update {
  Sequence sequence;
  std::uint64_t version = 0;
  std::uint32_t targets = 0;
  std::vector<OutcomeCount> counts;  ///< sum to targets; only those above 0
  std::vector<LedgerRow> rows;       ///< changed since the version asked with, as many as fit
  bool more = false;                 ///< further changed rows: ask again with this version
  bool closed = false;               ///< no row is open or behind
  bool operator==(const Update&) const = default;
};

struct StatusQuery {
  bool operator==(const StatusQuery&) const = default;
};
struct StatusReply {
  HelloReply hello;
  std::string endpoint_members;
  Sequence head;
  Sequence floor;
  Hash chain;
  Hash state_digest;
  std::uint64_t uptime_ms = 0;
  std::uint32_t artefacts = 0;
  std::uint32_t properties = 0;
  std::vector<std::pair<MemberState, std::uint32_t>> members;  ///< only those above 0
  std::string read_only;   ///< why nothing is written; empty: it is
  GroupTime last_command;  ///< 0: none
  std::string last_issuer;
  std::uint32_t pending_keys = 0;
  bool operator==(const StatusReply&) const = default;
};

struct MembersQuery {
  MemberId after;
  bool operator==(const MembersQuery&) const = default;
};
struct MemberInfo {
  MemberId id;
  std::string name;
  ServerId server_id;
  MemberState state = MemberState::kLost;
  Watermarks marks;
  Hash state_digest;  ///< as its last ack gave it, at marks.received
  std::uint64_t silent_ms = 0;
  DeltaCounts delta;
  RunningStep running;
  Labels labels;
  std::string product;
  std::string note;  ///< why, for states other than in step
  bool operator==(const MemberInfo&) const = default;
};
struct MembersReply {
  std::vector<MemberInfo> rows;  ///< by id
  bool more = false;
  Sequence head;
  bool operator==(const MembersReply&) const = default;
};

/// Everything that is known of one member.
struct MemberQuery {
  std::string name;
  bool operator==(const MemberQuery&) const = default;
};
/// An artefact that the group's state desires of a member.
struct WantedArtefact {
  std::string name;
  std::string version;
  Sequence sequence;  ///< of the entry that says so
  bool operator==(const WantedArtefact&) const = default;
};
struct MemberDetail {
  MemberInfo info;
  Labels own_labels;
  Labels operator_labels;
  std::string participant;
  std::uint32_t replica = 0;
  Sequence head;
  Incarnation incarnation;              ///< of its session, as all up to `since`
  std::string address;                  ///< as the transport tells it
  GroupTime since;                      ///< when the session began; 0: there is none
  std::vector<OutcomeReport> outcomes;  ///< the newest exceptions on record, newest first
  std::vector<WantedArtefact> wanted;   ///< by name
  std::uint32_t wanted_in_all = 0;
  PublicKey key;  ///< of its session; zero: without keys
  bool operator==(const MemberDetail&) const = default;
};

struct LogQuery {
  Sequence from;  ///< 0: the last `limit` entries
  std::uint32_t limit = 20;
  bool operator==(const LogQuery&) const = default;
};
struct LogRow {
  Bytes entry;  ///< as stored
  std::uint32_t targets = 0;
  std::vector<OutcomeCount> counts;
  bool operator==(const LogRow&) const = default;
};
struct LogReply {
  std::vector<LogRow> rows;  ///< by sequence
  Sequence head;
  Sequence floor;
  bool more = false;  ///< further entries up to head: ask again from the next one
  bool operator==(const LogReply&) const = default;
};

/// A question to one member, passed on unread; error kUnknownSession: it is not here, or has not
/// answered in time.
struct MemberAsk {
  MemberId member;
  Bytes question;  ///< of question_messages.h, encoded
  bool operator==(const MemberAsk&) const = default;
};
struct MemberAnswered {
  Bytes answer;  ///< of question_messages.h, encoded
  bool operator==(const MemberAnswered&) const = default;
};
/// Rows of the group's state, for whoever decodes them by commands/state.
struct StateQuery {
  std::string prefix;        ///< of the keys asked for; empty: all
  std::string after;         ///< the first key comes behind this one
  std::uint64_t offset = 0;  ///< bytes of the first row's value that are there already
  bool operator==(const StateQuery&) const = default;
};
struct StateRow {
  std::string key;
  /// As stored. Of a value that does not fit a part, from the query's offset on, and no row behind.
  Bytes value;
  std::uint64_t total = 0;  ///< bytes of the whole value
  bool operator==(const StateRow&) const = default;
};
struct StateReply {
  std::vector<StateRow> rows;  ///< by key
  bool more = false;
  Sequence head;  ///< durable; the rows are those at it
  bool operator==(const StateReply&) const = default;
};

struct QueryRefused {
  ErrorCode code = ErrorCode::kRefused;
  std::string text;
  bool operator==(const QueryRefused&) const = default;
};

/// Gives up what a coordinator that was put back to an old state has lost.
struct Recover {
  Sequence through;     ///< the last lost sequence as it was shown; 0: only show
  std::string issuer;   ///< "ana@bastion"
  std::string message;  ///< why
  bool operator==(const Recover&) const = default;
};
struct ProofOfLoss {
  std::string member;
  Sequence last;  ///< what it has been told of
  Epoch epoch;
  bool operator==(const ProofOfLoss&) const = default;
};
struct RecoverReply {
  bool done = false;
  std::string read_only;  ///< why nothing is written
  Sequence head;          ///< of the log that is there
  Sequence first_lost;    ///< beyond last_lost: only what stood at last_lost is another
  Sequence last_lost;
  std::vector<ProofOfLoss> proofs;
  std::vector<std::string> absent;  ///< members not heard since the start: they may have more
  bool operator==(const RecoverReply&) const = default;
};

using AdminRequest =
    std::variant<AdminHello, Submit, Watch, StatusQuery, MembersQuery, LogQuery, MemberQuery,
                 MemberAsk, PutArtefact, PutChunk, VerifyQuery, CollectGarbage, StateQuery,
                 GroupsQuery, CreateGroup, DeleteGroup, Recover, Enrol, RotateKey, KeysQuery,
                 ChangeKey, Foresee, Predict, PredictionQuery>;
using AdminReply =
    std::variant<HelloReply, Accepted, SubmitRefused, SubmitUnknown, Update, StatusReply,
                 MembersReply, LogReply, QueryRefused, MemberDetail, MemberAnswered, PutState,
                 CataloguedReply, VerifyReply, CollectReply, StateReply, GroupsReply, GroupInfo,
                 GroupDeleted, RecoverReply, Enrolled, KeysReply, KeyInfo, ForeseenReply,
                 PredictionReply>;

Bytes encode(AdminRequestId id, const AdminRequest& request);
struct IdentifiedRequest {
  AdminRequestId id;
  AdminRequest request;
};
Result<IdentifiedRequest> decode_admin_request(ByteView bytes);
/// The id of a request that decode_admin_request refused, to answer it; 0 when it has none.
AdminRequestId peek_admin_request_id(ByteView bytes);

Bytes encode(AdminRequestId id, const AdminReply& reply);
struct IdentifiedReply {
  AdminRequestId id;
  AdminReply reply;
};
Result<IdentifiedReply> decode_admin_reply(ByteView bytes);

}  // namespace groupctl
