// CoordinatorCore: everything that is known of one member.
#include <algorithm>

#include "commands/state/target.h"
#include "coordinator/core_impl.h"

namespace groupctl {
namespace {

constexpr std::size_t kOutcomesShown = 20;
constexpr std::size_t kWantedShown = 200;

}  // namespace

void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id,
                                       const MemberQuery& query) {
  if (const MemberRow* row = sequencer_.roster().find_name(query.name)) {
    return answer(peer, id, detail(*row));
  }
  Error error = not_here(query.name);
  answer(peer, id, QueryRefused{error.code, std::move(error.text)});
}

/// Who left is still known by its tombstone; else a name like it may be meant.
Error CoordinatorCore::Impl::not_here(const std::string& name) const {
  Sequence left_at;  // the last time: later ones of a name have higher ids
  for (const auto& [id, account] : ledger_.accounts()) {
    if (account.name == name && account.left_at) left_at = account.left_at;
  }
  if (left_at) {
    return {ErrorCode::kNotFound,
            "member " + name + " left at sequence " + std::to_string(left_at.value)};
  }
  std::vector<std::string> names;
  for (const auto& [id, row] : sequencer_.roster().rows()) names.push_back(row.name);
  return {ErrorCode::kNotFound, no_such_member(name, names)};
}

MemberDetail CoordinatorCore::Impl::detail(const MemberRow& row) const {
  MemberDetail detail;
  detail.info = info(row);
  detail.own_labels = row.own_labels;
  detail.operator_labels = row.operator_labels;
  detail.participant = row.participant;
  detail.replica = row.replica;
  detail.head = sequencer_.durable().last;
  if (const MemberSession* session = sessions_->of(row.id)) {
    detail.incarnation = session->incarnation;
    detail.address = session->peer.address;
    detail.since = session->since;
    detail.key = session->peer.key;
  }
  detail.outcomes = ledger_.exceptions().newest(row.id, kOutcomesShown);
  for (auto& [name, artefact] : desired_artefacts(sequencer_.state(), row)) {
    if (!artefact.release || detail.wanted_in_all++ >= kWantedShown) continue;
    detail.wanted.push_back({name, artefact.release->version, artefact.sequence});
  }
  return detail;
}

}  // namespace groupctl
