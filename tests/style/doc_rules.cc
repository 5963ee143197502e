#include <map>
#include <optional>
#include <set>

#include "tests/style/rooms.h"
#include "tests/style/rules.h"
#include "tests/style/text.h"

namespace groupctl::style {

namespace {

constexpr std::string_view kRequirements = "docs/requirements.md";
constexpr std::string_view kLimits = "docs/limits.md";

/// The lines of each letter are numbered from 1 to this.
const std::map<char, int>& last_numbers() {
  static const std::map<char, int> table = {{'A', 23}, {'F', 55}, {'G', 57}, {'O', 10}, {'W', 18}};
  return table;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The "G12" that `text` begins with; nothing after it is looked at.
std::optional<std::string> leading_id(std::string_view text) {
  if (text.empty() || !last_numbers().contains(text.front())) return std::nullopt;
  std::size_t end = 1;
  while (end < text.size() && is_digit(text[end])) ++end;
  if (end == 1) return std::nullopt;
  return std::string(text.substr(0, end));
}

/// The cells of a line "| a | b |", trimmed; none for any other line.
std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> cells;
  if (!line.starts_with('|')) return cells;
  line.remove_prefix(1);
  for (auto end = line.find('|'); end != std::string_view::npos; end = line.find('|')) {
    cells.push_back(trimmed(line.substr(0, end)));
    line.remove_prefix(end + 1);
  }
  return cells;
}

/// What stands between pairs of backticks.
std::vector<std::string_view> quoted_in(std::string_view cell) {
  std::vector<std::string_view> words;
  for (auto open = cell.find('`'); open != std::string_view::npos; open = cell.find('`')) {
    cell.remove_prefix(open + 1);
    const auto close = cell.find('`');
    if (close == std::string_view::npos) break;
    words.push_back(cell.substr(0, close));
    cell.remove_prefix(close + 1);
  }
  return words;
}

bool is_test_file(std::string_view path) { return path.starts_with("tests/"); }

struct NamedTest {
  std::string file;
  std::size_t line = 1;
  std::string name;  ///< "Suite.Name", or of other files the file's
};

/// Of each TEST(Suite, Name), TEST_F and TEST_P; a long one may stand on two lines.
void tests_in(const std::string& path, std::string_view text, std::vector<NamedTest>& tests) {
  const auto lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].starts_with("TEST")) continue;
    std::string head(lines[i]);
    if (head.ends_with(',') && i + 1 < lines.size()) {
      head += ' ';
      head += trimmed(lines[i + 1]);
    }
    const auto open = head.find('(');
    const auto comma = head.find(", ", open);
    const auto close = head.find(')', comma);
    if (close == std::string::npos) continue;
    tests.push_back({path, i + 1,
                     head.substr(open + 1, comma - open - 1) + "." +
                         head.substr(comma + 2, close - comma - 2)});
  }
}

std::vector<NamedTest> named_tests(const Tree& tree) {
  std::vector<NamedTest> tests;
  for (const auto& [path, text] : tree) {
    if (!is_test_file(path)) continue;
    if (is_code(path)) {
      tests_in(path, text, tests);
    } else {
      tests.push_back({path, 1, path.substr(path.rfind('/') + 1)});
    }
  }
  return tests;
}

/// "binary: Suite.Name", or "scenario: file.txt".
std::string_view without_binary(std::string_view name) {
  const auto colon = name.find(": ");
  return colon == std::string_view::npos ? name : name.substr(colon + 2);
}

using Names = std::set<std::string, std::less<>>;

Names names_of(const std::vector<NamedTest>& tests) {
  Names names;
  for (const NamedTest& test : tests) names.insert(test.name);
  return names;
}

void check_shown(const Names& tests, std::size_t number, const std::string& id,
                 std::string_view cell, Findings& findings) {
  const auto names = quoted_in(cell);
  const bool due = cell.find("step") != std::string_view::npos;
  if (names.empty() && !due) {
    findings.push_back({std::string(kRequirements), number,
                        id + " names neither a test nor the step in which it is due"});
  }
  for (std::string_view name : names) {
    if (tests.contains(without_binary(name))) continue;
    findings.push_back({std::string(kRequirements), number, id + ": no test " + std::string(name)});
  }
}

/// The ids at the front of a test's name: "F21_F22_frames" has two.
std::vector<std::string> ids_of(std::string_view name) {
  std::vector<std::string> ids;
  for (auto id = leading_id(name); id; id = leading_id(name)) {
    if (name.size() == id->size() || name[id->size()] != '_') break;
    ids.push_back(*id);
    name.remove_prefix(id->size() + 1);
  }
  return ids;
}

bool is_product(std::string_view path) {
  const std::string_view folder = top_folder(path);
  return !folder.empty() && folder != "tests" && folder != "bench";
}

