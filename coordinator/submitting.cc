// CoordinatorCore: Submit, from the queue to its sequence.
#include <algorithm>

#include "commands/system/system.h"
#include "coordinator/core_impl.h"

namespace groupctl {
namespace {

std::size_t size_of(const Submit& submit) {
  std::size_t bytes = 256;
  for (const SubmittedCommand& command : submit.commands) bytes += 128 + command.payload.size();
  return bytes;
}

Hash content_of(const Submit& submit) {
  ContentHasher hasher;
  for (const SubmittedCommand& one : submit.commands) {
    hasher.add(one.kind, one.target, one.ttl_ms, one.message, one.payload);
  }
  return hasher.finish();
}

/// Whether these entries are what this submit made.
bool made_by(const Submit& submit, const std::vector<Entry>& entries) {
  ContentHasher hasher;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    if (entry.request != RequestId{submit.first.client, submit.first.number + i}) return false;
    hasher.add(entry.kind, entry.target, entry.ttl_ms, entry.message, entry.payload);
  }
  return hasher.finish() == content_of(submit);
}

SubmitRefused refused_as(const BatchError& error) {
  return {error.code, error.text, error.command};
}

SubmitRefused other_content(Sequence last) {
  return {ErrorCode::kConflict, "this request id was used for another command, at sequence " +
                                    std::to_string(last.value)};
}

RequestId last_request(const Submit& submit) {
  return {submit.first.client, submit.first.number + submit.commands.size() - 1};
}

/// Everything was sequenced together, so the last sequence tells the first.
Accepted accepted(const Submit& submit, Sequence last) {
  return {Sequence(last.value - submit.commands.size() + 1), last, {}};
}

}  // namespace

void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id, const Submit& submit) {
  SubmitWaits waits{peer, id, submit};
  if (auto refusal = check_size(submit)) return answer(peer, id, *std::move(refusal));
  if (submit.first.number == 0) {
    return answer(peer, id, SubmitRefused{ErrorCode::kInvalid, "request numbers start at 1"});
  }
  if (submits_.size() >= config_.queued_submits || waiters_full() ||
      submit_bytes_ + size_of(submit) > config_.queued_submit_bytes) {
    return answer(peer, id, SubmitRefused{ErrorCode::kBusy, "too many submits are waiting"});
  }
  keep(waits);
  submits_.push_back(std::move(waits));
}

std::size_t CoordinatorCore::Impl::waiting() const {
  std::size_t count = 0;
  for (const auto& [batch, waiting] : waiters_) count += waiting.size();
  // Answers about keys have a room of their own: nobody can keep an admin from revoking.
  return count - (key_answers_[kKeyAsked] + key_answers_[kKeyRuled] - key_waits_.size());
}

void CoordinatorCore::Impl::keep(const SubmitWaits& submit) {
  submit_bytes_ += size_of(submit.submit);
}

void CoordinatorCore::Impl::release(const SubmitWaits& submit) {
  submit_bytes_ -= size_of(submit.submit);
}

void CoordinatorCore::Impl::pump_submits() {
  while (!submits_.empty() && sequencer_.has_room()) {
    const SubmitWaits submit = std::move(submits_.front());
    submits_.pop_front();
    release(submit);
    process(submit);
  }
}

void CoordinatorCore::Impl::process(const SubmitWaits& waits) {
  using Kind = RequestVerdict::Kind;
  // It has waited: its key may have been revoked meanwhile.
  if (const auto refused = refusal_of(waits.peer, Verb::kSubmit)) {
    return refuse_submit(waits, {refused->code, refused->text});
  }
  const Submit& submit = waits.submit;
  const Hash content = content_of(submit);
  const RequestVerdict verdict = requests_.judge(last_request(submit), content);
  switch (verdict.kind) {
    case Kind::kNew:
      return sequence(waits, content);
    case Kind::kKnown:
      if (auto batch = sequencer_.batch_of(verdict.sequence)) {
        return wait_for(*batch,
                        AnswerWaits{waits.peer, waits.id, accepted(submit, verdict.sequence)});
      }
      return answer(waits.peer, waits.id, accepted(submit, verdict.sequence));
    case Kind::kLookUp:
      return look_up(waits, verdict);
    case Kind::kOtherContent:
      return refuse_submit(waits, other_content(verdict.sequence));
    case Kind::kTooOldToKnow:
      return refuse_submit(waits,
                           {ErrorCode::kTooOldToKnow,
                            "too old to know whether this request was accepted; look at the log"});
  }
}

