// The last lines of a terminal, redrawn in place. Pure: gives what is to be written.
#pragma once

#include <string>
#include <vector>

namespace groupctl {

/// Lines must be narrower than the terminal, and fewer than it has. The cursor stays at the end of
/// the last one: what a terminal echoes there, as ^C, goes with the next redraw.
class LiveRegion {
 public:
  /// Nothing when these lines stand there already.
  std::string draw(const std::vector<std::string>& lines);
  /// Takes the lines away; the cursor is where the first one began.
  std::string clear();

 private:
  std::string to_top() const;
  std::vector<std::string> shown_;
};

}  // namespace groupctl
