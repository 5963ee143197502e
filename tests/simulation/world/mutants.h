// Mutants of what was really said, given to a core in the middle of its life: a coordinator's, or
// that of a member.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "tests/fuzz/mutator.h"
#include "tests/simulation/world/living_group.h"

namespace groupctl::sim {

enum class MutantStream : std::uint8_t {
  kMemberMessages,  ///< a member's, to the coordinator
  kAdminRequests,   ///< an operator's, to the coordinator; among them an admin's
  kMemberReplies,   ///< the coordinator's, to a member
  kPublications,    ///< the coordinator's, to a member
};

struct MutantCounts {
  std::uint64_t given = 0;
  std::uint64_t decoded = 0;
  std::uint64_t answered = 0;  ///< at once; what waits for a commit or a read is not counted
  std::uint64_t entries = 0;   ///< that came into the log meanwhile
  std::size_t held_bytes = 0;  ///< by the core of the member that is suspect, at most at an end
  MutantCounts& operator+=(const MutantCounts& other);
};

/// The number of the one that is given now; for a handler of signals.
std::uint64_t mutant_under_way();

/// One world. Mutant N of a seed is always the same, and what was before it too.
class MutantRound {
 public:
  MutantRound(MutantStream stream, std::uint64_t seed);

  /// Mutants `first` to `last`. Gives what broke, with the mutant; empty: all holds.
  std::string give(std::uint64_t first, std::uint64_t last);
  const MutantCounts& counts() const { return counts_; }
  /// What the last one says, and its bytes.
  std::string last_mutant() const;

 private:
  void capture(const Passage& passage, ByteView first, ByteView second);
  void keep(std::size_t kind, Bytes bytes);
  Bytes as_said_next(const Bytes& message);
  void renew_material();
  bool goes_to_coordinator() const;
  NodeId suspect_node();
  void give_one();
  void give_to_coordinator();
  void give_to_member();
  void get_past_the_fence(Envelope& envelope);
  template <class Message>
  void note_decoded(const Result<Message>& message);
  std::string violation();
  std::string live_on();
  std::string look();
  std::string look_at_marks();
  std::string look_at_log();
  std::string look_at_keys();
  std::string look_at_memory();

  MutantStream stream_;
  std::uint64_t seed_;
  LivingGroup group_;
  std::map<std::size_t, std::deque<Bytes>> captured_;  // by kind of message
  bool is_new_ = false;                                // something of it
  SessionNumber session_;                              // the one that there is now
  bool listens_ = true;                                // a mutant is not what was said
  std::uint64_t answers_ = 0;
  fuzz::Material material_;
  Bytes mutant_;
  std::string said_;
  MutantCounts counts_;
  Sequence looked_until_;
  std::map<PublicKey, KeyInfo> keys_;
};

}  // namespace groupctl::sim
