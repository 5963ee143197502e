#include "member/host/unpack.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "log/unique_fd.h"
#include "tests/unit/member_host/archives.h"
#include "tests/unit/member_host/temp_dir.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

class UnpackTest : public ::testing::Test {
 protected:
  Status unpack_file(const std::string& archive, const UnpackLimits& limits = {}) {
    const UniqueFd file(::open(archive.c_str(), O_RDONLY | O_CLOEXEC));
    return unpack(file.get(), out(), limits);
  }
  Status unpack_entries(const std::vector<PackedEntry>& entries, const UnpackLimits& limits = {}) {
    pack(dir_ / "a.tar.gz", entries);
    return unpack_file(dir_ / "a.tar.gz", limits);
  }
  /// The archive is refused with this code, and nothing of it is left.
  void expect_refused(const Status& status, ErrorCode code) {
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, code) << status.error().text;
    EXPECT_FALSE(fs::exists(fs::symlink_status(out())));
    EXPECT_FALSE(fs::exists(dir_ / "x"));
  }
  std::string out() const { return dir_ / "out"; }
  mode_t mode_of(const std::string& path) const {
    struct stat info {};
    EXPECT_EQ(::lstat((out() + "/" + path).c_str(), &info), 0);
    return info.st_mode & 07777;
  }

  TempDir dir_;
};

TEST_F(UnpackTest, UnpacksFilesFoldersAndLinks) {
  for (const char* name : {"a.tar", "a.tar.gz", "a.tar.zst"}) {
    pack(dir_ / name,
         {packed_folder("./"), packed_file("index.html", "<p>"), packed_folder("bin/"),
          packed_file("bin/run", "#!", 0700), packed_symlink("bin/up", "../index.html"),
          packed_file("deep/er/file", std::string(200000, 'x'))});
    Status unpacked = unpack_file(dir_ / name);
    ASSERT_TRUE(unpacked) << name << ": " << unpacked.error().text;
    EXPECT_EQ(content_of(out() + "/index.html"), "<p>");
    EXPECT_EQ(content_of(out() + "/bin/up"), "<p>");
    EXPECT_EQ(content_of(out() + "/deep/er/file").size(), 200000U);
    fs::remove_all(out());
  }
}

TEST_F(UnpackTest, ModesAreOursNotTheArchives) {
  const mode_t before = ::umask(0077);
  auto folder = packed_folder("d");
  folder.mode = 07777;
  const Status unpacked =
      unpack_entries({packed_file("run", "", 0500), packed_file("text", "", 0666), folder});
  ::umask(before);
  ASSERT_TRUE(unpacked) << unpacked.error().text;
  EXPECT_EQ(mode_of("run"), 0755U);
  EXPECT_EQ(mode_of("text"), 0644U);
  EXPECT_EQ(mode_of("d"), 0755U);
  EXPECT_EQ(mode_of("."), 0755U);
}

TEST_F(UnpackTest, NamesOfOtherScriptsAreKept) {
  const std::string name = "caf\u00e9-\u4e2d\u6587.txt";
  const Status unpacked = unpack_entries({packed_file(name, "x")});
  ASSERT_TRUE(unpacked) << unpacked.error().text;
  EXPECT_EQ(content_of(out() + "/" + name), "x");
}

TEST_F(UnpackTest, RefusesAFolderThatIsThere) {
  fs::create_directory(out());
  pack(dir_ / "a.tar", {packed_file("a", "")});
  EXPECT_EQ(unpack_file(dir_ / "a.tar").error().code, ErrorCode::kConflict);
  EXPECT_TRUE(fs::exists(out()));
}

TEST_F(UnpackTest, F52_ZipSlip) {
  expect_refused(unpack_entries({packed_file("ok", "1"), packed_file("../x", "1")}),
                 ErrorCode::kUnsafe);
  expect_refused(unpack_entries({packed_file("a/../../x", "1")}), ErrorCode::kUnsafe);
}

TEST_F(UnpackTest, F52_AbsoluteName) {
  expect_refused(unpack_entries({packed_file(dir_ / "x", "1")}), ErrorCode::kUnsafe);
}

