// Where the text of people goes: what kind of terminal, if it is one. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace groupctl {

enum class ColorWhen : std::uint8_t { kAuto, kAlways, kNever };

/// A stream's terminal.
struct TerminalSize {
  std::size_t columns = 80;
  std::size_t lines = 24;
};

/// What the program finds around it.
struct ScreenFacts {
  std::optional<TerminalSize> err = {};  ///< nullopt: stderr is no terminal
  std::optional<TerminalSize> out = {};
  std::string term = {};    ///< TERM
  std::string locale = {};  ///< of LC_ALL, LC_CTYPE and LANG the first that is there
  bool no_color = false;    ///< NO_COLOR is set to something
};

/// How progress, on stderr, and results, on stdout, may look.
struct Screen {
  bool live = false;  ///< progress is redrawn in place, else it is a line an event
  TerminalSize size = {};
  bool utf8 = false;
  bool color = false;
  std::size_t result_columns = 0;  ///< 0: no terminal, nothing is folded
};

Screen screen_of(const ScreenFacts& facts, ColorWhen color);

/// The words of a paint: "\x1b[32m" and so on, or nothing where there is no colour.
enum class Paint : std::uint8_t { kNone, kGreen, kYellow, kRed, kDim };
std::string painted(const std::string& text, Paint paint, const Screen& screen);

}  // namespace groupctl
