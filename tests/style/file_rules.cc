#include <algorithm>
#include <set>

#include "tests/style/functions.h"
#include "tests/style/rules.h"
#include "tests/style/text.h"

namespace groupctl::style {

namespace {

constexpr std::size_t kLongestFile = 500;
constexpr std::size_t kLongFunction = 60;
constexpr std::size_t kLongestFunction = 120;
constexpr std::size_t kLongFunctionsInHundred = 2;
constexpr std::size_t kLongestLine = 110;

/// A word that may not stand in a file, and why.
struct Banned {
  std::string_view word;
  std::string_view why;
};

// Looked for in code without its comments and literals.
constexpr Banned kBannedCalls[] = {
    {"system(", "no shell: start programs by their argument vector"},
    {"popen(", "no shell: start programs by their argument vector"},
    {"std::views", "clang-tidy cannot parse it here: use plain algorithms"},
    {"ranges::views", "clang-tidy cannot parse it here: use plain algorithms"},
};
// Looked for in whole files. Written in two halves, so that this file has none of them.
constexpr Banned kBannedText[] = {
    {"TO"
     "DO",
     "do it, or write an issue"},
    {"FIX"
     "ME",
     "fix it, or write an issue"},
    {"XX"
     "X",
     "say what is meant"},
};
constexpr std::string_view kShell =
    "sh"
    " -c";
constexpr std::string_view kNoLint =
    "NO"
    "LINT";

/// The lines of comment that a file begins with.
std::string first_comment(std::string_view text) {
  std::string comment;
  for (std::string_view line : lines_of(text)) {
    if (!trimmed(line).starts_with("//") && !trimmed(line).starts_with('#')) break;
    if (trimmed(line).starts_with("#pragma") || trimmed(line).starts_with("#include")) break;
    comment += line;
    comment += '\n';
  }
  return comment;
}

/// Of "NOLINT(rule): reason" the reason is what counts.
bool has_reason(std::string_view line) {
  const auto after = line.substr(line.find(kNoLint));
  const auto close = after.find("):");
  return close != std::string_view::npos && !trimmed(after.substr(close + 2)).empty();
}

void banned_in_line(const std::string& path, std::size_t number, std::string_view line,
                    Findings& findings) {
  for (const Banned& banned : kBannedText) {
    if (has_word(line, banned.word)) {
      findings.push_back({path, number, std::string(banned.word) + ": " + std::string(banned.why)});
    }
  }
  if (!is_code(path)) return;
  if (has_word(line, kShell)) {
    findings.push_back({path, number, "a shell: start programs by their argument vector"});
  }
  if (line.find(kNoLint) != std::string_view::npos && !has_reason(line)) {
    findings.push_back({path, number,
                        "write NO"
                        "LINT(rule): reason"});
  }
}

void banned_in_code(const std::string& path, std::string_view text, Findings& findings) {
  const std::string code = code_only(text);
  std::size_t number = 0;
  for (std::string_view line : lines_of(code)) {
    ++number;
    for (const Banned& banned : kBannedCalls) {
      if (has_word(line, banned.word)) {
        findings.push_back(
            {path, number, std::string(banned.word) + ": " + std::string(banned.why)});
      }
    }
  }
}

/// Whether a CMakeLists.txt names `path`: by its place below that folder, or with a variable for
/// the first folder of it (the command folders are a list).
bool names_source(std::string_view cmake, std::string_view below) {
  if (has_word(cmake, below)) return true;
  const auto slash = below.find('/');
  return slash != std::string_view::npos &&
         cmake.find("}" + std::string(below.substr(slash))) != std::string_view::npos;
}

bool is_named_in_cmake(const Tree& tree, const std::string& path) {
  for (std::string folder = path; !folder.empty();) {
    const auto slash = folder.rfind('/');
    folder = slash == std::string::npos ? std::string{} : folder.substr(0, slash);
    const std::string prefix = folder.empty() ? "" : folder + "/";
    const auto cmake = tree.find(prefix + "CMakeLists.txt");
    if (cmake != tree.end() && names_source(cmake->second, path.substr(prefix.size()))) return true;
  }
  return false;
}

bool is_doc(std::string_view path) { return path.ends_with(".md"); }

bool is_linked(const Tree& tree, const std::string& doc) {
  const std::string name = doc.substr(doc.rfind('/') + 1);
  return std::any_of(tree.begin(), tree.end(), [&](const auto& file) {
    return is_doc(file.first) && file.first != doc &&
           (has_word(file.second, name + ")") || has_word(file.second, name + "#"));
  });
}

}  // namespace

std::string report(const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += finding.file + ":" + std::to_string(finding.line) + ": " + finding.text + "\n";
  }
  return text;
}

