// The keys of a terminal while somebody looks on.
#pragma once

#include <string>

namespace groupctl {

/// The terminal is given back as it was when this is destroyed.
class Keyboard {
 public:
  virtual ~Keyboard() = default;
  /// What was typed since the last call; does not wait.
  virtual std::string typed() = 0;
  /// Whether the process was stopped, and goes on, since the last call: what it had drawn is no
  /// longer where it was.
  virtual bool take_gone_on() = 0;
};

}  // namespace groupctl
