// Faults of the network given by hand: what becomes of the next messages of a sort.
#pragma once

#include <string>
#include <vector>

#include "log/result.h"
#include "tests/simulation/world/world.h"

namespace groupctl::scenario {

class Rules {
 public:
  explicit Rules(sim::World& world);

  /// "lose next Ack from m1", "lose every Frame to m2", "repeat next Frame to m1",
  /// "delay next Frame to m1 50ms". Errors: kInvalid.
  Status add(const std::vector<std::string>& words);
  void clear() { rules_.clear(); }

 private:
  struct Rule {
    std::string type;  ///< first word of the message's description; "any"
    bool from = false;
    sim::NodeId node = 0;
    bool once = true;
    sim::Fate fate;
  };
  std::optional<sim::Fate> judge(const sim::Passage& passage, ByteView bytes);

  sim::World& world_;
  std::vector<Rule> rules_;
};

/// "200ms", "2s". Errors: kInvalid.
Result<sim::Millis> parse_millis(const std::string& text);

}  // namespace groupctl::scenario
