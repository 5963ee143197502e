#include "daemon/file_system.h"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "daemon/exit_codes.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

class FileSystemTest : public ::testing::Test {
 protected:
  FileSystemTest() {
    std::string name = (fs::temp_directory_path() / "file_system_XXXXXX").string();
    root_ = ::mkdtemp(name.data());
  }
  ~FileSystemTest() override {
    if (!mounted_.empty()) ::umount2(mounted_.c_str(), MNT_DETACH);
    fs::remove_all(root_);
  }
  bool mounts(const char* type, const std::string& options, unsigned long flags = 0) {
    const std::string place = root_ + "/mounted";
    fs::create_directories(place);
    if (::mount(type, place.c_str(), type, flags, options.c_str()) != 0) return false;
    mounted_ = place;
    return true;
  }
  bool mounts_an_overlay() {
    for (const char* part : {"/lower", "/upper", "/work"}) fs::create_directories(root_ + part);
    return mounts("overlay", "lowerdir=" + root_ + "/lower,upperdir=" + root_ +
                                 "/upper,workdir=" + root_ + "/work");
  }

  std::string root_;
  std::string mounted_;
};

TEST_F(FileSystemTest, F14_RemoteAndLayeredKindsAreUnsafeAndDisksAreNot) {
  const std::pair<std::uint64_t, const char*> kinds[] = {{0x6969, "NFS"},
                                                         {0xFF534D42, "CIFS"},
                                                         {0xFE534D42, "SMB"},
                                                         {0x65735546, "FUSE"},
                                                         {0x794C7630, "overlay"},
                                                         {0x01021997, "9P"},
                                                         {0xEF53, ""} /* ext */,
                                                         {0x58465342, ""} /* xfs */,
                                                         {0x9123683E, ""} /* btrfs */,
                                                         {0x2FC12FC1, ""} /* zfs */,
                                                         {0x01021994, ""} /* tmpfs */};
  for (const auto& [type, name] : kinds) EXPECT_EQ(unsafe_file_system(type), name);
  // f_type is signed on some machines.
  EXPECT_EQ(unsafe_file_system(static_cast<std::uint64_t>(static_cast<std::int32_t>(0xFF534D42))),
            "CIFS");
}

TEST_F(FileSystemTest, F14_AnOverlayIsRefusedUnlessAllowed) {
  if (!mounts_an_overlay()) GTEST_SKIP() << "cannot mount an overlay: " << std::strerror(errno);
  for (const std::string& path : {mounted_, mounted_ + "/not/there/yet"}) {
    const Status refused = check_file_system(path, false);
    ASSERT_FALSE(refused) << path;
    EXPECT_EQ(exit_code_for(refused.error().code), kExitUsage);
    EXPECT_NE(refused.error().text.find("overlay"), std::string::npos) << refused.error().text;
    EXPECT_NE(refused.error().text.find("--allow-unsafe-fs"), std::string::npos);
    EXPECT_TRUE(check_file_system(path, true));
  }
}

TEST_F(FileSystemTest, F14_ADiskInMemoryPasses) {
  if (!mounts("tmpfs", "size=1m")) GTEST_SKIP() << "cannot mount a tmpfs: " << std::strerror(errno);
  EXPECT_TRUE(check_file_system(mounted_ + "/state", false));
}

TEST_F(FileSystemTest, F48_AFolderThatCanBeUsedIsMadeAndLeftEmpty) {
  EXPECT_TRUE(try_folder(root_ + "/a/b"));
  EXPECT_TRUE(fs::is_empty(root_ + "/a/b"));
}

TEST_F(FileSystemTest, F48_AFileInItsWayIsNamed) {
  std::ofstream(root_ + "/file") << "here";
  for (const std::string& path : {root_ + "/file", root_ + "/file/below"}) {
    const Status refused = try_folder(path);
    ASSERT_FALSE(refused) << path;
    EXPECT_EQ(exit_code_for(refused.error().code), kExitIo);
    EXPECT_NE(refused.error().text.find(path), std::string::npos) << refused.error().text;
  }
}

TEST_F(FileSystemTest, F48_AReadOnlyFileSystemIsNamed) {
  if (!mounts("tmpfs", "size=1m", MS_RDONLY)) {
    GTEST_SKIP() << "cannot mount a tmpfs: " << std::strerror(errno);
  }
  for (const std::string& path : {mounted_, mounted_ + "/below"}) {
    const Status refused = try_folder(path);
    ASSERT_FALSE(refused) << path;
    EXPECT_EQ(refused.error().code, ErrorCode::kIo);
    EXPECT_NE(refused.error().text.find(path), std::string::npos) << refused.error().text;
  }
}

}  // namespace
}  // namespace groupctl
