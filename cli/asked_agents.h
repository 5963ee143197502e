// The agents of the context that is meant, and what each says it has.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "cli/agent_client.h"
#include "cli/run.h"

namespace groupctl {

struct AskedAgent {
  std::string name;
  AgentClient client;
  std::vector<AgentMember> members = {};
  std::optional<Error> error = {};  ///< why it cannot be asked
};

/// Every agent of the context, or the one that is named. All that it is given outlives it.
class AskedAgents {
 public:
  AskedAgents(const GlobalOptions& global, const Client& client, const Surroundings& around)
      : global_(global), client_(client), around_(around) {}

  /// Finds them, and asks none yet. `only`: the name of one; empty: all.
  std::optional<Failure> open(const std::string& only = "");
  /// Asks each what it has; afterwards each has that, or an error.
  void look();
  void look_at(AskedAgent& agent) const;

  /// Their places stay.
  std::deque<AskedAgent>& all() { return all_; }
  const std::deque<AskedAgent>& all() const { return all_; }

 private:
  const GlobalOptions& global_;
  const Client& client_;
  const Surroundings& around_;
  std::deque<AskedAgent> all_;
};

Failure no_context_meant();
/// With the nearest that there is.
Failure no_such_agent(const GlobalOptions& global, const std::string& name);
/// Ctrl-C before an agent was told to change anything.
Failure interrupted_before_steering();

}  // namespace groupctl
