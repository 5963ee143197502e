// Whose turn it is at the replay thread. Members' pages and chunks wait here, a bounded number of
// each session, and one session after the other has its turn; only a few are under way at once, so
// what operators ask, which does not pass here, waits for no more than those.
#pragma once

#include <deque>
#include <map>
#include <optional>

#include "coordinator/reads.h"

namespace groupctl {

class MemberReads {
 public:
  /// Waiting or under way of one session; more are dropped, and asked again.
  static constexpr std::size_t kMaxChunksOfASession = 8;
  /// At the replay thread or on their way back from it, of all sessions.
  static constexpr std::size_t kMaxUnderWay = 2;

  /// A session has one: it takes the place of one that waits, and is dropped while one is under
  /// way, whose pages say what there is to ask for.
  void want(const ReplayRead& read);
  void want(const ImageRead& read);
  /// The next to hand over; nullopt: none waits, or enough are under way.
  std::optional<ReadRequest> next();
  /// One has been answered.
  void done(const MemberRead& read);
  /// The session has ended: what waits of it is dropped.
  void forget(SessionNumber session);

  std::size_t under_way() const { return under_way_; }
  /// Sessions of which something waits or is under way.
  std::size_t sessions() const { return lines_.size(); }
  /// The most chunks that one session has here.
  std::size_t longest() const;

 private:
  struct Line {
    std::optional<ReplayRead> pages;
    std::deque<ImageRead> chunks;
    bool pages_under_way = false;
    std::size_t chunks_under_way = 0;
    bool has_turn = false;  // stands in turns_

    bool waits() const { return pages.has_value() || !chunks.empty(); }
    bool idle() const { return !waits() && !pages_under_way && chunks_under_way == 0; }
  };
  void take_turn(SessionNumber session, Line& line);
  static ReadRequest take_from(Line& line);

  std::map<SessionNumber, Line> lines_;
  std::deque<SessionNumber> turns_;  // of those that wait, each once
  std::size_t under_way_ = 0;
};

}  // namespace groupctl