/// The words that begin with kMax and are given a value on this line.
std::vector<std::string> bounds_in(std::string_view line) {
  constexpr std::string_view kPrefix = "kMax";
  std::vector<std::string> bounds;
  for (auto at = line.find(kPrefix); at != std::string_view::npos; at = line.find(kPrefix, at)) {
    std::size_t end = at;
    while (end < line.size() && is_word_character(line[end])) ++end;
    const std::string_view after = trimmed(line.substr(end));
    const bool begins = at == 0 || !is_word_character(line[at - 1]);
    const bool defined =
        after.starts_with('{') || (after.starts_with('=') && !after.starts_with("=="));
    if (begins && defined) bounds.emplace_back(line.substr(at, end - at));
    at = end;
  }
  return bounds;
}

bool is_file_name(std::string_view word) {
  return is_code(word) && word.find('/') != std::string_view::npos;
}
/// "DirDeployer::kKeep" and "kKeep" are kKeep; "Limits" is none.
std::string_view constant_in(std::string_view word) {
  const auto scope = word.rfind("::");
  if (scope != std::string_view::npos) word.remove_prefix(scope + 2);
  const bool named = word.size() > 1 && word[0] == 'k' && word[1] >= 'A' && word[1] <= 'Z';
  return named ? word : std::string_view();
}

/// What the words of one row name that none of the row's files has. A row without files has none
/// that could be looked into.
void check_bounds_row(const Tree& tree, std::size_t number,
                      const std::vector<std::string_view>& words, Findings& findings) {
  std::string text;
  for (std::string_view word : words) {
    if (!is_file_name(word)) continue;
    const auto file = tree.find(std::string(word));
    if (file == tree.end()) {
      findings.push_back({std::string(kLimits), number, "no file " + std::string(word)});
    } else {
      text += file->second;
    }
  }
  for (std::string_view word : words) {
    const std::string_view constant = constant_in(word);
    if (text.empty() || constant.empty() || has_word(text, constant)) continue;
    findings.push_back({std::string(kLimits), number, std::string(word) + " is not there"});
  }
}

}  // namespace

Findings every_requirement_is_listed(const Tree& tree) {
  Findings findings;
  const auto doc = tree.find(std::string(kRequirements));
  if (doc == tree.end()) return {{std::string(kRequirements), 1, "is missing"}};
  const Names tests = names_of(named_tests(tree));
  std::map<std::string, int> seen;
  std::size_t number = 0;
  for (std::string_view line : lines_of(doc->second)) {
    ++number;
    const auto cells = cells_of(line);
    if (cells.size() < 3) continue;
    const auto id = leading_id(cells.front());
    if (!id || *id != cells.front()) continue;
    if (++seen[*id] == 2) findings.push_back({doc->first, number, *id + " stands here twice"});
    check_shown(tests, number, *id, cells[2], findings);
  }
  for (const auto& [letter, last] : last_numbers()) {
    for (int i = 1; i <= last; ++i) {
      const std::string id = letter + std::to_string(i);
      if (!seen.contains(id)) findings.push_back({doc->first, 1, id + " is not listed"});
    }
  }
  return findings;
}

Findings tests_name_known_requirements(const Tree& tree) {
  Findings findings;
  for (const NamedTest& test : named_tests(tree)) {
    const auto dot = is_code(test.file) ? test.name.find('.') + 1 : 0;
    for (const std::string& id : ids_of(std::string_view(test.name).substr(dot))) {
      const int number = std::stoi(id.substr(1, 6));
      if (number >= 1 && number <= last_numbers().at(id.front())) continue;
      findings.push_back({test.file, test.line, test.name + ": there is no " + id});
    }
  }
  return findings;
}

Findings every_bound_is_documented(const Tree& tree) {
  Findings findings;
  const auto doc = tree.find(std::string(kLimits));
  if (doc == tree.end()) return {{std::string(kLimits), 1, "is missing"}};
  for (const auto& [path, text] : tree) {
    if (!is_header(path) || !is_product(path)) continue;
    const std::string code = code_only(text);
    std::size_t number = 0;
    for (std::string_view line : lines_of(code)) {
      ++number;
      for (const std::string& bound : bounds_in(line)) {
        if (has_word(doc->second, bound)) continue;
        findings.push_back({path, number, bound + " is not in docs/limits.md"});
      }
    }
  }
  return findings;
}

Findings documented_bounds_are_there(const Tree& tree) {
  Findings findings;
  const auto doc = tree.find(std::string(kLimits));
  if (doc == tree.end()) return {{std::string(kLimits), 1, "is missing"}};
  std::size_t number = 0;
  for (std::string_view line : lines_of(doc->second)) {
    ++number;
    if (line.starts_with('|')) check_bounds_row(tree, number, quoted_in(line), findings);
  }
  return findings;
}

}  // namespace groupctl::style
