#include "member/host/archive_names.h"

#include <gtest/gtest.h>

#include "member/host/names.h"

namespace groupctl {
namespace {

ErrorCode code_of(std::string_view name) {
  const auto path = parse_entry_name(name, UnpackLimits{});
  return path ? ErrorCode::kOk : path.error().code;
}

TEST(ArchiveNames, LeavesOutDotsAndTheLastSlash) {
  EXPECT_EQ(*parse_entry_name("./a/b.txt", UnpackLimits{}),
            (std::vector<std::string>{"a", "b.txt"}));
  EXPECT_EQ(*parse_entry_name("a/", UnpackLimits{}), (std::vector<std::string>{"a"}));
  EXPECT_TRUE(parse_entry_name("./", UnpackLimits{})->empty());
}

TEST(ArchiveNames, F52_RefusesNamesThatLeadElsewhere) {
  for (const char* name : {"", "/etc/passwd", "..", "../x", "a/../../x", "a/..", "a//b", "//"}) {
    EXPECT_EQ(code_of(name), ErrorCode::kUnsafe) << name;
  }
}

TEST(ArchiveNames, F52_RefusesTextThatIsNotPlain) {
  EXPECT_EQ(code_of("caf\u00e9/\u4e2d.txt"), ErrorCode::kOk);
  for (const char* name : {"a\xff", "\xc0\xaf", "\xed\xa0\x80", "\xe2\x82", "a\nb", "a\x7f",
                           "e\u0301", "a\u200b", "\u202etxt"}) {
    EXPECT_EQ(code_of(name), ErrorCode::kUnsafe) << name;
  }
}

TEST(ArchiveNames, F52_RefusesWhatIsTooLongOrTooDeep) {
  EXPECT_EQ(code_of(std::string(255, 'a')), ErrorCode::kOk);
  EXPECT_EQ(code_of(std::string(256, 'a')), ErrorCode::kUnsafe);
  std::string deep = "a";
  for (int i = 1; i < 64; ++i) deep += "/a";
  EXPECT_EQ(code_of(deep), ErrorCode::kOk);
  EXPECT_EQ(code_of(deep + "/a"), ErrorCode::kUnsafe);
  UnpackLimits limits;
  limits.path_bytes = 3;
  EXPECT_FALSE(parse_entry_name("abcd", limits));
}

TEST(ArchiveNames, LinksStayBeneath) {
  EXPECT_TRUE(check_link_target("b", 0));
  EXPECT_TRUE(check_link_target("../b/c", 1));
  EXPECT_TRUE(check_link_target("./../b", 1));
  EXPECT_FALSE(check_link_target("../b", 0));
  EXPECT_FALSE(check_link_target("../../b", 1));
  EXPECT_FALSE(check_link_target("b/../c", 5)) << "b may itself be a link to somewhere higher";
  EXPECT_FALSE(check_link_target("/b", 5));
  EXPECT_FALSE(check_link_target("", 5));
}

TEST(ArchiveNames, F52_NamesThatDifferOnlyByCaseClash) {
  NameRegister names;
  EXPECT_TRUE(names.add({"Docs", "read.me"}, false));
  EXPECT_TRUE(names.add({"Docs"}, true)) << "a folder may come again";
  EXPECT_FALSE(names.add({"docs", "other"}, false));
  EXPECT_FALSE(names.add({"Docs", "READ.me"}, false));
  EXPECT_FALSE(names.add({"Docs", "read.me"}, false)) << "a file may not";
  EXPECT_FALSE(names.add({"Docs", "read.me", "below"}, false));
  EXPECT_TRUE(names.add({"\u00c9t\u00e9"}, false));
  EXPECT_FALSE(names.add({"\u00e9t\u00e9"}, false));
  EXPECT_FALSE(names.add({"\u00e9T\u00c9"}, true));
}

TEST(ArchiveNames, ShowsHostileNamesPlainly) {
  EXPECT_EQ(shown_name("a\x1b[2Jb\xff"), "a?[2Jb?");
  EXPECT_EQ(shown_name(std::string(500, 'x')).size(), 83U);
}

TEST(Names, VersionsAreOneComponent) {
  for (const char* good : {"1", "1.0", "2.4.1-rc1+build_7", "A"}) EXPECT_TRUE(is_version(good));
  for (const char* bad : {"", ".", "..", "../1", "1/2", ".1", "-1", "1 0", "1\n", "\u00e9"}) {
    EXPECT_FALSE(is_version(bad)) << bad;
  }
  EXPECT_TRUE(is_version(std::string(64, '1')));
  EXPECT_FALSE(is_version(std::string(65, '1')));
  EXPECT_FALSE(is_version(std::string("1\0", 2)));
}

}  // namespace
}  // namespace groupctl
