// The rules of style that can be checked, each a pure function from the files to what is wrong.
#pragma once

#include <string>
#include <vector>

#include "tests/style/source_tree.h"

namespace groupctl::style {

struct Finding {
  std::string file;
  std::size_t line = 1;
  std::string text;
};
using Findings = std::vector<Finding>;

/// "file:line: text", a line each.
std::string report(const Findings& findings);

// Who may include whom (the tables of rooms.h).
Findings include_directions(const Tree& tree);
/// A pure file reaches no impure header, neither itself nor through what it includes. Who says of
/// itself that it is pure is in the table.
Findings pure_files_stay_pure(const Tree& tree);
Findings libraries_have_one_owner(const Tree& tree);

// The form of one file.
Findings files_are_short(const Tree& tree);      ///< 500 lines, or "reason:" in the first comment
Findings functions_are_short(const Tree& tree);  ///< at most 2 % over 60 lines, none over 120
Findings lines_are_short(const Tree& tree);      ///< 110 columns
Findings headers_begin_well(const Tree& tree);   ///< a comment, then #pragma once
Findings no_banned_words(const Tree& tree);

// Nothing lies about unused.
Findings no_dead_files(const Tree& tree);
Findings every_doc_is_linked(const Tree& tree);

// The docs say what is there.
/// Each line stands in docs/requirements.md once, with tests that exist or the step when it is due.
Findings every_requirement_is_listed(const Tree& tree);
/// A test named `G12_...` is about a line that exists.
Findings tests_name_known_requirements(const Tree& tree);
/// docs/limits.md has every kMax... of a product's header.
Findings every_bound_is_documented(const Tree& tree);
/// ... and the files in which it says that bounds are have them.
Findings documented_bounds_are_there(const Tree& tree);

}  // namespace groupctl::style
