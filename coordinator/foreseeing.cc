// CoordinatorCore: what a submit would do, and what its targets foretell of it.
#include "coordinator/core_impl.h"
#include "wire/limits.h"

namespace groupctl {
namespace {

/// At least what this adds to a message.
std::size_t message_size(const ForeseenCommand& command) {
  constexpr std::size_t kBeside = 40;
  const std::size_t targets = command.targets ? command.targets->size() : 0;
  return kBeside + command.entry.size() + targets * sizeof(std::uint64_t);
}

}  // namespace

Hash content_of(const std::vector<SubmittedCommand>& commands) {
  ContentHasher hasher;
  for (const SubmittedCommand& one : commands) hasher.add(one.kind, one.target, 0, {}, one.payload);
  return hasher.finish();
}

void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id,
                                       const Foresee& foresee) {
  answer(peer, id, foreseen(peer, foresee.submit, foresee.skip));
}

/// It may rest on entries that are not durable yet: a member has them only when they are.
AdminReply CoordinatorCore::Impl::foreseen(const Peer& peer, Submit submit, std::size_t skip) {
  submit.issuer = issuer_of(peer, submit.issuer);
  if (!read_only_.empty()) return QueryRefused{ErrorCode::kReadOnly, read_only_};
  for (const auto& refusal :
       {check_size(submit), check_at_sequence(submit), check_eviction(submit)}) {
    if (refusal) return QueryRefused{refusal->code, refusal->text};
  }
  auto commands = sequencer_.foresee(drafts_of(submit, peer), group_now(), ledger_);
  if (!commands) return QueryRefused{commands.error().code, commands.error().text};
  ForeseenReply reply{sequencer_.last(), {}, warnings_for(submit), content_of(submit.commands)};
  std::size_t bytes = 0;
  const std::vector<MemberId>* before = nullptr;
  for (std::size_t i = skip; i < commands->size(); ++i) {
    Foreseen& command = (*commands)[i];
    ForeseenCommand told{std::move(command.entry), std::nullopt};
    if (before == nullptr || *before != *command.targets) told.targets = *command.targets;
    before = &*command.targets;
    bytes += message_size(told);
    if (bytes > kPageBudgetBytes && !reply.commands.empty()) {
      reply.more = true;
      break;
    }
    reply.commands.push_back(std::move(told));
  }
  return reply;
}

void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id,
                                       const Predict& predict) {
  if (auto noted = predictions_.note(predict, sequencer_.last()); !noted) {
    return answer(peer, id, QueryRefused{noted.error().code, noted.error().text});
  }
  answer(peer, id, PredictionReply{});
}

void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id,
                                       const PredictionQuery& query) {
  answer(peer, id, PredictionReply{predictions_.of(query.sequence)});
}

}  // namespace groupctl
