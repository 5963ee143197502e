#include "coordinator/access_table.h"

#include <array>

#include "wire/question_messages.h"

namespace groupctl {
namespace {

struct Row {
  Verb verb;
  std::string_view word;
  std::string_view phrase;
  std::array<bool, 6> roles;  // as in KeyRole: member, reader, operator, admin, token, guest
};

constexpr bool y = true;
constexpr bool n = false;
constexpr std::array<Row, static_cast<std::size_t>(kLastVerb) + 1> kTable = {{
    // member, reader, operator, admin, token, guest
    {Verb::kHello, "hello", "be a member", {y, n, n, n, n, n}},
    {Verb::kJoin, "join", "be a member", {y, n, n, n, n, n}},
    {Verb::kReplay, "replay", "be a member", {y, n, n, n, n, n}},
    {Verb::kSnapshot, "snapshot", "be a member", {y, n, n, n, n, n}},
    {Verb::kAck, "ack", "be a member", {y, n, n, n, n, n}},
    {Verb::kLeave, "leave", "be a member", {y, n, n, n, n, n}},
    {Verb::kProbeReply, "probe_reply", "be a member", {y, n, n, n, n, n}},
    {Verb::kAnswer, "answer", "be a member", {y, n, n, n, n, n}},
    {Verb::kFetch, "fetch", "be a member", {y, n, n, n, n, n}},
    {Verb::kEnrol, "enrol", "ask to be let in", {n, n, n, n, y, y}},
    {Verb::kRotateKey, "rotate_key", "replace its key", {y, y, y, y, n, n}},
    {Verb::kGreet, "greet", "look", {n, y, y, y, n, n}},
    {Verb::kSubmit, "submit", "give commands", {n, n, y, y, n, n}},
    {Verb::kForesee, "foresee", "give commands", {n, n, y, y, n, n}},
    {Verb::kPredict, "predict", "give commands", {n, n, y, y, n, n}},
    {Verb::kPrediction, "prediction", "look", {n, y, y, y, n, n}},
    {Verb::kWatch, "watch", "look", {n, y, y, y, n, n}},
    {Verb::kStatus, "status", "look", {n, y, y, y, n, n}},
    {Verb::kMembers, "members", "look", {n, y, y, y, n, n}},
    {Verb::kLog, "log", "look", {n, y, y, y, n, n}},
    {Verb::kMember, "member", "look", {n, y, y, y, n, n}},
    {Verb::kAskLook, "ask", "ask members", {n, y, y, y, n, n}},
    {Verb::kAskChange, "ask_reconcile", "have members reconcile or rehearse", {n, n, y, y, n, n}},
    {Verb::kPut, "put", "put artefacts", {n, n, y, y, n, n}},
    {Verb::kPutChunk, "put_chunk", "put artefacts", {n, n, y, y, n, n}},
    {Verb::kVerify, "verify", "have the repository verified", {n, n, y, y, n, n}},
    {Verb::kCollectLook, "collect_look", "look", {n, y, y, y, n, n}},
    {Verb::kCollect, "collect", "have members send what they dump", {n, n, y, y, n, n}},
    {Verb::kState, "state", "look", {n, y, y, y, n, n}},
    {Verb::kGroups, "groups", "look", {n, y, y, y, n, n}},
    {Verb::kCreateGroup, "create_group", "create groups", {n, n, n, y, n, n}},
    {Verb::kDeleteGroup, "delete_group", "delete groups", {n, n, n, y, n, n}},
    {Verb::kRecoverLook, "recover_look", "look", {n, y, y, y, n, n}},
    {Verb::kRecover, "recover", "recover the group", {n, n, n, y, n, n}},
    {Verb::kKeys, "keys", "look", {n, y, y, y, n, n}},
    {Verb::kChangeKey, "change_key", "rule on keys", {n, n, n, y, n, n}},
}};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (kTable.at(i).verb != static_cast<Verb>(i)) return false;
  }
  return true;
}
static_assert(is_in_order(), "a verb's row is at its number");

