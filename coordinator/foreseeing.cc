// CoordinatorCore: what a submit would do.
#include "coordinator/core_impl.h"

namespace groupctl {
namespace {

/// At least what this adds to a message.
std::size_t size_of(const Foreseen& foreseen) {
  constexpr std::size_t kBeside = 32;
  return kBeside + foreseen.entry.size() + foreseen.targets->size() * sizeof(std::uint64_t);
}

}  // namespace

/// It rests on entries that may not be durable yet: it is answered when they are.
void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id,
                                       const Foresee& foresee) {
  AdminReply reply = foreseen(peer, foresee.submit);
  const auto batch = sequencer_.newest_undurable();
  if (!batch || sequencer_.rows_only(*batch)) return answer(peer, id, std::move(reply));
  if (waiters_full()) {
    return answer(peer, id, QueryRefused{ErrorCode::kBusy, "too many answers are waiting"});
  }
  wait_for(*batch, AnswerWaits{peer, id, std::move(reply)});
}

AdminReply CoordinatorCore::Impl::foreseen(const Peer& peer, const Submit& submit) {
  if (submit.commands.size() > kMaxCommandsPerSubmit) {
    return QueryRefused{ErrorCode::kInvalid, "a submit holds 1 to 1000 commands"};
  }
  if (!read_only_.empty()) return QueryRefused{ErrorCode::kReadOnly, read_only_};
  for (const auto& refusal : {check_at_sequence(submit), check_eviction(submit)}) {
    if (refusal) return QueryRefused{refusal->code, refusal->text};
  }
  auto commands = sequencer_.foresee(drafts_of(submit, peer), group_now(), ledger_);
  if (!commands) return QueryRefused{commands.error().code, commands.error().text};
  ForeseenReply reply{sequencer_.last(), {}, warnings_for(submit)};
  std::size_t bytes = 0;
  for (Foreseen& command : *commands) {
    bytes += size_of(command);
    if (bytes > kPageBudgetBytes) {
      return QueryRefused{ErrorCode::kInvalid,
                          "too much to tell at once: fewer commands, or fewer targets"};
    }
    reply.commands.push_back({std::move(command.entry), *command.targets});
  }
  return reply;
}

}  // namespace groupctl
