// What is drawn for tests/unit/cli/golden/.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "cli/screen.h"

namespace groupctl {

struct GoldenCase {
  std::string name;  // of its file
  std::string why;
  std::function<std::string(const Screen&)> render;
  bool redrawn = true;  // in place, so it must fit the screen
};

std::vector<GoldenCase> golden_cases();

inline void PrintTo(const GoldenCase& one, std::ostream* out) { *out << one.name; }

}  // namespace groupctl
