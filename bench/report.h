// What the works measured: one table, and bench.json.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "log/result.h"

namespace groupctl::bench {

/// What is to be reached, by the value or by its ratio to the limit.
struct Goal {
  enum class Of : std::uint8_t { kValue, kRatio };
  Of of = Of::kRatio;
  double bound = 0;
};

/// Repetitions of one case of one work.
struct Case {
  std::string work;
  std::string name;
  std::string unit;
  bool less_is_better = false;
  std::optional<Goal> goal = {};
  std::vector<double> values = {};
  std::vector<double> limits = {};  ///< the machine's, measured beside each value; or none

  void add(double value) { values.push_back(value); }
  void add(double value, double limit) {
    values.push_back(value);
    limits.push_back(limit);
  }
};
using Cases = std::vector<Case>;

/// Median with the range, a line a case. The ratio is value / limit.
std::string as_table(const Cases& cases);
/// A list of {"work","case","value","unit","limit","ratio_to_limit","peer","ratio_to_peer","range",
/// "better","to_reach"}; medians; null for what there is not.
Status write_json(const std::string& path, const Cases& cases);

}  // namespace groupctl::bench
