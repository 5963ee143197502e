#include "log/duration.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace groupctl {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t ms;
};
constexpr std::array<Unit, 5> kUnits = {
    {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();

tl::unexpected<Error> bad(std::string_view text, std::string_view why) {
  return fail(ErrorCode::kInvalid,
              "\"" + std::string(text) + "\" is no duration: " + std::string(why));
}

}  // namespace

Result<std::uint64_t> parse_duration_ms(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) return bad(text, "too long");
  if (error != std::errc()) return bad(text, "write a number and a unit, as in 30s");
  const std::string_view unit_text = text.substr(static_cast<std::size_t>(end - text.data()));
  if (unit_text.empty()) return bad(text, "a unit is needed (ms, s, m, h or d)");
  for (const Unit& unit : kUnits) {
    if (unit.name != unit_text) continue;
    if (number > kMost / unit.ms) return bad(text, "too long");
    return number * unit.ms;
  }
  return bad(text, "the units are ms, s, m, h and d");
}

std::string duration_text(std::uint64_t ms) {
  if (ms == 0) return "0s";
  const auto largest = std::find_if(kUnits.rbegin(), kUnits.rend(),
                                    [ms](const Unit& unit) { return ms % unit.ms == 0; });
  return std::to_string(ms / largest->ms) + std::string(largest->name);
}

}  // namespace groupctl
