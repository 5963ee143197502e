#include "keeper/captured.h"

#include <gtest/gtest.h>

#include <vector>

namespace groupctl::keeper {
namespace {

std::vector<std::string> lines_of(const std::vector<std::string>& pieces) {
  std::vector<std::string> lines;
  const auto take = [&](std::string_view line) { lines.emplace_back(line); };
  LineCutter cutter;
  for (const std::string& piece : pieces) cutter.add(piece, take);
  cutter.finish(take);
  return lines;
}

TEST(Captured, KeepsAllOfLittle) {
  Capture capture;
  capture.add("one ");
  capture.add("two");
  EXPECT_EQ(capture.captured(), (Captured{"one two", "", 0}));
  EXPECT_EQ(capture.captured().text(), "one two");
}

TEST(Captured, KeepsBothEndsOfMuchAndCountsTheRest) {
  const std::string all = std::string(kMaxCapturedPart, 'a') + std::string(1'000'000, 'b') +
                          std::string(kMaxCapturedPart, 'c');
  for (const std::size_t step : {1000UL, 65536UL, 100'000UL, all.size()}) {
    Capture capture;
    for (std::size_t at = 0; at < all.size(); at += step) capture.add(all.substr(at, step));
    const Captured captured = capture.captured();
    EXPECT_EQ(captured.head, std::string(kMaxCapturedPart, 'a'));
    EXPECT_EQ(captured.tail, std::string(kMaxCapturedPart, 'c'));
    EXPECT_EQ(captured.dropped, 1'000'000U) << "in steps of " << step;
    EXPECT_NE(captured.text().find("1000000 bytes left out"), std::string::npos);
  }
}

TEST(LineCutter, CutsWhereverThePiecesEnd) {
  EXPECT_EQ(lines_of({"a\nb", "c\n\nd"}), (std::vector<std::string>{"a", "bc", "", "d"}));
  EXPECT_EQ(lines_of({"a\n"}), (std::vector<std::string>{"a"}));
  EXPECT_TRUE(lines_of({}).empty());
}

TEST(LineCutter, CutsOffTheRestOfALongLine) {
  const std::string longer(kMaxLineBytes + 10, 'x');
  EXPECT_EQ(lines_of({longer, longer, "\nnext"}),
            (std::vector<std::string>{std::string(kMaxLineBytes, 'x'), "next"}));
}

}  // namespace
}  // namespace groupctl::keeper