void CoordinatorCore::Impl::sequence(const SubmitWaits& waits, const Hash& content) {
  const Submit& submit = waits.submit;
  if (!read_only_.empty()) return refuse_submit(waits, {ErrorCode::kReadOnly, read_only_});
  if (submit.commands.size() > 1 &&
      requests_.judge(submit.first, {}).kind != RequestVerdict::Kind::kNew) {
    return refuse_submit(waits,
                         {ErrorCode::kConflict, "some of these request numbers were used before"});
  }
  if (!sequencer_.has_room()) {  // woken by a commit while the row of batches is full again
    keep(waits);
    submits_.push_front(waits);
    return;
  }
  if (auto refusal = check_at_sequence(submit)) return refuse_submit(waits, *std::move(refusal));
  if (auto refusal = check_eviction(submit)) return refuse_submit(waits, *std::move(refusal));
  auto placed = sequencer_.append(drafts_of(submit, waits.peer), group_now(), ledger_);
  if (!placed) return refuse_submit(waits, refused_as(placed.error()));
  requests_.sequenced(placed->batch, submit.first, submit.commands.size(), placed->first, content,
                      group_now(), sequencer_.rows_of(placed->batch));
  predictions_.sequenced(*placed, content_of(submit.commands), sequencer_.rows_of(placed->batch));
  last_command_ = group_now();
  last_issuer_ = submit.issuer;
  const bool evicts_only = std::all_of(
      submit.commands.begin(), submit.commands.end(),
      [](const SubmittedCommand& one) { return evicted_by(one.kind, one.payload).has_value(); });
  if (!evicts_only) last_counted_ = placed->last;
  wait_for(placed->batch, AnswerWaits{waits.peer, waits.id,
                                      Accepted{placed->first, placed->last, warnings_for(submit)}});
}

std::vector<Draft> CoordinatorCore::Impl::drafts_of(const Submit& submit, const Peer& peer) {
  std::vector<Draft> drafts;
  drafts.reserve(submit.commands.size());
  for (const SubmittedCommand& command : submit.commands) {
    drafts.push_back({command.kind,
                      command.target,
                      command.ttl_ms,
                      submit.issuer,
                      {submit.first.client, submit.first.number + drafts.size()},
                      command.message,
                      command.payload,
                      submit.allow_empty_target,
                      false,
                      peer.key});
  }
  return drafts;
}

std::optional<SubmitRefused> CoordinatorCore::Impl::check_size(const Submit& submit) {
  if (!submit.commands.empty() && submit.commands.size() <= kMaxCommandsPerSubmit) {
    return std::nullopt;
  }
  return SubmitRefused{
      ErrorCode::kInvalid,
      "a submit holds 1 to " + std::to_string(kMaxCommandsPerSubmit) + " commands"};
}

/// Who looked at the group as it was is not to change what he has not seen.
std::optional<SubmitRefused> CoordinatorCore::Impl::check_at_sequence(const Submit& submit) const {
  if (!submit.at_sequence) return std::nullopt;
  if (sequencer_.last() < submit.at_sequence) {
    return SubmitRefused{ErrorCode::kConflict,
                         "there is no sequence " + std::to_string(submit.at_sequence.value) +
                             " yet; the log ends at " + std::to_string(sequencer_.last().value)};
  }
  if (last_counted_ <= submit.at_sequence) return std::nullopt;
  return SubmitRefused{ErrorCode::kConflict, "commands have come since sequence " +
                                                 std::to_string(submit.at_sequence.value) +
                                                 ", up to " + std::to_string(last_counted_.value) +
                                                 "; look again"};
}

