#include <algorithm>
#include <map>
#include <set>

#include "tests/style/rooms.h"
#include "tests/style/rules.h"

namespace groupctl::style {

namespace {

const Room* room_of(std::string_view folder) {
  const auto& all = rooms();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [folder](const Room& room) { return room.folder == folder; });
  return found == all.end() ? nullptr : &*found;
}

bool is_checked(std::string_view path) { return is_code(path) || is_schema(path); }

bool pokes_from_outside(std::string_view path) {
  return top_folder(path) == "tests" || top_folder(path) == "bench";
}

/// The group command whose folder of commands/ holds `path`; empty for all other files.
std::string_view group_command_of(std::string_view path) {
  if (top_folder(path) != "commands") return {};
  const std::string_view folder = top_folder(path.substr(path.find('/') + 1));
  const auto& shared = shared_command_folders();
  return std::find(shared.begin(), shared.end(), folder) == shared.end() ? folder
                                                                         : std::string_view{};
}

/// Why `from` may not include `name`; empty when it may.
std::string objection(std::string_view from, std::string_view name) {
  const std::string_view folder = top_folder(from);
  const std::string_view other = top_folder(name);
  if (other.empty()) return "name it from the project's root";
  const Room* room = room_of(folder);
  if (room == nullptr) return "the folder is not in the table of rooms";
  const auto& may = room->may_include;
  if (folder != other && std::find(may.begin(), may.end(), other) == may.end()) {
    return std::string(folder) + "/ may not include " + std::string(other) + "/";
  }
  const std::string_view command = group_command_of(name);
  if (command.empty() || pokes_from_outside(from)) return {};
  if (folder == "coordinator") return "to the coordinator a group command is bytes";
  if (folder == "commands" && group_command_of(from) != command) {
    return "commands are known by the tables alone, not by each other";
  }
  return {};
}

std::string impurity(const Include& include) {
  for (std::string_view header : impure_headers()) {
    const bool is_prefix = header.ends_with('/') || header == "zmq" || header == "lmdb";
    if (!include.quoted &&
        (include.name == header || (is_prefix && include.name.starts_with(header)))) {
      return "<" + include.name + ">";
    }
  }
  return {};
}

/// Follows the includes of one file to the first impure header; a way is given as its files.
class Search {
 public:
  explicit Search(const Tree& tree) : tree_(tree) {}

  std::string way_from(const std::string& path) {
    if (!seen_.insert(path).second) return {};
    for (const Include& include : includes_of(path, tree_.at(path))) {
      const std::string own = impurity(include);
      if (!own.empty()) return own;
      const std::string file = included_file(tree_, include);
      const std::string further = file.empty() ? std::string{} : way_from(file);
      if (!further.empty()) return file + " -> " + further;
    }
    return {};
  }

 private:
  const Tree& tree_;
  std::set<std::string> seen_;
};

Findings impure_includes(const Tree& tree, const std::string& path) {
  Findings findings;
  for (const Include& include : includes_of(path, tree.at(path))) {
    std::string way = impurity(include);
    const std::string file = included_file(tree, include);
    // What a pure file reaches by another pure one is told there.
    if (way.empty() && !file.empty() && !is_pure(file)) {
      way = Search(tree).way_from(file);
      if (!way.empty()) way = file + " -> " + way;
    }
    if (!way.empty()) findings.push_back({path, include.line, "a pure file reaches " + way});
  }
  return findings;
}

bool owns(const Owner& owner, std::string_view path) {
  return std::any_of(owner.files.begin(), owner.files.end(),
                     [path](std::string_view pattern) { return matches(pattern, path); });
}

Findings strangers(const Tree& tree, const Owner& owner) {
  Findings findings;
  std::map<std::string, std::set<std::string>> users;  // by top folder
  for (const auto& [path, text] : tree) {
    if (!is_code(path) || pokes_from_outside(path)) continue;
    for (const Include& include : includes_of(path, text)) {
      if (include.quoted || !include.name.starts_with(owner.header)) continue;
      auto& files = users[std::string(top_folder(path))];
      files.insert(path);
      if (!owns(owner, path)) {
        findings.push_back({path, include.line, "<" + include.name + "> is not for this file"});
      } else if (owner.most > 0 && files.size() > owner.most) {
        findings.push_back({path, include.line,
                            "<" + include.name + "> is already included by " + *files.begin()});
      }
    }
  }
  return findings;
}

/// In the comment that the file begins with.
bool says_pure(std::string_view text) {
  const std::string_view head = text.substr(0, text.find("\n#"));
  return head.starts_with("//") && head.find("Pure") != std::string_view::npos;
}

}  // namespace

Findings include_directions(const Tree& tree) {
  Findings findings;
  for (const auto& [path, text] : tree) {
    if (!is_checked(path)) continue;
    for (const Include& include : includes_of(path, text)) {
      if (!include.quoted) continue;
      const std::string why = objection(path, include.name);
      if (!why.empty()) findings.push_back({path, include.line, include.name + ": " + why});
    }
  }
  return findings;
}

Findings pure_files_stay_pure(const Tree& tree) {
  Findings findings;
  for (const auto& [path, text] : tree) {
    if (!is_code(path)) continue;
    if (!is_pure(path)) {
      if (says_pure(text)) findings.push_back({path, 1, "says Pure, and is not in the table"});
      continue;
    }
    const Findings own = impure_includes(tree, path);
    findings.insert(findings.end(), own.begin(), own.end());
  }
  return findings;
}

Findings libraries_have_one_owner(const Tree& tree) {
  Findings findings;
  for (const Owner& owner : owners()) {
    const Findings own = strangers(tree, owner);
    findings.insert(findings.end(), own.begin(), own.end());
  }
  return findings;
}

}  // namespace groupctl::style
