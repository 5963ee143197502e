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

std::string number(double value) {
  if (value >= 1000) return fmt::format("{:.0f}", value);
  return fmt::format("{:.{}f}", value, value >= 10 ? 1 : 2);
}

std::string range(const Case& one) {
  const auto [low, high] = std::minmax_element(one.values.begin(), one.values.end());
  return number(*low) + " - " + number(*high);
}

std::string to_reach(const Case& one) {
  if (!one.goal) return "-";
  const char* sense = one.less_is_better ? "<=" : ">=";
  const char* of = one.goal->of == Goal::Of::kRatio ? " of limit" : "";
  return fmt::format("{} {}{}", sense, number(one.goal->bound), of);
}

constexpr const char* kLine = "{:<4} {:<40} {:>9} {:<10} {:>19} {:>9} {:>8} {:>15}\n";

nlohmann::ordered_json json_of(const Case& one) {
  const auto [low, high] = std::minmax_element(one.values.begin(), one.values.end());
  nlohmann::ordered_json row = {{"work", one.work},
                                {"case", one.name},
                                {"value", median(one.values)},
                                {"unit", one.unit},
                                {"limit", nullptr},
                                {"ratio_to_limit", nullptr},
                                {"peer", nullptr},
                                {"ratio_to_peer", nullptr},
                                {"range", {*low, *high}},
                                {"better", one.less_is_better ? "less" : "more"},
                                {"to_reach", nullptr}};
  if (!one.limits.empty()) {
    row["limit"] = median(one.limits);
    row["ratio_to_limit"] = median(ratios(one));
  }
  if (one.goal) {
    row["to_reach"] = {
        {one.goal->of == Goal::Of::kRatio ? "ratio_to_limit" : "value", one.goal->bound}};
  }
  return row;
}

}  // namespace

std::string as_table(const Cases& cases) {
  std::string text = fmt::format(kLine, "WORK", "CASE", "MEDIAN", "UNIT", "RANGE", "LIMIT",
                                 "OF LIMIT", "TO REACH");
  for (const Case& one : cases) {
    const bool limited = !one.limits.empty();
    text += fmt::format(kLine, one.work, one.name, number(median(one.values)), one.unit, range(one),
                        limited ? number(median(one.limits)) : "-",
                        limited ? number(median(ratios(one))) : "-", to_reach(one));
  }
  return text;
}

Status write_json(const std::string& path, const Cases& cases) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Case& one : cases) list.push_back(json_of(one));
  std::ofstream file(path);
  file << list.dump(2) << '\n';
  return file ? Status{} : fail(ErrorCode::kIo, "cannot write " + path);
}

}  // namespace groupctl::bench
