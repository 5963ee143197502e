// CoordinatorCore: what the audit log says.
#include <fmt/format.h>

#include "coordinator/core_impl.h"

namespace groupctl {
namespace {

/// What an answer says of its request.
struct Said {
  std::optional<Verb> verb = {};  ///< nullopt: any may be answered so
  std::optional<Error> error = {};
  Sequence first = {};
  Sequence last = {};
  std::string text = {};
  bool pending = false;  ///< neither done nor refused
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
    return {.verb = Verb::kSubmit, .first = m.first, .last = m.last};
  }
  Said operator()(const SubmitRefused& m) const {
    return {.verb = Verb::kSubmit, .error = Error{m.code, m.text}};
  }
  Said operator()(const SubmitUnknown& m) const {
    return {.verb = Verb::kSubmit, .error = Error{ErrorCode::kTimeout, m.text}};
  }
  Said operator()(const QueryRefused& m) const { return {.error = Error{m.code, m.text}}; }
  Said operator()(const CataloguedReply& m) const {
    return {.verb = Verb::kPut, .first = m.sequence, .last = m.sequence};
  }
  Said operator()(const KeyInfo& m) const {
    return {.verb = Verb::kChangeKey,
            .text = fmt::format("{} {} {} {}", to_word(m.state), to_word(m.role), m.name,
                                fingerprint(m.key))};
  }
  Said operator()(const Enrolled& m) const { return {.pending = m.state != KeyState::kAccepted}; }
  Said operator()(const GroupInfo& m) const { return {.verb = Verb::kCreateGroup, .text = m.name}; }
  Said operator()(const GroupDeleted& m) const {
    return {.verb = Verb::kDeleteGroup, .text = m.folder};
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

/// The first one with an id counts: another with the same id, sent before it is answered, does not
/// hide what it was.
void CoordinatorCore::Impl::remember_asked(const Peer& peer, const IdentifiedRequest& request) {
  const Verb verb = verb_of(request.request);
  // What a submit was its answer tells.
  if (verb == Verb::kSubmit) return;
  if (asked_.size() >= kAskedRemembered) asked_.erase(asked_.begin());
  asked_.try_emplace({peer, request.id}, Asked{verb, std::visit(AboutBy(), request.request)});
}

void CoordinatorCore::Impl::audit(const Peer& peer, AdminRequestId id, const AdminReply& reply) {
  Said said = std::visit(SaidBy(), reply);
  auto asked = asked_.extract({peer, id});
  if (!said.verb && !asked.empty()) said.verb = asked.mapped().verb;
  if (said.text.empty() && !asked.empty()) said.text = std::move(asked.mapped().about);
  audit(peer, said.verb ? std::string(to_word(*said.verb)) : "unknown",
        said.error ? &*said.error : nullptr, std::move(said.text));
  AuditRecord& record = output_.audit.back();
  record.idle = record.idle || said.pending || !said.verb || only_reads(*said.verb);
  if (said.pending) record.result = to_word(KeyState::kPending);
  record.first = said.first;
  record.last = said.last;
}

}  // namespace groupctl
