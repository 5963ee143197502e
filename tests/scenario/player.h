// Carries out the commands of a scenario over a simulated world without chance: every message,
// commit and step takes one millisecond unless the scenario says otherwise.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/scenario/rules.h"
#include "tests/simulation/world/world.h"

namespace groupctl::scenario {

class Player {
 public:
  Player();

  /// What the command gives, lines each ended by \n; what is wrong with it, as a line "error: ...".
  std::string run(const std::string& line);

 private:
  static constexpr sim::Millis kAskWithinMs = 50;
  using Words = std::vector<std::string>;
  using Verb = Result<std::string> (Player::*)(const Words&);
  static const std::map<std::string, Verb>& verbs();

  // player.cc: who runs, and time
  Result<std::string> start(const Words& words);
  Result<std::string> crash(const Words& words);
  Result<std::string> wipe(const Words& words);
  Result<std::string> leave(const Words& words);
  Result<std::string> advance(const Words& words);
  Result<std::string> config(const Words& words);
  Result<std::string> member_as(const Words& words);

  // player_faults.cc
  Result<std::string> network(const Words& words);
  Result<std::string> cut(const Words& words);
  Result<std::string> heal(const Words& words);
  Result<std::string> commits(const Words& words);
  Result<std::string> steps(const Words& words);
  Result<std::string> backup(const Words& words);
  Result<std::string> restore(const Words& words);
  Result<std::string> forge(const Words& words);

  // player_asks.cc
  Result<std::string> submit(const Words& words);
  Result<std::string> send(const Words& words);
  Result<std::string> retry(const Words& words);
  Result<std::string> answer(const Words& words);
  Result<std::string> put(const Words& words);
  Result<std::string> show(const Words& words);
  Result<std::string> show_messages();
  Result<std::string> recover(const Words& words);

  // player_local.cc
  Result<std::string> local(const Words& words);
  Result<std::string> by_hand(const Words& words);
  Result<std::string> own(const Words& words);
  Result<std::string> ask_of(const Words& words);

  Result<sim::MemberNode*> member(const std::string& name);
  Result<sim::SimDisk*> disk(const std::string& name);
  sim::AdminNode& admin(const std::string& name);
  Result<std::size_t> hand_over(const Words& words);
  std::string wait_for_answer(sim::AdminNode& who);
  std::optional<AdminReply> ask(AdminRequest request, sim::Millis within = kAskWithinMs);
  std::string violation() const;

  sim::World world_;
  Rules rules_;
  std::optional<MemoryStore> backup_;
  std::map<std::string, std::string> last_ack_;  // shown, by who said it
};

}  // namespace groupctl::scenario
