#include "tests/style/source_tree.h"

#include <fstream>
#include <sstream>

#include "tests/style/text.h"

namespace groupctl::style {

namespace fs = std::filesystem;

namespace {

bool is_skipped_folder(const fs::path& folder, bool at_top) {
  const std::string name = folder.filename().string();
  return (name.starts_with('.') && name != ".ci") || (at_top && name.starts_with("build"));
}

bool is_text(const fs::path& file) {
  const std::string extension = file.extension().string();
  for (std::string_view known :
       {".h", ".cc", ".capnp", ".cmake", ".md", ".txt", ".json", ".awk", ".toml", ".in"}) {
    if (extension == known) return true;
  }
  return extension.empty() &&
         (file.parent_path().filename() == "tools" || file.parent_path().filename() == ".ci");
}

std::string contents(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

/// What stands between `open` and `close` in `line`, or nothing.
std::string between(std::string_view line, char open, char close) {
  const auto first = line.find(open);
  if (first == std::string_view::npos) return {};
  const auto last = line.find(close, first + 1);
  if (last == std::string_view::npos) return {};
  return std::string(line.substr(first + 1, last - first - 1));
}

}  // namespace

Tree read_tree(const fs::path& root) {
  Tree tree;
  auto walk = fs::recursive_directory_iterator(root);
  for (auto at = fs::begin(walk); at != fs::end(walk); ++at) {
    if (at->is_directory()) {
      if (is_skipped_folder(at->path(), at.depth() == 0)) at.disable_recursion_pending();
    } else if (is_text(at->path())) {
      tree[fs::relative(at->path(), root).generic_string()] = contents(at->path());
    }
  }
  return tree;
}

bool is_code(std::string_view path) { return is_header(path) || path.ends_with(".cc"); }
bool is_header(std::string_view path) { return path.ends_with(".h"); }
bool is_schema(std::string_view path) { return path.ends_with(".capnp"); }

std::vector<Include> includes_of(std::string_view path, std::string_view text) {
  std::vector<Include> includes;
  std::size_t number = 0;
  for (std::string_view line : lines_of(text)) {
    ++number;
    if (is_schema(path)) {
      const auto import = line.find("import \"");
      if (import == std::string_view::npos || line.starts_with('#')) continue;
      std::string name = between(line.substr(import), '"', '"');
      if (name.starts_with('/')) name.erase(0, 1);
      includes.push_back({number, name, !name.starts_with("capnp/")});
    } else if (trimmed(line).starts_with("#include")) {
      const std::string own = between(line, '"', '"');
      includes.push_back({number, own.empty() ? between(line, '<', '>') : own, !own.empty()});
    }
  }
  return includes;
}

std::string included_file(const Tree& tree, const Include& include) {
  if (!include.quoted) return {};
  if (tree.contains(include.name)) return include.name;
  if (!include.name.ends_with(".capnp.h")) return {};
  const std::string schema = include.name.substr(0, include.name.size() - 2);
  return tree.contains(schema) ? schema : std::string{};
}

}  // namespace groupctl::style
