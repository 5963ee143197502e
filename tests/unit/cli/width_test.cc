// Widths of characters, and what is made to fit.
#include "cli/width.h"

#include <gtest/gtest.h>

#include <clocale>
#include <cwchar>

namespace groupctl {
namespace {

TEST(WidthTest, CountsColumnsAndNotBytes) {
  EXPECT_EQ(shown_width(""), 0u);
  EXPECT_EQ(shown_width("web-07"), 6u);
  EXPECT_EQ(shown_width("Zürich"), 6u);
  EXPECT_EQ(shown_width("展開"), 4u);
  EXPECT_EQ(shown_width("e\xCC\x81"), 1u);
  EXPECT_EQ(shown_width("\xF0\x9F\x8D\xB5"), 2u);
  EXPECT_EQ(shown_width("\xff\xfe"), 2u) << "bytes that are no text count one each";
  EXPECT_EQ(shown_width("\xE5\xB1"), 2u) << "a character that is cut off";
}

std::string utf8(char32_t c) {
  const auto tail = [](char32_t bits) { return static_cast<char>(0x80 | (bits & 0x3F)); };
  if (c < 0x800) return {static_cast<char>(0xC0 | (c >> 6)), tail(c)};
  if (c < 0x10000) return {static_cast<char>(0xE0 | (c >> 12)), tail(c >> 6), tail(c)};
  return {static_cast<char>(0xF0 | (c >> 18)), tail(c >> 12), tail(c >> 6), tail(c)};
}

// Of the scripts that messages are written in.
TEST(WidthTest, AgreesWithTheCLibrary) {
  if (std::setlocale(LC_CTYPE, "C.UTF-8") == nullptr) GTEST_SKIP() << "no locale C.UTF-8";
  for (const auto& [first, last] :
       {std::pair{0xA1, 0x36F}, std::pair{0x391, 0x44F}, std::pair{0x2010, 0x2026},
        std::pair{0x2500, 0x25FC}, std::pair{0x3041, 0x3096}, std::pair{0x4E00, 0x9FFF},
        std::pair{0xAC00, 0xD7A3}, std::pair{0xFF01, 0xFF60}, std::pair{0x1F300, 0x1F320}}) {
    for (int c = first; c <= last; ++c) {
      const int known = ::wcwidth(static_cast<wchar_t>(c));
      if (known < 0 || c == 0xAD) continue;  // the soft hyphen is shown by some and not by others
      EXPECT_EQ(shown_width(utf8(static_cast<char32_t>(c))), static_cast<std::size_t>(known))
          << std::hex << c;
    }
  }
  std::setlocale(LC_CTYPE, "C");
}

TEST(WidthTest, FitsWithoutCuttingACharacter) {
  EXPECT_EQ(fitted("web-07", 6, "…"), "web-07");
  EXPECT_EQ(fitted("web-07-long", 6, "…"), "web-0…");
  EXPECT_EQ(fitted("展開展開", 6, "…"), "展開…") << "the third would end in the seventh column";
  EXPECT_EQ(fitted("web-07", 2, "..."), "we") << "no room for the mark";
  EXPECT_EQ(fitted("web", 0, ""), "");
  EXPECT_EQ(padded("展", 4), "展  ");
  EXPECT_EQ(padded("wide", 2), "wide");
  EXPECT_EQ(in_ascii("Zürich 展開\xff"), "Z?rich ?????");
}

TEST(WidthTest, FoldsAtBlanksUnderItsColumn) {
  EXPECT_EQ(folded("short", 10, 4), "short");
  EXPECT_EQ(folded("no space on /srv", 10, 2), "no space\n  on /srv");
  EXPECT_EQ(folded("abcdefghijkl", 5, 1), "abcde\n fghij\n kl");
  EXPECT_EQ(folded("展開展", 1, 0), "展\n開\n展") << "never nothing in a line";
}

}  // namespace
}  // namespace groupctl
