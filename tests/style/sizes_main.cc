// Prints the sizes of the project that it was built from.
#include <iostream>

#include "tests/style/sizes.h"

int main() {
  using namespace groupctl::style;
  const Tree tree = read_tree(GROUPCTL_SOURCE_DIR);
  std::cout << summary("product", sizes_of(tree, Part::kProduct))
            << summary("tests", sizes_of(tree, Part::kTests))
            << summary("all", sizes_of(tree, Part::kAll));
}
