#include "cli/screen.h"

#include <algorithm>
#include <cctype>

namespace groupctl {
namespace {

constexpr TerminalSize kSmallest{20, 4};

bool is_utf8_locale(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name.find("utf-8") != std::string::npos || name.find("utf8") != std::string::npos;
}

const char* code_of(Paint paint) {
  switch (paint) {
    case Paint::kGreen:
      return "\x1b[32m";
    case Paint::kYellow:
      return "\x1b[33m";
    case Paint::kRed:
      return "\x1b[31m";
    case Paint::kDim:
      return "\x1b[2m";
    case Paint::kNone:
      break;
  }
  return "";
}

}  // namespace

Screen screen_of(const ScreenFacts& facts, ColorWhen color) {
  Screen screen;
  const bool able = !facts.term.empty() && facts.term != "dumb";
  screen.live = facts.err.has_value() && able;
  if (facts.err) {
    screen.size = {std::max(facts.err->columns, kSmallest.columns),
                   std::max(facts.err->lines, kSmallest.lines)};
  }
  screen.utf8 = is_utf8_locale(facts.locale);
  screen.color =
      color == ColorWhen::kAlways || (color == ColorWhen::kAuto && screen.live && !facts.no_color);
  if (facts.out) screen.result_columns = std::max(facts.out->columns, kSmallest.columns);
  return screen;
}

std::string painted(const std::string& text, Paint paint, const Screen& screen) {
  if (!screen.color || paint == Paint::kNone) return text;
  return code_of(paint) + text + "\x1b[0m";
}

}  // namespace groupctl
