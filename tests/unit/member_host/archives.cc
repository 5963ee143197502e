#include "tests/unit/member_host/archives.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace groupctl {
namespace {

void set_format(archive* writer, const std::string& path, bool zip) {
  if (zip) {
    archive_write_set_format_zip(writer);
  } else {
    archive_write_set_format_gnutar(writer);
  }
  if (path.ends_with(".gz")) archive_write_add_filter_gzip(writer);
  if (path.ends_with(".zst")) archive_write_add_filter_zstd(writer);
}

void write_data(archive* writer, const PackedEntry& packed) {
  archive_write_data(writer, packed.content.data(), packed.content.size());
  const std::string zeros(64 * 1024, '\0');
  for (std::uint64_t left = packed.zeros; left > 0;) {
    const auto piece = std::min<std::uint64_t>(left, zeros.size());
    archive_write_data(writer, zeros.data(), static_cast<std::size_t>(piece));
    left -= piece;
  }
}

void write_entry(archive* writer, archive_entry* entry, const PackedEntry& packed) {
  archive_entry_clear(entry);
  archive_entry_set_pathname(entry, packed.path.c_str());
  archive_entry_set_filetype(entry, packed.type);
  archive_entry_set_perm(entry, packed.mode);
  archive_entry_set_size(entry, static_cast<std::int64_t>(packed.content.size() + packed.zeros));
  if (!packed.symlink.empty()) archive_entry_set_symlink(entry, packed.symlink.c_str());
  if (!packed.hardlink.empty()) archive_entry_set_hardlink(entry, packed.hardlink.c_str());
  ASSERT_EQ(archive_write_header(writer, entry), ARCHIVE_OK) << archive_error_string(writer);
  write_data(writer, packed);
}

}  // namespace

void pack(const std::string& path, const std::vector<PackedEntry>& entries, bool zip) {
  archive* writer = archive_write_new();
  set_format(writer, path, zip);
  ASSERT_EQ(archive_write_open_filename(writer, path.c_str()), ARCHIVE_OK);
  archive_entry* entry = archive_entry_new();
  for (const PackedEntry& packed : entries) write_entry(writer, entry, packed);
  archive_entry_free(entry);
  ASSERT_EQ(archive_write_close(writer), ARCHIVE_OK);
  archive_write_free(writer);
}

std::string content_of(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_content(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

}  // namespace groupctl
