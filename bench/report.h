// What the works measured: one table, and bench.json.
#pragma once

#include <string>
#include <vector>

#include "log/result.h"

namespace groupctl::bench {

/// Repetitions of one case of one work.
struct Case {
  std::string work;
  std::string name;
  std::string unit;
  std::vector<double> values;
  std::vector<double> limits;  ///< the machine's, measured beside each value
};

/// Median with the range, a line a case.
std::string as_table(const std::vector<Case>& cases);
/// A list of {"work","case","value","unit","limit","ratio_to_limit", "range"}; medians.
Status write_json(const std::string& path, const std::vector<Case>& cases);

}  // namespace groupctl::bench
