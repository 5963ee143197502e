// Who is with us: one session a member, by number, by roster id and by server id.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "log/counted_line.h"
#include "log/token_bucket.h"
#include "log/types.h"
#include "wire/bus.h"
#include "wire/member_messages.h"

namespace groupctl {

struct MemberSession {
  SessionNumber number;
  MemberId member;
  Peer peer;
  ServerId server_id;
  Incarnation incarnation;
  std::string product;
  std::vector<KindId> known_kinds;
  LocalTime heard;
  GroupTime since;  ///< when it began
  bool leaving = false;
  Sequence image_from;          ///< an image before it is no good to this member
  bool takes_snapshot = false;  ///< was told to, and its R has not risen since
  // as its last ack said
  Hash state_digest;
  Sequence digest_at;
  DeltaCounts delta;
  RunningStep running;
  Sequence held_at;
  // what it makes a coordinator say
  CountedLine bad_acks;
  CountedLine held_back;
  TokenBucket resynchronise_told;
};

class Sessions {
 public:
  /// Numbers are unique over the coordinator's epochs.
  Sessions(Epoch epoch, LocalTime started, std::uint64_t lost_after_ms)
      : next_(epoch.value << 32), started_(started), lost_after_ms_(lost_after_ms) {}

  /// Opens a session; one that this member had ends.
  MemberSession& open(MemberSession session);
  void close(SessionNumber number);
  /// Closes its session, and keeps nothing of a member that is in the roster no more.
  void forget(MemberId member);

  /// nullptr unless this number is open and belongs to this peer.
  MemberSession* find(SessionNumber number, const Peer& peer);
  MemberSession* find(SessionNumber number);
  const MemberSession* of(MemberId member) const;
  MemberSession* of_server(const ServerId& server_id);
  const std::map<SessionNumber, MemberSession>& all() const { return by_number_; }
  /// Members whose last word is remembered though their session has ended.
  std::size_t remembered() const { return last_heard_.size(); }
  /// How many open sessions do not know this kind.
  std::size_t lacking(KindId kind) const;

  /// Heard within the limit; a member not heard since the coordinator's start gets that long too.
  bool live(MemberId member, LocalTime now) const;
  /// How long the member has been silent, from the coordinator's start at the earliest.
  std::uint64_t silent_ms(MemberId member, LocalTime now) const;

 private:
  std::uint64_t next_;
  LocalTime started_;
  std::uint64_t lost_after_ms_;
  std::map<SessionNumber, MemberSession> by_number_;
  std::map<MemberId, SessionNumber> by_member_;
  std::map<MemberId, LocalTime> last_heard_;       // of members whose session has ended
  mutable std::map<KindId, std::size_t> lacking_;  // counted since a session was opened or closed
};

}  // namespace groupctl
