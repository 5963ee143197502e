// Refusals by what they are of, each said once a minute with how often.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "log/counted_line.h"

namespace groupctl {

class RefusalLog {
 public:
  /// How many refusals of this kind or address to speak of now; 0: it was said lately. Of many
  /// addresses only so many are told apart in a minute, and of the others nothing is said.
  std::uint64_t note(const std::string& what, LocalTime now);

 private:
  static constexpr std::size_t kMaxAddresses = 1024;
  std::map<std::string, CountedLine> lines_;
};

}  // namespace groupctl
