#include "bench/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

namespace groupctl::bench {
namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::vector<double> ratios(const Case& one) {
  std::vector<double> list;
  for (std::size_t i = 0; i < one.values.size(); ++i) list.push_back(one.values[i] / one.limits[i]);
  return list;
}

}  // namespace

std::string as_table(const std::vector<Case>& cases) {
  std::string text = fmt::format("{:<5} {:<34} {:>12} {:<11} {:>25} {:>12} {:>9}\n", "WORK", "CASE",
                                 "MEDIAN", "UNIT", "RANGE", "LIMIT", "OF LIMIT");
  for (const Case& one : cases) {
    const auto [low, high] = std::minmax_element(one.values.begin(), one.values.end());
    text += fmt::format("{:<5} {:<34} {:>12.0f} {:<11} {:>12.0f} -{:>11.0f} {:>12.0f} {:>9.2f}\n",
                        one.work, one.name, median(one.values), one.unit, *low, *high,
                        median(one.limits), median(ratios(one)));
  }
  return text;
}

Status write_json(const std::string& path, const std::vector<Case>& cases) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Case& one : cases) {
    const auto [low, high] = std::minmax_element(one.values.begin(), one.values.end());
    list.push_back({{"work", one.work},
                    {"case", one.name},
                    {"value", median(one.values)},
                    {"unit", one.unit},
                    {"range", {*low, *high}},
                    {"limit", median(one.limits)},
                    {"ratio_to_limit", median(ratios(one))}});
  }
  std::ofstream file(path);
  file << list.dump(2) << '\n';
  return file ? Status{} : fail(ErrorCode::kIo, "cannot write " + path);
}

}  // namespace groupctl::bench
