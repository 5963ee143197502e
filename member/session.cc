#include "member/session.h"

#include <fmt/format.h>

namespace groupctl {
namespace {

constexpr std::uint64_t kSilentIntervals = 3;
/// One an interval: noticed within three, as silence is.
constexpr unsigned kMostUnanswered = 2;
constexpr unsigned kJoinTries = 6;
constexpr std::uint64_t kTroubleWindowMs = 10 * 60 * 1000;

bool is_lasting(ErrorCode code) {
  return code == ErrorCode::kWrongGroup || code == ErrorCode::kAhead ||
         code == ErrorCode::kDiverged || code == ErrorCode::kConflict ||
         code == ErrorCode::kRefused;
}

}  // namespace

std::string_view to_word(MemberPhase phase) {
  switch (phase) {
    case MemberPhase::kSeeking:
      return "seeking";
    case MemberPhase::kSubscribing:
      return "subscribing";
    case MemberPhase::kJoining:
      return "joining";
    case MemberPhase::kSnapshot:
      return "snapshot";
    case MemberPhase::kReplaying:
      return "replaying";
    case MemberPhase::kInStep:
      return "in_step";
    case MemberPhase::kLeaving:
      return "leaving";
    case MemberPhase::kLeft:
      return "left";
    case MemberPhase::kPending:
      return "pending";
    case MemberPhase::kQuarantined:
      return "quarantined";
  }
  return "unknown";
}

Session::Session(const MemberConfig& config, std::function<Join()> make_join)
    : config_(config),
      make_join_(std::move(make_join)),
      pcg_(config.seed),
      backoff_(config.retry_min_ms, config.retry_max_ms),
      interval_ms_(config.heartbeat_interval_ms) {}

bool Session::live() const { return number_ && (follows() || phase_ == MemberPhase::kSnapshot); }

bool Session::follows() const {
  return phase_ == MemberPhase::kReplaying || phase_ == MemberPhase::kInStep ||
         phase_ == MemberPhase::kLeaving;
}

bool Session::heard_lately(LocalTime now) const {
  return heard_at_ && now.value < heard_at_.value + kSilentIntervals * interval_ms_;
}

bool Session::coordinator_up(LocalTime now) const {
  return heard_lately(now) && unanswered_ <= kMostUnanswered;
}

LocalTime Session::due() const {
  if (phase_ == MemberPhase::kLeft) return LocalTime(UINT64_MAX);
  if (!live()) return due_;
  const LocalTime next = std::min(after(kSilentIntervals * interval_ms_, heard_at_), ask_due_);
  return phase_ == MemberPhase::kLeaving ? std::min(due_, next) : next;
}

void Session::start(LocalTime now, MemberOutput& out) { seek("started", false, now, out); }

void Session::enter(MemberPhase phase, std::string why, MemberOutput& out) {
  if (phase == phase_ && why == why_) return;
  std::vector<NoteField> fields;
  if (!why.empty()) fields.emplace_back("why", why);
  out.notes.push_back({level_of(phase, why), std::string(to_word(phase)), std::move(fields)});
  phase_ = phase;
  why_ = std::move(why);
}

/// Between two commands a member is behind for a moment, time and again: only its first arrival at
/// the head since its welcome is news.
NoteLevel Session::level_of(MemberPhase next, std::string_view why) {
  const bool unasked = next == MemberPhase::kLeft && !why.empty();
  const bool stopped = next == MemberPhase::kQuarantined || next == MemberPhase::kPending;
  if (stopped || unasked) return NoteLevel::kWarn;
  const bool follows_on =
      follows() && (next == MemberPhase::kReplaying || next == MemberPhase::kInStep);
  const bool arrives = next == MemberPhase::kInStep && !arrived_;
  arrived_ = follows_on && (arrived_ || arrives);
  return follows_on && !arrives ? NoteLevel::kDebug : NoteLevel::kInfo;
}

void Session::tick(LocalTime now, MemberOutput& out) {
  if (phase_ == MemberPhase::kLeft) return;
  if (live() && !heard_lately(now)) {
    seek("the coordinator is silent", false, now, out);
  }
  // Publications may come while nothing of what this member says arrives.
  if (live() && now >= ask_due_ && unanswered_ == kMostUnanswered) {
    ++unanswered_;
    seek("the coordinator does not answer", false, now, out);
  }
  if (now < due_) return;
  if (relink_) return link(LinkAs::kMember, now, out);
  if (phase_ == MemberPhase::kPending) {
    ask_to_be_let_in(now, out);
  } else if (phase_ == MemberPhase::kSeeking || phase_ == MemberPhase::kQuarantined) {
    out.send.push_back(Hello{kProtocolVersion, config_.product, config_.group, config_.name});
    const bool rarely = phase_ == MemberPhase::kQuarantined;
    due_ = after(rarely ? config_.retry_max_ms : backoff_.next(pcg_), now);
  } else if (phase_ == MemberPhase::kSubscribing) {
    enter(MemberPhase::kJoining, {}, out);
    send_join(now, out);
  } else if (phase_ == MemberPhase::kJoining) {
    if (backoff_.tries() >= kJoinTries) {
      seek("no answer to join", false, now, out);
      return;
    }
    send_join(now, out);
  } else if (phase_ == MemberPhase::kLeaving) {
    out.send.push_back(Leave{number_});
    due_ = after(backoff_.next(pcg_), now);
  }
}

bool Session::asks(LocalTime now) {
  if (now < ask_due_) return false;
  ++unanswered_;
  ask_due_ = after(interval_ms_, now);
  return true;
}

void Session::send_join(LocalTime now, MemberOutput& out) {
  Join join = make_join_();
  join.resynchronise = !resync_cause_.empty();
  join.resynchronise_cause = resync_cause_;
  out.send.push_back(std::move(join));
  due_ = after(backoff_.next(pcg_), now);
}

void Session::heard_publication(LocalTime now) {
  heard_at_ = now;
  if (phase_ == MemberPhase::kSubscribing) due_ = now;
  // It is back, however long the next try would have waited.
  if (phase_ == MemberPhase::kSeeking)
    due_ = std::min(due_, after(pcg_.below(interval_ms_ + 1), now));
}

void Session::offered(const Offer& offer, const LogId& log_id, LocalTime now, MemberOutput& out) {
  if (linked_ != LinkAs::kMember) return;  // late: whoever asks to be let in is offered nothing
  if (phase_ != MemberPhase::kSeeking && phase_ != MemberPhase::kQuarantined &&
      phase_ != MemberPhase::kPending) {
    return;
  }
  if (offer.heartbeat_interval_ms != 0) interval_ms_ = offer.heartbeat_interval_ms;
  answered();
  out.subscribe = SubscribeTo{offer.command_endpoint, log_id};
  enter(MemberPhase::kSubscribing, {}, out);
  backoff_.reset();
  due_ = after(interval_ms_, now);
}

bool Session::welcomed(const Welcome& welcome, Epoch epoch, LocalTime now, MemberOutput& out) {
  const bool asked = phase_ == MemberPhase::kJoining;
  // A Join that was repeated may be answered twice; the later session is the one that counts.
  const bool newer = live() && epoch == epoch_ && welcome.session > number_;
  if (!asked && !newer) return false;
  number_ = welcome.session;
  epoch_ = epoch;
  heard_at_ = now;
  if (welcome.heartbeat_interval_ms != 0) interval_ms_ = welcome.heartbeat_interval_ms;
  answered();
  ask_due_ = after(interval_ms_, now);
  backoff_.reset();
  if (leaves_) {
    enter(MemberPhase::kLeaving, {}, out);
    due_ = now;
  } else if (welcome.plan == CatchUp::kSnapshot) {
    resync_cause_.clear();
    enter(MemberPhase::kSnapshot, {}, out);
  } else {
    enter(MemberPhase::kReplaying, {}, out);
  }
  return true;
}

void Session::refused(const Refused& refused, LocalTime now, MemberOutput& out) {
  if (refused.code == ErrorCode::kUnknownSession) return rejoin(refused.text, now, out);
  if (refused.code == ErrorCode::kKeyRefused) return key_refused(refused.text, now, out);
  if (is_lasting(refused.code)) {
    return quarantine(fmt::format("{}: {}", to_word(refused.code), refused.text),
                      config_.retry_max_ms, now, out);
  }
  out.notes.push_back(
      {NoteLevel::kInfo,
       "refused",
       {{"phase", to_word(phase_)}, {"code", to_word(refused.code)}, {"why", refused.text}}});
  due_ = after(backoff_.next(pcg_), now);
}

void Session::seek(std::string why, bool jitter, LocalTime now, MemberOutput& out) {
  number_ = {};
  backoff_.reset();
  enter(MemberPhase::kSeeking, std::move(why), out);
  due_ = jitter ? after(pcg_.below(interval_ms_ + 1), now) : now;
}

void Session::rejoin(const std::string& cause, LocalTime now, MemberOutput& out) {
  if (!live()) return;
  number_ = {};
  backoff_.reset();
  enter(MemberPhase::kJoining, "the session is void: " + cause, out);
  due_ = after(pcg_.below(interval_ms_ + 1), now);
}

void Session::resynchronise(const std::string& cause, LocalTime now, MemberOutput& out) {
  number_ = {};
  backoff_.reset();
  resync_cause_ = cause;
  enter(MemberPhase::kJoining, "resynchronises: " + cause, out);
  due_ = now;
}

void Session::trouble(const Trouble& trouble, LocalTime now, MemberOutput& out) {
  if (trouble.kind == Trouble::Kind::kDiverged) {
    return quarantine(trouble.text, config_.retry_max_ms, now, out);
  }
  auto [before, first_time] = troubles_.try_emplace(trouble.cause, now);
  const bool again = !first_time && now.value < before->second.value + kTroubleWindowMs;
  if (again) {
    resync_cause_ = trouble.cause;
    return quarantine("twice in ten minutes: " + trouble.text,
                      before->second.value + kTroubleWindowMs - now.value, now, out);
  }
  before->second = now;
  out.notes.push_back({NoteLevel::kWarn, trouble.text});
  resynchronise(trouble.cause, now, out);
}

void Session::quarantine(const std::string& why, std::uint64_t for_ms, LocalTime now,
                         MemberOutput& out) {
  number_ = {};
  backoff_.reset();
  enter(MemberPhase::kQuarantined, why, out);
  relink_ = linked_ != LinkAs::kMember;  // it was asking to be let in
  due_ = after(for_ms, now);
}

void Session::swapped(MemberOutput& out) {
  if (phase_ == MemberPhase::kSnapshot) enter(MemberPhase::kReplaying, {}, out);
}

void Session::reached_head(bool reached, MemberOutput& out) {
  if (phase_ == MemberPhase::kReplaying && reached) enter(MemberPhase::kInStep, {}, out);
  if (phase_ == MemberPhase::kInStep && !reached) enter(MemberPhase::kReplaying, {}, out);
}

void Session::leave(bool was_joined, LocalTime now, MemberOutput& out) {
  leaves_ = true;
  if (live()) {
    enter(MemberPhase::kLeaving, {}, out);
    backoff_.reset();
    due_ = now;
  } else if (!was_joined) {
    left(out);
  }
}

void Session::left(MemberOutput& out) {
  if (!leaves_) return;
  number_ = {};
  enter(MemberPhase::kLeft, {}, out);
}

void Session::evicted(const Evicted& evicted, MemberOutput& out) {
  if (!live() || evicted.session != number_) return;
  leaves_ = true;
  number_ = {};
  enter(MemberPhase::kLeft, evicted.text, out);
}

}  // namespace groupctl
