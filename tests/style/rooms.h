// The house of docs/architecture.md as tables: which room may include which, what is pure, and who
// alone may include a library. The tables themselves are in rooms.cc; this is the one place to
// change.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace groupctl::style {

/// A top-level folder, and the folders besides itself whose headers its files may include.
struct Room {
  std::string_view folder;
  std::vector<std::string_view> may_include;
};

/// A library of which only some files may include the headers.
struct Owner {
  std::string_view header;              ///< how the name between < > begins
  std::vector<std::string_view> files;  ///< patterns of the files that may
  std::size_t most = 0;                 ///< at most so many files in each top-level folder; 0: any
};

const std::vector<Room>& rooms();

/// Patterns of pure files; one that begins with '!' takes files out again. The last match counts.
const std::vector<std::string_view>& pure_files();

/// How the name of a header begins that no pure file may reach.
const std::vector<std::string_view>& impure_headers();

/// Tests and works of bench/ are not held to it: they poke at libraries from outside.
const std::vector<Owner>& owners();

/// The folders of commands/ that are not a group command of their own.
const std::vector<std::string_view>& shared_command_folders();

/// The folder that leads a path; empty for a file at the project's root.
std::string_view top_folder(std::string_view path);

/// Whether `path` matches; '*' stands for any text without a '/', "**" at the end for all below.
bool matches(std::string_view pattern, std::string_view path);

bool is_pure(std::string_view path);

}  // namespace groupctl::style
