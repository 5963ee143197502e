#include "daemon/digested_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace groupctl {
namespace {

namespace fs = std::filesystem;

class DigestedFileTest : public ::testing::Test {
 protected:
  DigestedFileTest() : path_(::testing::TempDir() + "digested-" + std::to_string(::getpid())) {
    fs::remove(path_);
  }
  ~DigestedFileTest() override { fs::remove(path_); }
  std::string path_;
};

TEST_F(DigestedFileTest, DigestsWhatIsAppendedAndWhatWasThere) {
  {
    auto file = DigestedFile::open(path_);
    ASSERT_TRUE(file) << file.error().text;
    ASSERT_TRUE(file->append(as_bytes("one ")));
    ASSERT_TRUE(file->append(as_bytes("two ")));
    EXPECT_EQ(file->size(), 8U);
    EXPECT_EQ(file->checked(), 8U);
  }
  auto file = DigestedFile::open(path_);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->size(), 8U);
  EXPECT_EQ(file->checked(), 0U);
  ASSERT_TRUE(file->check(3));
  EXPECT_EQ(file->checked(), 3U);
  ASSERT_TRUE(file->check(1000));
  ASSERT_TRUE(file->append(as_bytes("three")));
  ASSERT_TRUE(file->sync());
  EXPECT_EQ(file->finish(), *file_digest(path_));
}

TEST_F(DigestedFileTest, BeginsAnewWhenItIsCleared) {
  auto file = DigestedFile::open(path_);
  ASSERT_TRUE(file->append(as_bytes("wrong")));
  ASSERT_TRUE(file->clear());
  ASSERT_TRUE(file->append(as_bytes("right")));
  EXPECT_EQ(file->finish(), *file_digest(path_));
}

TEST_F(DigestedFileTest, RefusesWhatIsNoFileOfItsOwn) {
  std::ofstream(path_ + ".target") << "x";
  fs::create_symlink(path_ + ".target", path_);
  const auto link = DigestedFile::open(path_);
  ASSERT_FALSE(link);
  EXPECT_NE(link.error().text.find("symbolic link"), std::string::npos) << link.error().text;
  fs::remove(path_ + ".target");
}

}  // namespace
}  // namespace groupctl