struct MemberVerb {
  Verb operator()(const Hello&) const { return Verb::kHello; }
  Verb operator()(const Join&) const { return Verb::kJoin; }
  Verb operator()(const ReplayRequest&) const { return Verb::kReplay; }
  Verb operator()(const SnapshotRequest&) const { return Verb::kSnapshot; }
  Verb operator()(const Ack&) const { return Verb::kAck; }
  Verb operator()(const Leave&) const { return Verb::kLeave; }
  Verb operator()(const ProbeReply&) const { return Verb::kProbeReply; }
  Verb operator()(const MemberAnswer&) const { return Verb::kAnswer; }
  Verb operator()(const ArtefactRequest&) const { return Verb::kFetch; }
  Verb operator()(const Enrol&) const { return Verb::kEnrol; }
  Verb operator()(const RotateKey&) const { return Verb::kRotateKey; }
};

struct AdminVerb {
  Verb operator()(const AdminHello&) const { return Verb::kGreet; }
  Verb operator()(const Submit&) const { return Verb::kSubmit; }
  Verb operator()(const Foresee&) const { return Verb::kForesee; }
  Verb operator()(const Predict&) const { return Verb::kPredict; }
  Verb operator()(const PredictionQuery&) const { return Verb::kPrediction; }
  Verb operator()(const Watch&) const { return Verb::kWatch; }
  Verb operator()(const StatusQuery&) const { return Verb::kStatus; }
  Verb operator()(const MembersQuery&) const { return Verb::kMembers; }
  Verb operator()(const LogQuery&) const { return Verb::kLog; }
  Verb operator()(const MemberQuery&) const { return Verb::kMember; }
  Verb operator()(const MemberAsk& ask) const {
    const auto question = decode_question(ask.question);
    // A dry run changes nothing, but has the member work.
    const bool looks = question && !std::holds_alternative<ReconcileQuestion>(*question) &&
                       !std::holds_alternative<ForetellQuestion>(*question);
    return looks ? Verb::kAskLook : Verb::kAskChange;
  }
  Verb operator()(const PutArtefact&) const { return Verb::kPut; }
  Verb operator()(const PutChunk&) const { return Verb::kPutChunk; }
  Verb operator()(const VerifyQuery&) const { return Verb::kVerify; }
  Verb operator()(const CollectGarbage& collect) const {
    return collect.dry_run ? Verb::kCollectLook : Verb::kCollect;
  }
  Verb operator()(const StateQuery&) const { return Verb::kState; }
  Verb operator()(const GroupsQuery&) const { return Verb::kGroups; }
  Verb operator()(const CreateGroup&) const { return Verb::kCreateGroup; }
  Verb operator()(const DeleteGroup&) const { return Verb::kDeleteGroup; }
  Verb operator()(const Recover& recover) const {
    return recover.through ? Verb::kRecover : Verb::kRecoverLook;
  }
  Verb operator()(const Enrol&) const { return Verb::kEnrol; }
  Verb operator()(const RotateKey&) const { return Verb::kRotateKey; }
  Verb operator()(const KeysQuery&) const { return Verb::kKeys; }
  Verb operator()(const ChangeKey&) const { return Verb::kChangeKey; }
};

}  // namespace

std::string_view to_word(Verb verb) { return kTable.at(static_cast<std::size_t>(verb)).word; }
std::string_view to_phrase(Verb verb) { return kTable.at(static_cast<std::size_t>(verb)).phrase; }

Verb verb_of(const MemberMessage& message) { return std::visit(MemberVerb(), message); }
Verb verb_of(const AdminRequest& request) { return std::visit(AdminVerb(), request); }

std::string_view to_word(Standing standing) {
  static constexpr std::array<std::string_view, 6> kWords = {"unknown",  "pending", "accepted",
                                                             "rejected", "revoked", "expired"};
  return kWords.at(static_cast<std::size_t>(standing));
}

bool is_allowed(KeyRole role, Standing standing, Verb verb) {
  return standing == Standing::kAccepted &&
         kTable.at(static_cast<std::size_t>(verb)).roles.at(static_cast<std::size_t>(role));
}

}  // namespace groupctl
