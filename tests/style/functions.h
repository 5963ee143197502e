// Finds the functions of a C++ source by its braces. Knows no types: good enough for code in the
// project's own format, and tested on the shapes that it uses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace groupctl::style {

struct Function {
  std::string name;
  std::size_t line = 0;    ///< where its head begins, from 1
  std::size_t length = 0;  ///< lines from there to its closing brace
};

/// Functions, members and tests with a body, outside of other functions.
std::vector<Function> functions_of(std::string_view source);

}  // namespace groupctl::style
