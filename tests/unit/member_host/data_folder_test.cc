// Whose a workload's data folder is, and what of it is left alone.
#include "member/host/data_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/unit/member_host/temp_dir.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

struct stat info_of(const std::string& path) {
  struct stat info {};
  EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
  return info;
}

TEST(DataFolder, IsMadeClosedToOthersAndLeftAsItIs) {
  const TempDir temp;
  const std::string path = temp / "shop/data";
  ASSERT_TRUE(make_data_folder(path, ""));
  EXPECT_EQ(info_of(path).st_mode & 0777U, 0700U);
  std::ofstream(path + "/kept") << "x";
  fs::permissions(path, fs::perms(0750));
  ASSERT_TRUE(make_data_folder(path, ""));
  EXPECT_EQ(info_of(path).st_mode & 0777U, 0750U);
  EXPECT_TRUE(fs::exists(path + "/kept"));
}

TEST(DataFolder, MayBeALinkToAFolderElsewhere) {
  const TempDir temp;
  fs::create_directory_symlink(temp / "disk", temp / "data");
  EXPECT_FALSE(make_data_folder(temp / "data", "")) << "the disk is not there";
  EXPECT_FALSE(fs::exists(temp / "disk"));
  fs::create_directory(temp / "disk");
  EXPECT_TRUE(make_data_folder(temp / "data", ""));
  EXPECT_TRUE(fs::is_symlink(temp / "data"));
}

TEST(DataFolder, AFileInItsPlaceIsAnError) {
  const TempDir temp;
  std::ofstream(temp / "data") << "x";
  EXPECT_FALSE(make_data_folder(temp / "data", ""));
  EXPECT_TRUE(fs::is_regular_file(temp / "data"));
}

TEST(DataFolder, OfAUserThatThereIsNotThereIsNone) {
  const TempDir temp;
  const Status made = make_data_folder(temp / "data", "no-such-user");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(made.error().text, "user no-such-user: no such user");
  EXPECT_FALSE(fs::exists(temp / "data"));
}

TEST(DataFolder, IsGivenToAUserOnlyWhileItIsEmpty) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may give files away";
  const TempDir temp;
  const std::string path = temp / "data";
  ASSERT_TRUE(make_data_folder(path, ""));
  ASSERT_TRUE(make_data_folder(path, "nobody"));
  const uid_t nobody = info_of(path).st_uid;
  EXPECT_NE(nobody, 0U);
  std::ofstream(path + "/kept") << "x";
  ASSERT_TRUE(make_data_folder(path, "nobody"));
  const Status refused = make_data_folder(path, "daemon");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(refused.error().text,
            path + " is not daemon's, and something is in it: it has to be given by hand");
  EXPECT_EQ(info_of(path).st_uid, nobody);
  EXPECT_TRUE(make_data_folder(path, "")) << "root may write there";
}

}  // namespace
}  // namespace groupctl
