// Archives: tar plain, by gzip and by zstd, unpacked into memory.
#include "tests/unit/member_host/archives.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "log/unique_fd.h"
#include "member/host/archive_names.h"
#include "member/host/unpack.h"
#include "tests/fuzz/place.h"
#include "tests/fuzz/target.h"
#include "tests/unit/member_host/temp_dir.h"

namespace groupctl::fuzz {
namespace {

namespace fs = std::filesystem;

// Making and removing folders takes most of the time. The three formats share what one target has.
constexpr std::uint64_t kOfTar = 50'000;
constexpr std::uint64_t kOfEachCompression = 25'000;
// A zstd frame may ask for a window of 128 MiB, as `zstd --ultra` makes them.
constexpr std::size_t kWindowBytes = 160 << 20;

Bytes packed(const std::string& end, const std::vector<PackedEntry>& entries) {
  const TempDir folder;
  const std::string path = folder / ("archive" + end);
  pack(path, entries);
  return copy_bytes(as_bytes(content_of(path)));
}

std::vector<Bytes> seeds(const std::string& end) {
  const std::string long_name(150, 'n');
  return {packed(end, {packed_folder("bin"), packed_file("bin/run", "#!", 0755),
                       packed_file("etc/a", "x=1\n"), packed_symlink("etc/b", "a"),
                       packed_symlink("bin/up", "../etc/a")}),
          packed(end, {packed_file("d/" + long_name, "long"), packed_symlink("l", long_name)}),
          packed(end, {packed_file("one", std::string(2000, 'x'))})};
}

/// Each block that is a header gets the sum that belongs there.
void sum_headers(Bytes& bytes) {
  constexpr std::size_t kBlock = 512, kSumAt = 148, kSumSize = 8, kMagicAt = 257;
  for (std::size_t at = 0; at + kBlock <= bytes.size(); at += kBlock) {
    const auto block = std::span(bytes).subspan(at, kBlock);
    if (as_text(block.subspan(kMagicAt, 5)) != "ustar") continue;
    std::fill_n(block.begin() + kSumAt, kSumSize, ' ');
    unsigned sum = 0;
    for (const std::uint8_t byte : block) sum += byte;
    char digits[kSumSize];
    std::snprintf(digits, sizeof digits, "%06o", sum & 0777777);
    std::copy_n(digits, kSumSize - 1, block.begin() + kSumAt);
  }
}

/// Whether everything below is a file, a folder, or a link that stays below.
std::string left_badly(const fs::path& root) {
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const fs::path below = fs::relative(entry.path().parent_path(), root);
    if (entry.is_symlink()) {
      const fs::path to = (below / fs::read_symlink(entry.path())).lexically_normal();
      if (to.is_absolute() || *to.begin() == "..") return "a link leads outside";
    } else if (!entry.is_directory() && !entry.is_regular_file()) {
      return "something is no file, folder or link";
    }
  }
  return {};
}

Verdict unpack_bytes(ByteView bytes, const std::string& place) {
  const UniqueFd file(::memfd_create("archive", MFD_CLOEXEC));
  const bool written =
      ::pwrite(file.get(), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size());
  if (!file || !written) return broken("no file in memory");
  const std::string into = place + "/release";
  const Status done = unpack(file.get(), into);
  std::string complaint;
  if (done) {
    complaint = left_badly(into);
    fs::remove_all(into);
  }
  if (!fs::is_empty(place)) complaint += " something is left behind";
  if (!complaint.empty()) return broken(std::move(complaint));
  return done ? accepted() : refused();
}

void fuzz_archives(const std::string& end, std::uint64_t mutants) {
  const Place place;
  FuzzTarget target;
  target.seeds = seeds(end);
  target.decode = [&](ByteView bytes) { return unpack_bytes(bytes, place.path()); };
  if (end == ".tar") target.repair = sum_headers;
  target.words = {"ustar",
                  "../",
                  "0000644",
                  "30 path=../../etc/passwd\n",
                  "17 size=99999999\n",
                  "24 GNU.sparse.major=1\n"};
  target.mutants = mutants;
  target.fixed_bytes = kWindowBytes;
  fuzz(target);
}

TEST(Archives, F33_F52_TarArchives) { fuzz_archives(".tar", kOfTar); }
TEST(Archives, F33_F52_GzipArchives) { fuzz_archives(".tar.gz", kOfEachCompression); }
TEST(Archives, F33_F52_ZstdArchives) { fuzz_archives(".tar.zst", kOfEachCompression); }

/// Follows a link's name by hand from a folder so deep.
bool stays_below(std::string_view to, std::size_t depth) {
  std::size_t at = depth;
  for (const fs::path& part : fs::path(to)) {
    if (part == "..") {
      if (at == 0) return false;
      --at;
    } else if (part != "." && !part.empty()) {
      ++at;
    }
  }
  return !to.starts_with('/');
}

/// The names of one archive, one a line.
TEST(Archives, F33_F52_ArchiveNames) {
  FuzzTarget target;
  target.seeds = texts({"bin/run\nbin/Other\nsch\xc3\xb6n/a", "./a/b/", "../a\nx", "a/../b\nx"});
  target.words = {"../", "/", ".", "\n", "\xcc\x81", "\xe2\x80\x8b", "\xc3\xa4", "A"};
  target.decode = [](ByteView bytes) {
    NameRegister names;
    bool any = false;
    for (const std::string& line : lines(bytes)) {
      if (check_link_target(line, 2) && !stays_below(line, 2)) return broken("a link leads out");
      const auto path = parse_entry_name(line, {});
      if (!path) continue;
      for (const std::string& part : *path) {
        if (part.empty() || part == ".." || part == "." || part.find('/') != part.npos) {
          return broken("a part that is no name");
        }
      }
      any = names.add(*path, false).has_value() || any;
    }
    return any ? accepted() : refused();
  };
  fuzz(target);
}

}  // namespace
}  // namespace groupctl::fuzz