TEST_F(UnpackTest, F52_SymlinkThenWrite) {
  expect_refused(unpack_entries({packed_symlink("l", ".."), packed_file("l/x", "1")}),
                 ErrorCode::kUnsafe);
  expect_refused(unpack_entries({packed_symlink("l", dir_.path()), packed_file("l/x", "1")}),
                 ErrorCode::kUnsafe);
  expect_refused(
      unpack_entries({packed_folder("d"), packed_symlink("l", "d"), packed_file("l/x", "1")}),
      ErrorCode::kUnsafe);
  expect_refused(unpack_entries({packed_symlink("f", "gone"), packed_file("f", "1")}),
                 ErrorCode::kUnsafe);
}

TEST_F(UnpackTest, F52_HardLinks) {
  write_content(dir_ / "secret", "s");
  expect_refused(unpack_entries({packed_hardlink("h", dir_ / "secret")}), ErrorCode::kUnsafe);
  expect_refused(unpack_entries({packed_file("a", "1"), packed_hardlink("h", "a")}),
                 ErrorCode::kUnsafe);
}

TEST_F(UnpackTest, F52_DevicesAndPipes) {
  for (const mode_t type : {mode_t{S_IFCHR}, mode_t{S_IFBLK}, mode_t{S_IFIFO}}) {
    auto entry = packed_file("dev", "");
    entry.type = type;
    expect_refused(unpack_entries({entry}), ErrorCode::kUnsafe);
  }
}

TEST_F(UnpackTest, F52_SetUserId) {
  expect_refused(unpack_entries({packed_file("su", "1", 04755)}), ErrorCode::kUnsafe);
  expect_refused(unpack_entries({packed_file("sg", "1", 02755)}), ErrorCode::kUnsafe);
}

TEST_F(UnpackTest, F52_ZerosBeyondTheRatio) {
  auto zeros = packed_file("zeros", "");
  zeros.zeros = 8 << 20;
  UnpackLimits limits;
  limits.ratio_free_bytes = 1 << 20;
  expect_refused(unpack_entries({zeros}, limits), ErrorCode::kUnsafe);
  limits.ratio_free_bytes = 8 << 20;
  EXPECT_TRUE(unpack_entries({zeros}, limits));
}

TEST_F(UnpackTest, F52_MoreThanTheLimits) {
  UnpackLimits limits;
  limits.bytes = 10;
  expect_refused(unpack_entries({packed_file("a", "123456"), packed_file("b", "12345")}, limits),
                 ErrorCode::kUnsafe);
  EXPECT_TRUE(unpack_entries({packed_file("a", "123456"), packed_file("b", "1234")}, limits));
  fs::remove_all(out());
  limits = {};
  limits.entries = 3;
  expect_refused(
      unpack_entries(
          {packed_folder("a"), packed_folder("a"), packed_folder("a"), packed_folder("a")}, limits),
      ErrorCode::kUnsafe);
}

TEST_F(UnpackTest, F52_NamesThatClash) {
  expect_refused(unpack_entries({packed_file("Read", "1"), packed_file("read", "2")}),
                 ErrorCode::kUnsafe);
  expect_refused(unpack_entries({packed_file("a", "1"), packed_file("a", "2")}),
                 ErrorCode::kUnsafe);
  expect_refused(unpack_entries({packed_file("e\u0301", "1")}), ErrorCode::kUnsafe);
  expect_refused(unpack_entries({packed_file("bad\xff", "1")}), ErrorCode::kUnsafe);
}

TEST_F(UnpackTest, F52_OtherFormatsNamedTar) {
  write_content(dir_ / "rar.tar", std::string("Rar!\x1a\x07\x01\x00", 8) + std::string(600, 'r'));
  expect_refused(unpack_file(dir_ / "rar.tar"), ErrorCode::kInvalid);
  pack(dir_ / "zip.tar", {packed_file("a", "1")}, true);
  expect_refused(unpack_file(dir_ / "zip.tar"), ErrorCode::kInvalid);
  write_content(dir_ / "empty.tar", "");
  expect_refused(unpack_file(dir_ / "empty.tar"), ErrorCode::kInvalid);
}

TEST_F(UnpackTest, F52_TruncatedArchives) {
  std::string noise;
  for (unsigned i = 0; i < 100000; ++i)
    noise.push_back(static_cast<char>((i * 2654435761U) >> 24U));
  for (const char* name : {"t.tar", "t.tar.gz", "t.tar.zst"}) {
    pack(dir_ / name, {packed_file("a", "1"), packed_file("b", noise)});
    fs::resize_file(dir_ / name, fs::file_size(dir_ / name) / 2);
    expect_refused(unpack_file(dir_ / name), ErrorCode::kInvalid);
  }
}

}  // namespace
}  // namespace groupctl
