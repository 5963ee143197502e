#include "tests/style/sizes.h"

#include <algorithm>

#include "tests/style/functions.h"
#include "tests/style/rooms.h"
#include "tests/style/text.h"

namespace groupctl::style {

namespace {

bool is_in(Part part, std::string_view path) {
  const bool test = top_folder(path) == "tests" || top_folder(path) == "bench";
  return part == Part::kAll || test == (part == Part::kTests);
}

std::string over(const std::vector<std::size_t>& lengths, std::size_t limit) {
  return std::to_string(count_over(lengths, limit)) + " over " + std::to_string(limit);
}

}  // namespace

Sizes sizes_of(const Tree& tree, Part part) {
  Sizes sizes;
  for (const auto& [path, text] : tree) {
    if (!is_code(path) || !is_in(part, path)) continue;
    sizes.files.push_back(lines_of(text).size());
    for (const Function& function : functions_of(text)) sizes.functions.push_back(function.length);
  }
  std::sort(sizes.files.begin(), sizes.files.end());
  std::sort(sizes.functions.begin(), sizes.functions.end());
  return sizes;
}

std::size_t median(const std::vector<std::size_t>& ascending) {
  return ascending.empty() ? 0 : ascending[ascending.size() / 2];
}

std::size_t count_over(const std::vector<std::size_t>& lengths, std::size_t limit) {
  return static_cast<std::size_t>(std::count_if(
      lengths.begin(), lengths.end(), [limit](std::size_t length) { return length > limit; }));
}

std::string summary(const std::string& title, const Sizes& sizes) {
  return title + " files: " + std::to_string(sizes.files.size()) + ", median " +
         std::to_string(median(sizes.files)) + " lines, " + over(sizes.files, 300) + ", " +
         over(sizes.files, 500) + "\n" + title +
         " functions: " + std::to_string(sizes.functions.size()) + ", median " +
         std::to_string(median(sizes.functions)) + " lines, " + over(sizes.functions, 60) + ", " +
         over(sizes.functions, 120) + "\n";
}

}  // namespace groupctl::style