/// A member that is here is told to go only by force: it is the server's operator who ends its
/// process, and who may not know of this.
std::optional<SubmitRefused> CoordinatorCore::Impl::check_eviction(const Submit& submit) const {
  for (const SubmittedCommand& command : submit.commands) {
    const auto name = evicted_by(command.kind, command.payload);
    if (!name) continue;
    if (command.target.kind != Target::Kind::kNone) {
      return SubmitRefused{ErrorCode::kInvalid, "LEFT takes no target"};
    }
    const MemberRow* row = sequencer_.roster().find_name(*name);
    const bool here =
        row != nullptr && !quarantined_.contains(row->id) && sessions_->live(row->id, now_);
    if (!here || submit.force) continue;
    return SubmitRefused{ErrorCode::kRefused,
                         "member " + *name +
                             " is not lost: it was heard, or this coordinator started, " +
                             std::to_string(sessions_->silent_ms(row->id, now_)) + " ms ago"};
  }
  return std::nullopt;
}

/// A refusal may rest on entries that are not durable yet: it is answered when they are. That a
/// request is too old to know rests on none.
void CoordinatorCore::Impl::refuse_submit(const SubmitWaits& waits, SubmitRefused refused) {
  const auto batch = sequencer_.newest_undurable();
  if (batch && !sequencer_.rows_only(*batch) && refused.code != ErrorCode::kTooOldToKnow) {
    return wait_for(*batch, AnswerWaits{waits.peer, waits.id, std::move(refused)});
  }
  answer(waits.peer, waits.id, std::move(refused));
}

void CoordinatorCore::Impl::look_up(const SubmitWaits& waits, const RequestVerdict& verdict) {
  if (auto batch = sequencer_.batch_of(verdict.to)) {
    keep(waits);
    return wait_for(*batch, waits);
  }
  if (reads_full()) {
    return answer(waits.peer, waits.id,
                  SubmitRefused{ErrorCode::kBusy, "too many look-ups are waiting"});
  }
  const std::uint64_t token = ++next_token_;
  keep(waits);
  read_waiters_.emplace(token, waits);
  output_.reads.push_back(RequestRead{token, last_request(waits.submit),
                                      waits.submit.commands.size(), verdict.from, verdict.to});
}

void CoordinatorCore::Impl::found(const SubmitWaits& waits,
                                  const Result<std::vector<Entry>>& entries) {
  if (entries) {
    const Sequence last = entries->back().sequence;
    if (made_by(waits.submit, *entries)) {
      return answer(waits.peer, waits.id, accepted(waits.submit, last));
    }
    return answer(waits.peer, waits.id, other_content(last));
  }
  switch (entries.error().code) {
    case ErrorCode::kNotFound:
      return answer(
          waits.peer, waits.id,
          SubmitRefused{ErrorCode::kNeverAccepted,
                        "never accepted, and never will be: a later request of this client was"});
    case ErrorCode::kCompacted:
      return answer(
          waits.peer, waits.id,
          SubmitRefused{ErrorCode::kTooOldToKnow,
                        "too old to know: the log no longer reaches back to this request"});
    default:
      return answer(waits.peer, waits.id, SubmitUnknown{entries.error().text});
  }
}

/// Targets that have said that they do not know a kind will hold or pass the entry.
std::vector<std::string> CoordinatorCore::Impl::warnings_for(const Submit& submit) const {
  std::vector<std::string> warnings;
  std::vector<KindId> asked;
  for (const SubmittedCommand& command : submit.commands) {
    if (std::find(asked.begin(), asked.end(), command.kind) != asked.end()) continue;
    asked.push_back(command.kind);
    const std::size_t count = sessions_->lacking(command.kind);
    if (count == 0) continue;
    warnings.push_back(std::to_string(count) + " connected members do not know " +
                       std::string(table_.find(command.kind)->name) +
                       "; they need a newer group-member");
  }
  return warnings;
}

}  // namespace groupctl
