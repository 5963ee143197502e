#include "tests/simulation/world/describe.h"

namespace groupctl::sim {
namespace {

std::string text_of(std::uint64_t number) { return std::to_string(number); }
template <class Meaning>
std::string text_of(Number<Meaning> number) {
  return std::to_string(number.value);
}
std::string error_text(ErrorCode code, const std::string& text) {
  return std::string(to_word(code)) + (text.empty() ? "" : ": " + text);
}

std::string steps_text(const std::vector<ArtefactStep>& steps) {
  std::string text;
  for (const ArtefactStep& step : steps) {
    const auto& release = step.desired.release;
    text += text.empty() ? ": " : ", ";
    text += step.name + (step.leave ? " is left" : " to " + (release ? release->version : "none"));
  }
  return text;
}

struct MemberMessageText {
  std::string operator()(const Hello& m) const { return "Hello " + m.group + " " + m.name; }
  std::string operator()(const Join& m) const {
    std::string text =
        "Join " + m.name + " incarnation=" + text_of(m.incarnation) + " " + describe(m.marks);
    if (m.tag.tag) text += " tag=" + text_of(m.tag.epoch) + "/" + text_of(m.tag.last);
    if (!m.outcomes.empty()) text += " outcomes=" + describe(m.outcomes);
    if (m.resynchronise) text += " resynchronise: " + m.resynchronise_cause;
    return text;
  }
  std::string operator()(const ReplayRequest& m) const {
    return "ReplayRequest from=" + text_of(m.from) + " pages=" + text_of(m.pages);
  }
  std::string operator()(const SnapshotRequest& m) const {
    return "SnapshotRequest at=" + text_of(m.image.at) + " offset=" + text_of(m.offset);
  }
  std::string operator()(const Ack& m) const {
    std::string text = "Ack " + describe(m.marks);
    if (m.number) text += " number=" + text_of(m.number) + " outcomes=" + describe(m.outcomes);
    if (m.running.sequence) text += " running=" + text_of(m.running.sequence);
    if (m.held_at) text += " held_at=" + text_of(m.held_at);
    return text;
  }
  std::string operator()(const Leave&) const { return "Leave"; }
  std::string operator()(const ProbeReply&) const { return "ProbeReply"; }
  std::string operator()(const MemberAnswer&) const { return "MemberAnswer"; }
  std::string operator()(const ArtefactRequest& m) const {
    return "ArtefactRequest offset=" + std::to_string(m.offset);
  }
  std::string operator()(const Enrol& m) const { return "Enrol " + m.name; }
  std::string operator()(const RotateKey&) const { return "RotateKey"; }
};

std::string plan_text(CatchUp plan) {
  if (plan == CatchUp::kNothing) return "nothing to do";
  return plan == CatchUp::kReplay ? "replay" : "snapshot";
}

std::string enrolled_text(const Enrolled& enrolled) {
  return "Enrolled " + std::string(to_word(enrolled.state));
}

struct MemberReplyText {
  std::string operator()(const Offer& m) const { return "Offer " + m.group; }
  std::string operator()(const Welcome& m) const {
    return "Welcome member=" + text_of(m.member) + " head=" + text_of(m.head) +
           " plan: " + plan_text(m.plan);
  }
  std::string operator()(const ReplayPage& m) const {
    std::string text = "ReplayPage from=" + text_of(m.from) + " head=" + text_of(m.head);
    for (const FramePtr& frame : m.frames) text += " " + describe(Publication(frame));
    return text + (m.last ? " last" : "");
  }
  std::string operator()(const SnapshotChunk& m) const {
    return "SnapshotChunk at=" + text_of(m.image.at) + " offset=" + text_of(m.offset);
  }
  std::string operator()(const Recorded& m) const { return "Recorded " + text_of(m.number); }
  std::string operator()(const Probe&) const { return "Probe"; }
  std::string operator()(const Rejoin& m) const { return "Rejoin: " + m.cause; }
  std::string operator()(const Resynchronise& m) const { return "Resynchronise: " + m.cause; }
  std::string operator()(const Left&) const { return "Left"; }
  std::string operator()(const Evicted& m) const { return "Evicted: " + m.text; }
  std::string operator()(const Refused& m) const { return "Refused " + error_text(m.code, m.text); }
  std::string operator()(const MemberQuestion&) const { return "MemberQuestion"; }
  std::string operator()(const ArtefactChunk& m) const {
    return "ArtefactChunk offset=" + std::to_string(m.offset);
  }
  std::string operator()(const NoArtefact& m) const {
    return "NoArtefact " + error_text(m.code, m.text);
  }
  std::string operator()(const Heard&) const { return "Heard"; }
  std::string operator()(const Enrolled& m) const { return enrolled_text(m); }
};

struct AdminRequestText {
  std::string operator()(const AdminHello&) const { return "AdminHello"; }
  std::string operator()(const Submit& m) const {
    return "Submit number=" + text_of(m.first.number) + " commands=" + text_of(m.commands.size());
  }
  std::string operator()(const Watch& m) const { return "Watch " + text_of(m.sequence); }
  std::string operator()(const StatusQuery&) const { return "StatusQuery"; }
  std::string operator()(const MembersQuery&) const { return "MembersQuery"; }
  std::string operator()(const LogQuery& m) const { return "LogQuery " + text_of(m.from); }
  std::string operator()(const MemberQuery& m) const { return "MemberQuery " + m.name; }
  std::string operator()(const MemberAsk& m) const { return "MemberAsk " + text_of(m.member); }
  std::string operator()(const PutArtefact& m) const {
    return "PutArtefact " + m.name + "@" + m.version;
  }
  std::string operator()(const PutChunk&) const { return "PutChunk"; }
  std::string operator()(const VerifyQuery&) const { return "VerifyQuery"; }
  std::string operator()(const CollectGarbage&) const { return "CollectGarbage"; }
  std::string operator()(const StateQuery& m) const { return "StateQuery " + m.prefix; }
  std::string operator()(const GroupsQuery&) const { return "GroupsQuery"; }
  std::string operator()(const CreateGroup& m) const { return "CreateGroup " + m.name; }
  std::string operator()(const DeleteGroup& m) const { return "DeleteGroup " + m.name; }
  std::string operator()(const Recover& m) const { return "Recover " + text_of(m.through); }
  std::string operator()(const Enrol& m) const { return "Enrol " + m.name; }
  std::string operator()(const RotateKey&) const { return "RotateKey"; }
  std::string operator()(const KeysQuery&) const { return "KeysQuery"; }
  std::string operator()(const ChangeKey& m) const { return "ChangeKey " + m.name; }
  std::string operator()(const Foresee& m) const {
    return "Foresee commands=" + text_of(m.submit.commands.size());
  }
  std::string operator()(const Predict& m) const { return "Predict " + text_of(m.head); }
  std::string operator()(const PredictionQuery& m) const {
    return "PredictionQuery " + text_of(m.sequence);
  }
};

struct AdminReplyText {
  std::string operator()(const HelloReply& m) const {
    return "HelloReply epoch=" + text_of(m.epoch);
  }
  std::string operator()(const Accepted& m) const {
    std::string text = "accepted " + text_of(m.first);
    if (m.last != m.first) text += " to " + text_of(m.last);
    for (const std::string& warning : m.warnings) text += "\nwarning: " + warning;
    return text;
  }
  std::string operator()(const SubmitRefused& m) const {
    return "refused " + error_text(m.code, m.text);
  }
  std::string operator()(const SubmitUnknown& m) const { return "unknown: " + m.text; }
  std::string operator()(const Update& m) const { return "Update " + text_of(m.sequence); }
  std::string operator()(const StatusReply&) const { return "StatusReply"; }
  std::string operator()(const MembersReply&) const { return "MembersReply"; }
  std::string operator()(const LogReply&) const { return "LogReply"; }
  std::string operator()(const MemberDetail& m) const { return "MemberDetail " + m.info.name; }
  std::string operator()(const MemberAnswered&) const { return "MemberAnswered"; }
  std::string operator()(const PutState&) const { return "PutState"; }
  std::string operator()(const CataloguedReply& m) const {
    return "catalogued " + text_of(m.sequence) + (m.unchanged ? ", unchanged" : "");
  }
  std::string operator()(const VerifyReply&) const { return "VerifyReply"; }
  std::string operator()(const CollectReply&) const { return "CollectReply"; }
  std::string operator()(const StateReply&) const { return "StateReply"; }
  std::string operator()(const GroupsReply&) const { return "GroupsReply"; }
  std::string operator()(const GroupInfo& m) const { return "GroupInfo " + m.name; }
  std::string operator()(const GroupDeleted& m) const { return "GroupDeleted " + m.folder; }
  std::string operator()(const RecoverReply& m) const {
    std::string text = std::string(m.done ? "given up: " : "lost: ") + text_of(m.first_lost) +
                       " to " + text_of(m.last_lost);
    for (const ProofOfLoss& one : m.proofs) {
      text += "\n  " + one.member + " was told of " + text_of(one.last) + " in epoch " +
              text_of(one.epoch);
    }
    for (const std::string& name : m.absent) text += "\n  not heard: " + name;
    return text;
  }
  std::string operator()(const Enrolled& m) const { return enrolled_text(m); }
  std::string operator()(const KeysReply&) const { return "KeysReply"; }
  std::string operator()(const KeyInfo& m) const {
    return "KeyInfo " + m.name + " " + std::string(to_word(m.state));
  }
  std::string operator()(const ForeseenReply& m) const {
    return "ForeseenReply head=" + text_of(m.head);
  }
  std::string operator()(const PredictionReply& m) const {
    return "PredictionReply rows=" + text_of(m.rows.size());
  }
  std::string operator()(const QueryRefused& m) const {
    return "refused " + error_text(m.code, m.text);
  }
};

}  // namespace

std::string describe(const MemberMessage& message) {
  return std::visit(MemberMessageText{}, message);
}
std::string describe(const MemberReply& reply) { return std::visit(MemberReplyText{}, reply); }
std::string describe(const AdminRequest& request) {
  return std::visit(AdminRequestText{}, request);
}
std::string describe(const AdminReply& reply) { return std::visit(AdminReplyText{}, reply); }

std::string describe(const Publication& publication) {
  if (const auto* heartbeat = std::get_if<Heartbeat>(&publication)) {
    return "Heartbeat head=" + text_of(heartbeat->head);
  }
  const FrameHeader& header = std::get<FramePtr>(publication)->header();
  std::string text = "Frame " + text_of(header.first);
  if (header.last != header.first) text += "-" + text_of(header.last);
  return text;
}

std::string describe(const WorkItem& item) {
  if (const auto* dry = std::get_if<ForetellRequest>(&item.what)) {
    return "foretell " + std::to_string(dry->entries.size()) + " entries";
  }
  if (const auto* one = std::get_if<ExecuteRequest>(&item.what)) {
    return text_of(one->entry.sequence) + (one->again ? " again" : "") + steps_text(one->steps);
  }
  const auto& all = std::get<ReconcileRequest>(item.what);
  return "reconcile " + text_of(all.at) + steps_text(all.steps);
}

std::string describe(const WorkItem& item, const WorkResult& result) {
  std::string text = describe(item);
  if (const auto* dry = std::get_if<ForetellResult>(&result.what)) {
    for (const Rehearsed& one : dry->ends) text += ", " + std::string(to_word(one.end.outcome));
    return text;
  }
  if (const auto* one = std::get_if<ExecuteResult>(&result.what)) {
    return text + ", " + std::string(to_word(one->outcome));
  }
  for (const auto& [name, one] : std::get<ReconcileResult>(result.what).by_name) {
    text += ", " + name + " " + std::string(to_word(one.outcome));
  }
  return text;
}

std::string describe(const Watermarks& marks) {
  return "R=" + text_of(marks.received) + " E=" + text_of(marks.executed);
}

std::string describe(const std::vector<OutcomeReport>& outcomes) {
  std::string text;
  for (const OutcomeReport& report : outcomes) {
    if (!text.empty()) text += ",";
    text += text_of(report.first);
    if (report.last != report.first) text += "-" + text_of(report.last);
    text += " " + std::string(to_word(report.outcome));
  }
  return text;
}

}  // namespace groupctl::sim
