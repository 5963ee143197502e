#include "cli/folded_names.h"

#include <charconv>
#include <cstdint>
#include <string_view>

namespace groupctl {
namespace {

/// "web-07" as "web-" and 7, with two digits.
struct Numbered {
  std::string_view stem;
  std::uint64_t number = 0;
  std::size_t digits = 0;  ///< 0: it ends with none, or with too many
};

Numbered numbered(std::string_view name) {
  constexpr std::size_t kMostDigits = 9;
  std::size_t digits = 0;
  while (digits < name.size() && name[name.size() - 1 - digits] >= '0' &&
         name[name.size() - 1 - digits] <= '9') {
    ++digits;
  }
  Numbered found{name.substr(0, name.size() - digits), 0, digits > kMostDigits ? 0 : digits};
  std::from_chars(name.data() + found.stem.size(), name.data() + name.size(), found.number);
  return found;
}

bool follows(std::string_view before, std::string_view name) {
  const Numbered a = numbered(before);
  const Numbered b = numbered(name);
  return a.digits != 0 && a.digits == b.digits && a.stem == b.stem && b.number == a.number + 1;
}

}  // namespace

std::string folded_names(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size();) {
    std::size_t last = i;
    while (last + 1 < names.size() && follows(names[last], names[last + 1])) ++last;
    if (last == i + 1) last = i;  // two are as short as they are
    text += (text.empty() ? "" : " ") + names[i];
    if (last > i) text += ".." + names[last].substr(numbered(names[last]).stem.size());
    i = last + 1;
  }
  return text;
}

}  // namespace groupctl
