// CoordinatorCore: what the audit log says.
#include <fmt/format.h>

#include <algorithm>

#include "coordinator/core_impl.h"

namespace groupctl {
namespace {

/// What an answer says of its request.
struct Said {
  /// What may be answered so, last what changes most; empty: anything that only reads, and where it
  /// is refused, anything.
  std::vector<Verb> verbs = {};
  std::optional<Error> error = {};
  Sequence first = {};
  Sequence last = {};
  std::string text = {};
  bool pending = false;  ///< neither done nor refused
  bool unknown = false;  ///< it may have been done
};

/// Whom or what a request is about, where its answer does not say.
struct AboutBy {
  std::string operator()(const Enrol& m) const { return subject_of(m); }
  std::string operator()(const RotateKey& m) const { return subject_of(m); }
  std::string operator()(const CreateGroup& m) const { return m.name; }
  std::string operator()(const DeleteGroup& m) const { return m.name; }
  template <class Other>
  std::string operator()(const Other&) const {
    return {};
  }
};

struct SaidBy {
  Said operator()(const Accepted& m) const {
    return {.verbs = {Verb::kSubmit}, .first = m.first, .last = m.last};
  }
  Said operator()(const SubmitRefused& m) const {
    return {.verbs = {Verb::kSubmit}, .error = Error{m.code, m.text}};
  }
  Said operator()(const SubmitUnknown& m) const {
    return {.verbs = {Verb::kSubmit}, .error = Error{ErrorCode::kTimeout, m.text}, .unknown = true};
  }
  Said operator()(const QueryRefused& m) const { return {.error = Error{m.code, m.text}}; }
  Said operator()(const CataloguedReply& m) const {
    return {.verbs = {Verb::kPut}, .first = m.sequence, .last = m.sequence};
  }
  Said operator()(const KeyInfo& m) const {
    return {.verbs = {Verb::kChangeKey},
            .text = fmt::format("{} {} {} {}", to_word(m.state), to_word(m.role), m.name,
                                fingerprint(m.key))};
  }
  Said operator()(const PutState&) const { return {.verbs = {Verb::kPutChunk, Verb::kPut}}; }
  Said operator()(const MemberAnswered&) const {
    return {.verbs = {Verb::kAskLook, Verb::kAskChange}};
  }
  Said operator()(const VerifyReply&) const { return {.verbs = {Verb::kVerify}}; }
  Said operator()(const CollectReply&) const {
    return {.verbs = {Verb::kCollectLook, Verb::kCollect}};
  }
  Said operator()(const RecoverReply&) const {
    return {.verbs = {Verb::kRecoverLook, Verb::kRecover}};
  }
  Said operator()(const ForeseenReply&) const { return {.verbs = {Verb::kForesee}}; }
  Said operator()(const PredictionReply&) const {
    return {.verbs = {Verb::kPrediction, Verb::kPredict}};
  }
  Said operator()(const Enrolled& m) const {
    return {.verbs = {Verb::kEnrol, Verb::kRotateKey}, .pending = m.state != KeyState::kAccepted};
  }
  Said operator()(const GroupInfo& m) const {
    return {.verbs = {Verb::kCreateGroup}, .text = m.name};
  }
  Said operator()(const GroupDeleted& m) const {
    return {.verbs = {Verb::kDeleteGroup}, .text = m.folder};
  }
  template <class Other>
  Said operator()(const Other&) const {
    return {};
  }
};

/// Reading is what a reader may, but for what its own key is.
bool only_reads(Verb verb) {
  return verb != Verb::kEnrol && verb != Verb::kRotateKey &&
         is_allowed(KeyRole::kReader, Standing::kAccepted, verb);
}

bool may_answer(const Said& said, Verb verb) {
  if (said.verbs.empty()) return said.error || only_reads(verb);
  return std::find(said.verbs.begin(), said.verbs.end(), verb) != said.verbs.end();
}

}  // namespace

std::string subject_of(const Enrol& asked) { return asked.name + " " + fingerprint(asked.key); }
std::string subject_of(const RotateKey& asked) { return fingerprint(asked.key); }

void CoordinatorCore::Impl::audit(const Peer& peer, std::string verb, const Error* error,
                                  std::string text) {
  AuditRecord record{peer.key,     access_.caller(peer, group_now()).name,
                     peer.address, std::move(verb),
                     {},           {},
                     "ok",         std::move(text)};
  record.idle = error != nullptr;
  if (error != nullptr) {
    record.result = to_word(error->code);
    record.text += (record.text.empty() ? "" : ": ") + error->text;
  }
  output_.audit.push_back(std::move(record));
}

/// Before anything was done: under its own name, whatever else waits under its id.
void CoordinatorCore::Impl::audit_refused(const FromAdmin& event, const Error& error) {
  const AdminRequest& request = event.request.request;
  audit(event.peer, std::string(to_word(verb_of(request))), &error, std::visit(AboutBy(), request));
}

/// The first one with an id counts. What another with the same id, sent before it is answered, was
/// is told by its answer.
void CoordinatorCore::Impl::remember_asked(const Peer& peer, const IdentifiedRequest& request) {
  const Verb verb = verb_of(request.request);
  // What a submit was its answer tells.
  if (verb == Verb::kSubmit) return;
  if (asked_.size() >= kAskedRemembered) asked_.erase(asked_.begin());
  asked_.try_emplace({peer, request.id}, Asked{verb, std::visit(AboutBy(), request.request)});
}

void CoordinatorCore::Impl::forget_asked(const Peer& peer, AdminRequestId id, Verb verb) {
  const auto asked = asked_.find({peer, id});
  if (asked != asked_.end() && asked->second.verb == verb) asked_.erase(asked);
}

void CoordinatorCore::Impl::audit(const Peer& peer, AdminRequestId id, const AdminReply& reply) {
  Said said = std::visit(SaidBy(), reply);
  const auto asked = asked_.find({peer, id});
  std::optional<Verb> verb;
  if (asked != asked_.end() && may_answer(said, asked->second.verb)) {
    verb = asked->second.verb;
    if (said.text.empty()) said.text = std::move(asked->second.about);
    asked_.erase(asked);
  } else if (!said.verbs.empty()) {
    verb = said.verbs.back();
  }
  audit(peer, verb ? std::string(to_word(*verb)) : "unknown", said.error ? &*said.error : nullptr,
        std::move(said.text));
  AuditRecord& record = output_.audit.back();
  const bool done = !said.error || said.unknown;
  record.idle = !done || said.pending || !verb || only_reads(*verb);
  if (said.pending) record.result = to_word(KeyState::kPending);
  record.first = said.first;
  record.last = said.last;
}

}  // namespace groupctl
