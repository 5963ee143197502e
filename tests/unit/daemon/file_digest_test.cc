#include "daemon/file_digest.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/unit/member_host/temp_dir.h"

namespace groupctl {
namespace {

TEST(FileDigest, IsWhatSha256sumPrints) {
  TempDir dir;
  std::ofstream(dir / "abc") << "abc";
  auto digest = file_digest(dir / "abc");
  ASSERT_TRUE(digest) << digest.error().text;
  EXPECT_EQ(digest->hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(FileDigest, SpansPieces) {
  TempDir dir;
  std::ofstream(dir / "a") << std::string(1000000, 'a');  // FIPS 180-2, appendix B.3
  auto digest = file_digest(dir / "a");
  ASSERT_TRUE(digest) << digest.error().text;
  EXPECT_EQ(digest->hex(), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(FileDigest, SaysWhatItCannotRead) {
  TempDir dir;
  EXPECT_EQ(file_digest(dir / "none").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(file_digest(dir.path()).error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace groupctl
