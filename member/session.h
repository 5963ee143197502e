// Where this member is with its coordinator: hello, join, leave, silence, resynchronising,
// quarantine.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "log/pcg.h"
#include "member/backoff.h"
#include "member/core.h"
#include "member/follower.h"
#include "wire/bus.h"

namespace groupctl {

class Session {
 public:
  /// `make_join` fills a Join with what the member has; the session adds what it knows itself.
  Session(const MemberConfig& config, std::function<Join()> make_join);

  MemberPhase phase() const { return phase_; }
  SessionNumber number() const { return number_; }
  Epoch epoch() const { return epoch_; }
  std::uint64_t interval_ms() const { return interval_ms_; }
  const std::string& why() const { return why_; }
  Pcg& pcg() { return pcg_; }

  /// Whether acks go out: a coordinator has given a session number.
  bool live() const;
  /// Whether frames are applied now rather than queued.
  bool follows() const;
  /// Whether it asks for what it lacks: who leaves does not.
  bool catches_up() const { return follows() && phase_ != MemberPhase::kLeaving; }
  bool heard_lately(LocalTime now) const;
  /// Heard lately, and as far as is known it hears this member too.
  bool coordinator_up(LocalTime now) const;
  /// When tick() wants to be called.
  LocalTime due() const;

  void start(LocalTime now, MemberOutput& out);
  /// Sends what is due; after three silent intervals, or two without an answer, looks for the
  /// coordinator anew.
  void tick(LocalTime now, MemberOutput& out);
  /// Whether the next ack is to ask for an answer: once in an interval. It is taken to be sent.
  bool asks(LocalTime now);
  void answered() { unanswered_ = 0; }

  void heard_publication(LocalTime now);
  void offered(const Offer& offer, const LogId& log_id, LocalTime now, MemberOutput& out);
  /// False: an old answer, to be ignored.
  bool welcomed(const Welcome& welcome, Epoch epoch, LocalTime now, MemberOutput& out);
  void refused(const Refused& refused, LocalTime now, MemberOutput& out);
  void troubled(LinkTrouble trouble, LocalTime now, MemberOutput& out);
  void enrolled(const Enrolled& enrolled, LocalTime now, MemberOutput& out);
  /// The session is void: says Hello again, at once or with jitter.
  void seek(std::string why, bool jitter, LocalTime now, MemberOutput& out);
  void rejoin(const std::string& cause, LocalTime now, MemberOutput& out);
  /// Joins for a snapshot.
  void resynchronise(const std::string& cause, LocalTime now, MemberOutput& out);
  /// Twice for one cause in ten minutes is quarantine.
  void trouble(const Trouble& trouble, LocalTime now, MemberOutput& out);
  void quarantine(const std::string& why, std::uint64_t for_ms, LocalTime now, MemberOutput& out);
  void swapped(MemberOutput& out);
  /// Replaying or in step, by where the head is.
  void reached_head(bool reached, MemberOutput& out);

  void leave(bool was_joined, LocalTime now, MemberOutput& out);
  void left(MemberOutput& out);
  /// Not asked for: as after leaving, it stays away until the process is started anew.
  void evicted(const Evicted& evicted, MemberOutput& out);

 private:
  NoteLevel level_of(MemberPhase next, std::string_view why);
  void enter(MemberPhase phase, std::string why, MemberOutput& out);
  void send_join(LocalTime now, MemberOutput& out);
  void key_refused(const std::string& why, LocalTime now, MemberOutput& out);
  void ask_to_be_let_in(LocalTime now, MemberOutput& out);
  void link(LinkAs as, LocalTime now, MemberOutput& out);
  LocalTime after(std::uint64_t ms, LocalTime now) const { return LocalTime(now.value + ms); }

  const MemberConfig& config_;
  std::function<Join()> make_join_;
  bool arrived_ = false;  ///< at the head, since its welcome
  Pcg pcg_;
  Backoff backoff_;
  MemberPhase phase_ = MemberPhase::kSeeking;
  std::string why_;
  SessionNumber number_;
  Epoch epoch_;
  std::uint64_t interval_ms_;
  LocalTime due_;            ///< of the phase's next try
  LocalTime heard_at_;       ///< last publication
  LocalTime ask_due_;        ///< of the next ack that asks
  unsigned unanswered_ = 0;  ///< such acks; more than kMostUnanswered: it does not hear this member
  std::string resync_cause_;  ///< empty: an ordinary join
  bool leaves_ = false;
  LinkAs linked_ = LinkAs::kMember;
  bool relink_ = false;                        ///< the connection has given up by itself
  bool wants_link_ = false;                    ///< as `linked_` says, at the next try
  bool token_void_ = false;                    ///< it was refused
  std::map<std::string, LocalTime> troubles_;  ///< cause -> when it was last mended
};

}  // namespace groupctl