Findings files_are_short(const Tree& tree) {
  Findings findings;
  for (const auto& [path, text] : tree) {
    const std::size_t count = lines_of(text).size();
    const bool checked = is_code(path) || is_schema(path);
    if (!checked || count <= kLongestFile) continue;
    if (first_comment(text).find("reason:") != std::string::npos) continue;
    findings.push_back({path, count,
                        std::to_string(count) + " lines: part the file, or give a 'reason:' in "
                                                "its first comment"});
  }
  return findings;
}

Findings functions_are_short(const Tree& tree) {
  Findings longest;
  Findings over;
  std::size_t count = 0;
  for (const auto& [path, text] : tree) {
    if (!is_code(path)) continue;
    for (const Function& function : functions_of(text)) {
      ++count;
      if (function.length <= kLongFunction) continue;
      const std::string what = function.name + ": " + std::to_string(function.length) + " lines";
      over.push_back({path, function.line, what});
      if (function.length > kLongestFunction) longest.push_back({path, function.line, what});
    }
  }
  return over.size() * 100 > kLongFunctionsInHundred * count ? over : longest;
}

Findings lines_are_short(const Tree& tree) {
  Findings findings;
  for (const auto& [path, text] : tree) {
    if (!is_code(path)) continue;
    std::size_t number = 0;
    for (std::string_view line : lines_of(text)) {
      ++number;
      if (line.size() > kLongestLine) {
        findings.push_back({path, number, std::to_string(line.size()) + " columns"});
      }
    }
  }
  return findings;
}

Findings headers_begin_well(const Tree& tree) {
  Findings findings;
  for (const auto& [path, text] : tree) {
    if (!is_header(path)) continue;
    if (!text.starts_with("//")) findings.push_back({path, 1, "say first what the header is for"});
    const auto directive = text.find("\n#");
    if (directive == std::string::npos || text.compare(directive + 1, 12, "#pragma once") != 0) {
      findings.push_back({path, 1, "the first directive is not #pragma once"});
    }
  }
  return findings;
}

Findings no_banned_words(const Tree& tree) {
  Findings findings;
  for (const auto& [path, text] : tree) {
    std::size_t number = 0;
    for (std::string_view line : lines_of(text)) banned_in_line(path, ++number, line, findings);
    if (is_code(path)) banned_in_code(path, text, findings);
  }
  return findings;
}

Findings no_dead_files(const Tree& tree) {
  std::set<std::string> included;
  for (const auto& [path, text] : tree) {
    if (!is_code(path) && !is_schema(path)) continue;
    for (const Include& include : includes_of(path, text)) {
      const std::string file = included_file(tree, include);
      if (file != path) included.insert(file);
    }
  }
  Findings findings;
  for (const auto& [path, text] : tree) {
    if (!is_code(path) && !is_schema(path)) continue;
    if (included.contains(path) || is_named_in_cmake(tree, path)) continue;
    findings.push_back({path, 1, "nothing includes it and no CMakeLists.txt names it"});
  }
  return findings;
}

Findings every_doc_is_linked(const Tree& tree) {
  Findings findings;
  for (const auto& [path, text] : tree) {
    if (!path.starts_with("docs/") || !is_doc(path) || is_linked(tree, path)) continue;
    findings.push_back({path, 1, "neither README.md nor another doc links it"});
  }
  return findings;
}

}  // namespace groupctl::style
