// What the executor fetches from the group's repository, and which repositories all members share.
#include "member/core_impl.h"

namespace groupctl {

/// Without a session nobody can be asked; whoever waits wants it again.
void MemberCore::Impl::on(ChunkWanted event) {
  if (!session_.live()) return;
  out_.send.push_back(ArtefactRequest{session_.number(), event.digest, event.offset});
}

void MemberCore::Impl::heard(const Envelope&, const ArtefactChunk& chunk) {
  out_.chunks.push_back(chunk);
}

void MemberCore::Impl::heard(const Envelope&, const NoArtefact& none) {
  out_.chunks.push_back(none);
}

/// What is configured here was compared by the coordinator. The other is kept for a start without
/// it.
void MemberCore::Impl::share_tail(const Welcome& welcome) {
  if (!config_.shared_tail.empty() || welcome.shared_tail == shared_tail_) return;
  shared_tail_ = welcome.shared_tail;
  stage_.put(shared_tail_row(), encode_shared_tail(shared_tail_));
  out_.shared_tail = shared_tail_;
}

}  // namespace groupctl
