// A keyed group in the middle of its life, for what is said to it out of turn: members that obey,
// one that is away, one that comes and goes; a member and an operator that are not what they should
// be.
#pragma once

#include <functional>
#include <string>

#include "tests/simulation/world/world.h"

namespace groupctl::sim {

class LivingGroup {
 public:
  explicit LivingGroup(std::uint64_t seed);

  /// Everything that these planes know has been said and answered when it returns. Gives what went
  /// wrong; empty: nothing.
  std::string grow_up();
  /// The suspect says, under `session`, a state that is not the group's, and asks for an archive.
  void says_otherwise(SessionNumber session);
  /// A millisecond more, with what is under way.
  void live_on();
  /// An honest operator submits, and honest members obey, soon. Gives what went wrong.
  std::string serves();
  /// The suspect is in step again, at the latest when it is started anew. Gives what went wrong.
  std::string recovers_the_suspect();

  World& world() { return world_; }
  /// A member with a key that is let in.
  MemberNode& suspect() { return *world_.member("x1"); }
  /// That one, or the one that has still to be let in.
  bool is_suspect(NodeId node);
  /// An operator with one, who keeps nothing in mind.
  static constexpr NodeId kSuspectOperator = 200;
  /// Of its next submit.
  RequestId next_request() { return {ClientId{Stage::kWallStartMs, 77}, ++numbers_}; }

 private:
  void furnish();
  void say_as_operator(const AdminRequest& request);
  void submit_as_operator(const std::string& text);
  void say_all_as_operator();
  void say_all_as_admin();
  bool run_until(const std::function<bool()>& done, Millis within = 20'000);
  bool all_in_step();
  bool submit(const std::string& text, bool force = false);
  std::string comes_and_goes();
  std::string is_asked_and_told();
  void begin_anew(MemberNode& member);

  World world_;
  PublicKey operator_key_;
  std::uint64_t said_ = 0;
  std::uint64_t numbers_ = 0;
  std::uint64_t served_ = 0;
};

}  // namespace groupctl::sim
