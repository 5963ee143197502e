// Archives made in the test, good and hostile ones.
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <vector>

namespace groupctl {

/// One entry of an archive, taken as it is: nothing is checked.
struct PackedEntry {
  std::string path;
  std::string content;
  mode_t type = S_IFREG;
  mode_t mode = 0644;
  std::string symlink;
  std::string hardlink;
  std::uint64_t zeros = 0;  ///< this many zero bytes instead of `content`
};

inline PackedEntry packed_file(std::string path, std::string content, mode_t mode = 0644) {
  return {std::move(path), std::move(content), S_IFREG, mode, {}, {}, 0};
}
inline PackedEntry packed_folder(std::string path) {
  return {std::move(path), {}, S_IFDIR, 0755, {}, {}, 0};
}
inline PackedEntry packed_symlink(std::string path, std::string target) {
  return {std::move(path), {}, S_IFLNK, 0777, std::move(target), {}, 0};
}
inline PackedEntry packed_hardlink(std::string path, std::string target) {
  return {std::move(path), {}, S_IFREG, 0644, {}, std::move(target), 0};
}

/// Writes an archive whose format and compression follow from the end of `path`: .tar, .tar.gz,
/// .tar.zst, or .zip whatever the name is when `zip` says so.
void pack(const std::string& path, const std::vector<PackedEntry>& entries, bool zip = false);

/// The whole content of a file.
std::string content_of(const std::string& path);
void write_content(const std::string& path, const std::string& content);

}  // namespace groupctl
