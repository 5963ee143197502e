// CoordinatorCore: group recover. An operator gives up what this coordinator has lost; the core
// ends with it and is loaded anew.
#include "coordinator/core_impl.h"
#include "daemon/exit_codes.h"

namespace groupctl {
namespace {

constexpr std::size_t kAbsentNamed = 64;

}  // namespace

RecoverReply CoordinatorCore::Impl::recovery_view() const {
  const LogHead& head = sequencer_.durable();
  RecoverReply reply;
  reply.read_only = read_only_;
  reply.head = head.last;
  reply.first_lost = head.last.next();
  reply.last_lost = recovery_.through(head);
  for (const auto& [name, proof] : recovery_.proofs()) {
    reply.proofs.push_back({name, proof.last, proof.epoch});
  }
  for (const auto& [id, row] : sequencer_.roster().rows()) {
    const bool seen = sessions_->of(id) != nullptr || recovery_.proofs().contains(row.name);
    if (!seen && reply.absent.size() < kAbsentNamed) reply.absent.push_back(row.name);
  }
  return reply;
}

void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id,
                                       const Recover& recover) {
  const LostRange* before = recovery_.given_up_to(recover.through);
  if (read_only_.empty() && before != nullptr) {  // who asks again has not heard the answer
    RecoverReply again;
    again.done = true;
    again.head = Sequence(before->first.value - 1);
    again.first_lost = before->first;
    again.last_lost = before->last;
    return answer(peer, id, std::move(again));
  }
  if (read_only_.empty()) {
    return answer(peer, id,
                  QueryRefused{ErrorCode::kRefused, "nothing is known to be lost: no need"});
  }
  RecoverReply reply = recovery_view();
  if (!recover.through) return answer(peer, id, std::move(reply));
  if (recover.through != reply.last_lost) {
    return answer(peer, id,
                  QueryRefused{ErrorCode::kConflict, "meanwhile sequence " +
                                                         std::to_string(reply.last_lost.value) +
                                                         " is proved: look again"});
  }
  recovering_ = RecoverWaits{peer, id, recover, std::move(reply)};
}

/// When nothing is in commit. What members reported meanwhile goes with it.
void CoordinatorCore::Impl::commit_recovery() {
  Batch batch;
  batch.rows = std::move(ledger_rows_);
  ledger_rows_ = {};
  const Recover& recover = recovering_->recover;
  batch.head = recovery_.give_up(sequencer_.durable(), group_now(), recover.issuer, recover.message,
                                 batch.rows);
  batch.head.batch = sequencer_.durable().batch.next();
  batch.rows[log_bytes_key()] = std::nullopt;
  note(NoteLevel::kWarn, "recovers",
       {{"seq", batch.head.last}, {"why", recover.issuer + ": " + recover.message}});
  output_.commit = std::move(batch);
  ready_ = false;
}

/// What comes next is of the next epoch: this process loads what is on the disk now.
void CoordinatorCore::Impl::recovered(const CommitResult& result) {
  RecoverWaits waits = *std::exchange(recovering_, std::nullopt);
  if (result.answer == CommitAnswer::kCommitted) {
    waits.reply.done = true;
    answer(waits.peer, waits.id, std::move(waits.reply));
  } else {
    answer(waits.peer, waits.id, QueryRefused{result.error.code, result.error.text});
  }
  output_.exit = result.answer == CommitAnswer::kUnknown ? kExitIo : kLoadAnew;
}

}  // namespace groupctl
