// The sizes of the project's own code: how long files and functions are.
#pragma once

#include <string>
#include <vector>

#include "tests/style/source_tree.h"

namespace groupctl::style {

/// Lines of files or of functions, ascending.
struct Sizes {
  std::vector<std::size_t> files;
  std::vector<std::size_t> functions;
};

enum class Part { kProduct, kTests, kAll };

/// Of .h and .cc files; kTests is what lies in tests/ and bench/.
Sizes sizes_of(const Tree& tree, Part part);

/// The middle of an ascending list; 0 for an empty one.
std::size_t median(const std::vector<std::size_t>& ascending);

std::size_t count_over(const std::vector<std::size_t>& lengths, std::size_t limit);

/// Two lines, of files and of functions, each begun with `title`.
std::string summary(const std::string& title, const Sizes& sizes);

}  // namespace groupctl::style
