// CoordinatorCore: what members ask of the log to catch up.
#include <algorithm>

#include "coordinator/core_impl.h"

namespace groupctl {
namespace {

constexpr std::uint32_t kMaxPages = 16;

}  // namespace

void CoordinatorCore::Impl::on_message(const Peer& peer, const ReplayRequest& request) {
  const MemberSession* session = session_of(peer, request.session);
  if (session == nullptr) return;
  if (request.from < sequencer_.durable().floor) {
    const AccountRow* account = ledger_.account(session->member);
    // By its own word it has that by now: an old request, repeated on its way.
    const bool has_it = account != nullptr && account->marks.received >= request.from;
    if (request.from && has_it) return;
    to_member(peer, Resynchronise{"sequence " + std::to_string(request.from.value) +
                                  " is below the floor of the log"});
    return;
  }
  member_reads_.want(ReplayRead{
      peer, request.from, std::clamp<std::uint32_t>(request.pages, 1, kMaxPages), request.session});
}

void CoordinatorCore::Impl::on_message(const Peer& peer, const SnapshotRequest& request) {
  const MemberSession* session = session_of(peer, request.session);
  if (session == nullptr) return;
  sluggish_.moves(session->member, now_);
  const AccountRow* account = ledger_.account(session->member);
  const Sequence received = account != nullptr ? account->marks.received : Sequence();
  member_reads_.want(ImageRead{peer, request.image, request.offset,
                               std::max(received, session->image_from), request.session});
}

/// With each step: as many as the replay thread may have.
void CoordinatorCore::Impl::read_for_members() {
  while (auto read = member_reads_.next()) output_.reads.push_back(*std::move(read));
}

/// Whose session has ended meanwhile asks under another one.
void CoordinatorCore::Impl::on_member_read(const MemberRead& read) {
  member_reads_.done(read);
  if (sessions_->find(read.session, read.peer) == nullptr) return;
  for (const MemberReply& reply : read.replies) to_member(read.peer, reply);
}

/// Nothing is paced by it, read or said for it any more.
void CoordinatorCore::Impl::session_ends(SessionNumber session) {
  pacer_.member_gone(session);
  member_reads_.forget(session);
  recorded_later_.forget(session);
  recorded_in_commit_.forget(session);
}

}  // namespace groupctl
