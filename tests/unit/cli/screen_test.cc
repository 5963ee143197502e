// What terminals allow, and the redrawing in place.
#include "cli/screen.h"

#include <gtest/gtest.h>

#include "cli/live_region.h"

namespace groupctl {
namespace {

ScreenFacts wide_terminal() {
  ScreenFacts facts;
  facts.err = facts.out = TerminalSize{100, 40};
  facts.term = "xterm";
  facts.locale = "de_DE.UTF-8";
  return facts;
}

TEST(ScreenTest, ATerminalIsLiveAndColoured) {
  const Screen screen = screen_of(wide_terminal(), ColorWhen::kAuto);
  EXPECT_TRUE(screen.live && screen.utf8 && screen.color);
  EXPECT_EQ(screen.size.columns, 100u);
  EXPECT_EQ(screen.result_columns, 100u);
}

TEST(ScreenTest, APipeADumbTerminalAndNoneAtAllGetLines) {
  ScreenFacts pipe = wide_terminal();
  pipe.err = pipe.out = std::nullopt;
  EXPECT_FALSE(screen_of(pipe, ColorWhen::kAuto).live);
  EXPECT_FALSE(screen_of(pipe, ColorWhen::kAuto).color);
  EXPECT_EQ(screen_of(pipe, ColorWhen::kAuto).result_columns, 0u);
  for (const char* term : {"dumb", ""}) {
    ScreenFacts poor = wide_terminal();
    poor.term = term;
    EXPECT_FALSE(screen_of(poor, ColorWhen::kAuto).live) << term;
    EXPECT_FALSE(screen_of(poor, ColorWhen::kAuto).color) << term;
  }
}

TEST(ScreenTest, ColourIsAsAskedFor) {
  ScreenFacts facts = wide_terminal();
  facts.no_color = true;
  EXPECT_FALSE(screen_of(facts, ColorWhen::kAuto).color);
  EXPECT_TRUE(screen_of(facts, ColorWhen::kAlways).color) << "the flag wins over NO_COLOR";
  EXPECT_FALSE(screen_of(wide_terminal(), ColorWhen::kNever).color);
  EXPECT_EQ(painted("x", Paint::kRed, screen_of(wide_terminal(), ColorWhen::kNever)), "x");
}

TEST(ScreenTest, TheLocaleSaysWhatCanBeShown) {
  ScreenFacts facts = wide_terminal();
  for (const char* name : {"C", "POSIX", "", "de_DE.ISO-8859-1"}) {
    facts.locale = name;
    EXPECT_FALSE(screen_of(facts, ColorWhen::kAuto).utf8) << name;
  }
  facts.locale = "C.utf8";
  EXPECT_TRUE(screen_of(facts, ColorWhen::kAuto).utf8);
}

TEST(ScreenTest, AWindowOfNoSizeIsNotDrawnOutsideOf) {
  ScreenFacts facts = wide_terminal();
  facts.err = TerminalSize{1, 1};
  EXPECT_GE(screen_of(facts, ColorWhen::kAuto).size.columns, 20u);
}

TEST(LiveRegionTest, RedrawsFromItsFirstLineAndIsTakenAway) {
  LiveRegion region;
  EXPECT_EQ(region.clear(), "");
  EXPECT_EQ(region.draw({"one", "two"}), "\rone\x1b[K\r\ntwo\x1b[K\x1b[J");
  EXPECT_EQ(region.draw({"one", "two"}), "") << "nothing is new";
  EXPECT_EQ(region.draw({"1"}), "\x1b[1A\r1\x1b[K\x1b[J") << "what was below goes";
  EXPECT_EQ(region.draw({"1", "2", "3"}), "\r1\x1b[K\r\n2\x1b[K\r\n3\x1b[K\x1b[J");
  EXPECT_EQ(region.clear(), "\x1b[2A\r\x1b[J");
  EXPECT_EQ(region.clear(), "");
}

}  // namespace
}  // namespace groupctl
