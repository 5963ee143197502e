// The project's own text files, read once, with what the rules ask of a file.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace groupctl::style {

struct Include {
  std::size_t line = 0;
  std::string name;  ///< what stands between the marks; of a schema's import without its first '/'
  bool quoted = false;  ///< "..." or a schema's import; else <...>
};

/// The files by path from the project's root, '/' between folders.
using Tree = std::map<std::string, std::string>;

/// Reads all text files below `root` but hidden folders and `build*` at the top.
Tree read_tree(const std::filesystem::path& root);

bool is_code(std::string_view path);    ///< .h or .cc
bool is_header(std::string_view path);  ///< .h
bool is_schema(std::string_view path);  ///< .capnp

std::vector<Include> includes_of(std::string_view path, std::string_view text);

/// The file of the tree that an include names: itself, or the schema of a generated header.
/// Empty when it is none of ours.
std::string included_file(const Tree& tree, const Include& include);

}  // namespace groupctl::style
