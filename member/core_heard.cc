// What the coordinator says, after the fence has let it through.
#include <fmt/format.h>

#include <bit>

#include "log/planted_bug.h"
#include "member/core_impl.h"

namespace groupctl {

void MemberCore::Impl::on(FromCoordinator event) {
  const Envelope& envelope = event.message.envelope;
  const MemberReply& reply = event.message.reply;
  // Who refuses may not be of this group at all; an offer says which history there is.
  const bool first_words = std::holds_alternative<Refused>(reply) ||
                           std::holds_alternative<Offer>(reply) ||
                           std::holds_alternative<Enrolled>(reply);
  if (!first_words && !listens(envelope, false)) return;
  std::visit([&](const auto& said) { heard(envelope, said); }, reply);
}

void MemberCore::Impl::on(FromCommandPlane event) {
  for (const EnvelopedPublication& message : event.messages) heard(message);
}

void MemberCore::Impl::heard(const EnvelopedPublication& message) {
  if (!listens(message.envelope, true)) return;
  session_.heard_publication(now_);
  if (const auto* frame = std::get_if<FramePtr>(&message.publication)) {
    if (session_.phase() != MemberPhase::kQuarantined) follower_.offer(*frame);
  } else {
    heard_heartbeat(message.envelope, std::get<Heartbeat>(message.publication));
  }
}

bool MemberCore::Impl::listens(const Envelope& envelope, bool to_publication) {
  const Fence::Verdict verdict = fence_.judge(envelope);
  if (verdict == Fence::Verdict::kForeign) {
    foreign(envelope.log_id);
    return false;
  }
  if (verdict == Fence::Verdict::kStale) {
    // A queue can be full of them: said at the 1st, 2nd, 4th, 8th ...
    if (std::has_single_bit(fence_.refused())) {
      note(NoteLevel::kWarn, "refused an older epoch",
           {{"epoch", envelope.epoch},
            {"heard", fence_.binding().epoch},
            {"so_far", std::uint64_t{fence_.refused()}}});
    }
    return false;
  }
  if (verdict == Fence::Verdict::kNewer) {
    stage_.put(binding_row(), encode(fence_.binding()));
    follower_.forget_heard();
  }
  clock_.hear(envelope.epoch, envelope.now, now_);
  if (to_publication && session_.live() && envelope.epoch > session_.epoch()) {
    session_.seek(fmt::format("the coordinator has begun epoch {}", envelope.epoch.value), true,
                  now_, out_);
  }
  return true;
}

/// A member with a history follows no other; one without merely is not interested yet.
void MemberCore::Impl::foreign(const LogId& log_id) {
  if (!received() || session_.phase() == MemberPhase::kLeft) return;
  session_.quarantine(fmt::format("foreign log: the coordinator has log {}, this member follows {}",
                                  log_id.hex(), follower_.head().log_id.hex()),
                      config_.retry_max_ms, now_, out_);
}

void MemberCore::Impl::heard(const Envelope& envelope, const Offer& offer) {
  if (offer.group != config_.group) return;
  if (!received() && envelope.log_id != fence_.binding().log_id) {
    fence_.bind(envelope.log_id, envelope.epoch);
    stage_.put(binding_row(), encode(Binding{config_.group, envelope.log_id, envelope.epoch}));
    follower_.bind(envelope.log_id);
    tag_ = {};
  }
  // JOIN alone is not fenced: by it a coordinator that was restored from an old copy learns so.
  const bool own_history = envelope.log_id == fence_.binding().log_id;
  if (!listens(envelope, false) && !own_history) return;
  session_.offered(offer, envelope.log_id, now_, out_);
}

void MemberCore::Impl::heard(const Envelope& envelope, const Welcome& welcome) {
  if (!session_.welcomed(welcome, envelope.epoch, now_, out_)) return;
  welcomed_as_ = welcome.member;
  welcomed_at_ = welcome.head;
  share_tail(welcome);
  follower_.heard_head(welcome.head);
  outcomes_.new_session(welcome.executed);
  replay_.new_session();
  ledger_has_ = welcome.executed;
  replay_from_.reset();
  // What is in commit was heard before.
  const Sequence own = in_flight_ ? in_flight_->head.last : received();
  if (welcome.plan == CatchUp::kReplay) replay_from_ = own;
  acked_ = {received(), ledger_has_};
  acked_held_ = {};
  if (session_.phase() != MemberPhase::kSnapshot) return fetch_.stop();
  if (!swap_ && fetch_.resume(envelope.log_id, envelope.epoch)) {
    note(NoteLevel::kInfo, "the snapshot goes on", {{"bytes", std::uint64_t{fetch_.bytes()}}});
  }
  fetch_backoff_.reset();
  fetch_due_ = now_;
}

void MemberCore::Impl::heard(const Envelope&, const ReplayPage& page) {
  if (!session_.live()) return;
  follower_.heard_head(page.head);
  for (const FramePtr& frame : page.frames) follower_.offer(frame);
  replay_.page(page, now_, session_.pcg());
}

void MemberCore::Impl::heard(const Envelope&, const SnapshotChunk& chunk) {
  if (session_.phase() != MemberPhase::kSnapshot) return;
  const SnapshotFetch::Took took = fetch_.take(chunk);
  if (took == SnapshotFetch::Took::kIgnored) return;
  fetch_backoff_.reset();
  fetch_due_ = LocalTime(now_.value + fetch_backoff_.next(session_.pcg()));
  if (took == SnapshotFetch::Took::kTooBig) {
    fetch_.stop();
    session_.quarantine(fmt::format("a snapshot of {} bytes is more than this member takes ({})",
                                    chunk.total, config_.max_snapshot_bytes),
                        config_.retry_max_ms, now_, out_);
  } else if (took == SnapshotFetch::Took::kComplete) {
    image_is_whole();
  }
}

void MemberCore::Impl::image_is_whole() {
  const LogHead& head = in_flight_ ? in_flight_->head : follower_.head();
  const SnapshotNeeds needs{fence_.binding().log_id, config_.group, head.epoch, head.last,
                            config_.max_snapshot_bytes};
  auto checked = check_snapshot(fetch_.take_image(), needs, table_);
  if (checked) {
    swap_ = std::move(*checked);
    return;
  }
  const Error& error = checked.error();
  if (error.code == ErrorCode::kUnsupported || error.code == ErrorCode::kWrongGroup) {
    session_.quarantine(error.text, config_.retry_max_ms, now_, out_);
  } else if (error.code == ErrorCode::kStaleEpoch) {
    note(NoteLevel::kInfo, "asks for a newer snapshot", {{"why", error.text}});
    fetch_.start(needs.log_id, session_.epoch());
    fetch_.hold();
  } else {
    session_.trouble({Trouble::Kind::kResynchronise, "a snapshot that does not verify", error.text},
                     now_, out_);
  }
}

void MemberCore::Impl::heard(const Envelope&, const Recorded& recorded) {
  if (session_.live()) outcomes_.recorded(recorded.number, stage_);
}

void MemberCore::Impl::heard(const Envelope&, const Enrolled& enrolled) {
  session_.enrolled(enrolled, now_, out_);
}

void MemberCore::Impl::heard(const Envelope&, const Heard&) { session_.answered(); }

void MemberCore::Impl::heard(const Envelope&, const Probe& probe) {
  if (session_.live()) out_.send.push_back(ProbeReply{session_.number(), probe.nonce});
}

void MemberCore::Impl::heard(const Envelope&, const Rejoin& rejoin) {
  session_.rejoin(rejoin.cause, now_, out_);
}

void MemberCore::Impl::heard(const Envelope&, const Resynchronise& resynchronise) {
  if (session_.catches_up()) session_.resynchronise(resynchronise.cause, now_, out_);
}

void MemberCore::Impl::heard(const Envelope&, const Left&) { session_.left(out_); }

void MemberCore::Impl::heard(const Envelope&, const Evicted& evicted) {
  session_.evicted(evicted, out_);
}

void MemberCore::Impl::heard(const Envelope& envelope, const Refused& refused) {
  const bool ours = envelope.log_id == fence_.binding().log_id;
  if (ours && !listens(envelope, false)) return;
  if (session_.catches_up()) {
    note(NoteLevel::kInfo, "refused", {{"why", refused.text}});
    return;
  }
  if (session_.phase() == MemberPhase::kSnapshot && fetch_.active()) {
    note(NoteLevel::kInfo, "the snapshot was refused", {{"why", refused.text}});
    fetch_.start(fence_.binding().log_id, session_.epoch());
    fetch_.hold();
    return;
  }
  session_.refused(refused, now_, out_);
}

void MemberCore::Impl::heard_heartbeat(const Envelope& envelope, const Heartbeat& heartbeat) {
  if (!planted(PlantedBug::kHeartbeatWithoutHead)) follower_.heard_head(heartbeat.head);
  keep_tag({envelope.log_id, envelope.epoch, heartbeat.head, heartbeat.chain, heartbeat.tag});
  const LogHead& head = follower_.head();
  if (!session_.follows() || heartbeat.head != head.last || !head.last) return;
  if (heartbeat.chain == head.chain) replay_from_.reset();
  if (heartbeat.chain != head.chain) {
    session_.trouble(
        {Trouble::Kind::kDiverged, "diverged history",
         fmt::format("diverged history: at {} the own chain is {}, the coordinator's {}",
                     head.last.value, head.chain.hex(), heartbeat.chain.hex())},
        now_, out_);
  } else if (heartbeat.state_digest != head.state_digest) {
    session_.trouble({Trouble::Kind::kResynchronise, "state digest differs",
                      fmt::format("state digest at {} is {}, the group's is {}", head.last.value,
                                  head.state_digest.hex(), heartbeat.state_digest.hex())},
                     now_, out_);
  }
}

/// The one that proves most: the furthest, and there of the latest epoch. A coordinator that has
/// lost entries speaks in a later epoch of less: that must not take the proof away.
void MemberCore::Impl::keep_tag(const TagClaim& claim) {
  if (claim.log_id == tag_.log_id &&
      std::pair(claim.last, claim.epoch) <= std::pair(tag_.last, tag_.epoch)) {
    return;
  }
  tag_ = claim;
  stage_.put_lazily(tag_row(), encode(tag_));
}

}  // namespace groupctl
