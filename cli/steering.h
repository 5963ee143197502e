// Members that agents were told to start, stop, restart or make, until each has become so.
#pragma once

#include <cstdint>
#include <vector>

#include "cli/asked_agents.h"

namespace groupctl {

class Steering {
 public:
  /// All that it is given outlives it.
  Steering(const GlobalOptions& global, Client& client, AskedAgents& agents)
      : global_(global), client_(client), agents_(agents) {}

  /// A row that is as it will be: of an agent that cannot be asked.
  void add(SteeredMember row) { settled_.push_back(std::move(row)); }
  /// One that an agent was told about, and its answer. `pid_before`: its process when it was told;
  /// 0: it had none.
  void add(AskedAgent& agent, const SteerMember& told, std::uint32_t pid_before,
           const Result<AgentMember>& answer);

  /// Asks the agents again and again until no row is open, or the time is over.
  void wait(std::uint64_t timeout_ms);
  /// All rows, and what they come to. What is open is as it should be where nobody waits.
  Done finish(bool waited);

 private:
  struct Followed {
    AskedAgent* agent = nullptr;
    SteerMember::What what = SteerMember::What::kStart;
    std::uint32_t pid_before = 0;
    SteeredMember row;

    bool is_open() const { return row.result == SteerResult::kOpen; }
    void judge();
  };
  bool any_open(const AskedAgent* of_agent = nullptr) const;
  void look_again();

  const GlobalOptions& global_;
  Client& client_;
  AskedAgents& agents_;
  std::vector<Followed> followed_;
  std::vector<SteeredMember> settled_;
};

}  // namespace groupctl
