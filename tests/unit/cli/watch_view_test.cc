// Bytes to keys, keys to what `watch` shows.
#include "cli/watch_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/render_watch.h"

namespace groupctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Key sign(char c) { return {KeyKind::kSign, c}; }
Key key(KeyKind kind) { return {kind}; }

// ---- keys

TEST(WatchKeys, SignsAndNamedKeys) {
  KeyReader reader;
  EXPECT_THAT(reader.take("q \r\n\x7f\b"),
              ElementsAre(sign('q'), sign(' '), key(KeyKind::kEnter), key(KeyKind::kEnter),
                          key(KeyKind::kBackspace), key(KeyKind::kBackspace)));
  EXPECT_THAT(reader.take("\x1b[A\x1bOB\x1b[5~\x1b[6~\x1b[H\x1b[4~"),
              ElementsAre(key(KeyKind::kUp), key(KeyKind::kDown), key(KeyKind::kPageUp),
                          key(KeyKind::kPageDown), key(KeyKind::kHome), key(KeyKind::kEnd)));
}

TEST(WatchKeys, ASequenceMayComeInPieces) {
  KeyReader reader;
  EXPECT_THAT(reader.take("\x1b"), IsEmpty());
  EXPECT_THAT(reader.take("[5"), IsEmpty());
  EXPECT_THAT(reader.take("~s"), ElementsAre(key(KeyKind::kPageUp), sign('s')));
}

TEST(WatchKeys, AnEscapeAloneIsTheKey) {
  KeyReader reader;
  EXPECT_THAT(reader.take("\x1b"), IsEmpty());
  EXPECT_THAT(reader.take(""), ElementsAre(key(KeyKind::kEscape)));
  EXPECT_THAT(reader.take(""), IsEmpty());
  EXPECT_THAT(reader.take("\x1bq"), ElementsAre(key(KeyKind::kEscape), sign('q')));
  EXPECT_THAT(reader.take("\x1b\x1b[A"), ElementsAre(key(KeyKind::kEscape), key(KeyKind::kUp)));
}

TEST(WatchKeys, WhatIsNoKeyOfOursIsPassedOver) {
  KeyReader reader;
  EXPECT_THAT(reader.take("\x1b[15~\x01\xC3\xA9\x1b[1;5Cq"), ElementsAre(sign('q')));
  EXPECT_THAT(reader.take("\x1b[" + std::string(100, '1')), SizeIs(::testing::Lt(101U)));
  reader.take("");
  EXPECT_THAT(reader.take("q"), ElementsAre(sign('q'))) << "it does not wait for ever";
}

// ---- the view

/// Ten members, of which four fit.
const WatchExtent kTen{{"m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9"}, 10, 4};

WatchView typed(WatchView view, const std::string& bytes, const WatchExtent& extent = kTen) {
  KeyReader reader;
  auto keys = reader.take(bytes);
  for (const Key& late : reader.take("")) keys.push_back(late);
  for (const Key& one : keys) view = after_key(std::move(view), one, extent);
  return view;
}

TEST(WatchViewTest, QEndsIt) {
  EXPECT_TRUE(typed({}, "q").over);
  EXPECT_TRUE(typed({}, "lq").over);
  EXPECT_FALSE(typed({}, "/q").over) << "it is a part of the filter";
}

TEST(WatchViewTest, SpaceStandsStillAndGoesOn) {
  EXPECT_TRUE(typed({}, " ").paused);
  EXPECT_FALSE(typed({}, "  ").paused);
}

TEST(WatchViewTest, ArrowsMoveTheChosenOneAndItStaysInSight) {
  WatchView view = typed({}, "\x1b[B\x1b[B\x1b[B");
  EXPECT_EQ(view.chosen, "m3");
  EXPECT_EQ(view.top, 0U);
  view = typed(view, "\x1b[B");
  EXPECT_EQ(view.chosen, "m4");
  EXPECT_EQ(view.top, 1U);
  view = typed(view, "\x1b[6~");
  EXPECT_EQ(view.chosen, "m8");
  EXPECT_EQ(view.top, 5U);
  view = typed(view, "\x1b[6~\x1b[B");
  EXPECT_EQ(view.chosen, "m9");
  EXPECT_EQ(view.top, 6U);
  view = typed(view, "\x1b[A\x1b[A\x1b[A\x1b[A");
  EXPECT_EQ(view.chosen, "m5");
  EXPECT_EQ(view.top, 5U);
  EXPECT_EQ(typed(view, "\x1b[H").chosen, "m0");
  EXPECT_EQ(typed(view, "\x1b[F").chosen, "m9");
  EXPECT_EQ(typed(view, "\x1b[5~\x1b[5~").top, 0U);
}

TEST(WatchViewTest, TheChosenOneStaysChosenWhereverItStands) {
  const WatchView view = typed({}, "\x1b[B");
  const WatchExtent reversed{{"m9", "m8", "m7", "m6", "m5", "m4", "m3", "m2", "m1", "m0"}, 10, 4};
  EXPECT_EQ(first_line(view, reversed), 5U);
  EXPECT_EQ(typed(view, "\x1b[B", reversed).chosen, "m0");
  const WatchExtent without{{"m5", "m6"}, 2, 4};
  EXPECT_EQ(chosen_at(view, without.members), 0U);
  EXPECT_EQ(typed(view, "\x1b[B", without).chosen, "m6");
}

TEST(WatchViewTest, KeysAreHarmlessWhereNobodyIsShown) {
  const WatchExtent none{{}, 0, 4};
  const std::string through = "\x1b[A\x1b[B\x1b[5~\x1b[6~\x1b[H\x1b[F\r";
  EXPECT_EQ(typed({}, through, none), WatchView{});
  WatchExtent no_room = kTen;
  no_room.room = 0;
  EXPECT_EQ(typed({}, "\x1b[6~", no_room).chosen, "m1");
}

TEST(WatchViewTest, EnterShowsTheChosenOneAndEscapeGoesBack) {
  WatchView view = typed({}, "\x1b[B\r");
  EXPECT_EQ(view.page, WatchPage::kMember);
  EXPECT_EQ(view.chosen, "m1");
  EXPECT_EQ(typed(view, "\x1b").page, WatchPage::kMembers);
  EXPECT_EQ(typed(view, "\r").page, WatchPage::kMembers);
  EXPECT_EQ(typed(view, "\x1b").chosen, "m1");
  EXPECT_EQ(typed({}, "\r").chosen, "m0") << "the first, if none was chosen";
}

TEST(WatchViewTest, APageIsGoneThroughByLines) {
  const WatchExtent page{{}, 30, 10};
  const WatchView view = typed({}, "l", page);
  EXPECT_EQ(view.page, WatchPage::kLog);
  EXPECT_EQ(typed(view, "\x1b[B\x1b[B", page).top, 2U);
  EXPECT_EQ(typed(view, "\x1b[6~\x1b[6~\x1b[6~", page).top, 20U) << "the last page is full";
  EXPECT_EQ(typed(view, "\x1b[F\x1b[A", page).top, 19U);
  EXPECT_EQ(typed(view, "\x1b[Fl", page).page, WatchPage::kMembers);
  EXPECT_EQ(typed(view, "\x1b[F?", page).top, 0U) << "another page begins at its beginning";
  const WatchExtent shrunk{{}, 12, 10};
  EXPECT_EQ(first_line(typed(view, "\x1b[F", page), shrunk), 2U);
}

TEST(WatchViewTest, QuestionMarkShowsTheKeysAndEachIsNamed) {
  EXPECT_EQ(typed({}, "?").page, WatchPage::kKeys);
  EXPECT_EQ(typed({}, "??").page, WatchPage::kMembers);
  for (const char* name : {"q ", "Space", "Up Down PgUp PgDn Home End", "Enter", "l ", "s ", "f ",
                           "/ ", "Esc", "? ", "Ctrl-C"}) {
    EXPECT_THAT("\n" + keys_text(), HasSubstr(std::string("\n") + name));
  }
}

TEST(WatchViewTest, SortingAndFilteringAreForTheMembers) {
  EXPECT_EQ(typed({}, "s").order, WatchOrder::kName);
  EXPECT_EQ(typed({}, "sss").order, WatchOrder::kDelta);
  EXPECT_EQ(typed({}, "ssss").order, WatchOrder::kState);
  EXPECT_TRUE(typed({}, "f").only_out_of_step);
  EXPECT_FALSE(typed({}, "ff").only_out_of_step);
  const WatchView on_a_page = typed({}, "lsf/");
  EXPECT_EQ(on_a_page.order, WatchOrder::kState);
  EXPECT_FALSE(on_a_page.only_out_of_step);
  EXPECT_FALSE(on_a_page.typing);
}

TEST(WatchViewTest, ASelectorIsTypedAndTaken) {
  WatchView view = typed({}, "/role=wex\x7f");
  EXPECT_EQ(view.typing, "role=we");
  EXPECT_EQ(view.filter, "") << "not yet";
  view = typed(view, "b\r");
  EXPECT_FALSE(view.typing);
  EXPECT_EQ(view.filter, "role=web");
  EXPECT_EQ(typed(view, "/").typing, "role=web") << "it can be changed";
  EXPECT_EQ(typed(view, "/x\x1b").filter, "role=web");
  EXPECT_EQ(typed(view, "\x1b").filter, "") << "Esc shows all again";
  EXPECT_EQ(typed(view, "/" + std::string(8, '\x7f') + "\r").filter, "");
}

TEST(WatchViewTest, WhatIsNoSelectorIsSaidAndStaysToBeMended) {
  WatchView view = typed({}, "/role in (\r");
  EXPECT_EQ(view.typing, "role in (");
  EXPECT_NE(view.complaint, "");
  EXPECT_EQ(view.filter, "");
  view = typed(view, "web)");
  EXPECT_EQ(view.complaint, "");
  EXPECT_EQ(typed(view, "\r").filter, "role in (web)");
  EXPECT_EQ(typed({}, "/" + std::string(2000, 'x')).typing->size(), 500U);
}

// ---- the members

MemberInfo member(std::string name, MemberState state, std::uint64_t received,
                  std::uint32_t drifted, const std::string& role) {
  MemberInfo info;
  info.name = std::move(name);
  info.state = state;
  info.marks.received = Sequence(received);
  info.delta.drifted = drifted;
  info.labels = {{"role", role}};
  return info;
}

std::vector<std::string> names(const WatchView& view) {
  std::vector<std::string> found;
  for (const MemberInfo& one : shown_members({member("a", MemberState::kInStep, 9, 0, "web"),
                                              member("b", MemberState::kLost, 7, 1, "db"),
                                              member("c", MemberState::kInStep, 9, 3, "web"),
                                              member("d", MemberState::kBehind, 4, 0, "web")},
                                             view)) {
    found.push_back(one.name);
  }
  return found;
}

TEST(WatchViewTest, MembersAreSortedAndChosenAsTheKeysSay) {
  EXPECT_THAT(names({}), ElementsAre("b", "d", "a", "c")) << "not in step first";
  EXPECT_THAT(names(typed({}, "s")), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(names(typed({}, "ss")), ElementsAre("d", "b", "a", "c"));
  EXPECT_THAT(names(typed({}, "sss")), ElementsAre("c", "b", "a", "d"));
  EXPECT_THAT(names(typed({}, "f")), ElementsAre("b", "d"));
  EXPECT_THAT(names(typed({}, "/role=web\r")), ElementsAre("d", "a", "c"));
  EXPECT_THAT(names(typed({}, "f/role=web\r")), ElementsAre("d"));
  EXPECT_THAT(names(typed({}, "/c\r")), ElementsAre("c"));
  EXPECT_THAT(names(typed({}, "/name=z*\r")), IsEmpty());
}

// ---- the picture

WatchFacts facts(std::size_t members) {
  WatchFacts made;
  for (std::size_t i = 0; i < members; ++i) {
    made.members.members.push_back(
        member("m" + std::to_string(i), MemberState::kInStep, 9, 0, "web"));
  }
  return made;
}

TEST(WatchPictureTest, FitsEveryScreenAndShowsTheChosenOne) {
  for (std::size_t lines = 4; lines < 40; ++lines) {
    for (const std::size_t members : {0U, 1U, 2U, 5U, 8U, 30U}) {
      Screen screen;
      screen.size = {40, lines};
      for (const bool keys : {false, true}) {
        WatchView view;
        if (keys && members > 0) view.chosen = "m" + std::to_string(members - 1);
        const WatchPicture picture = render_watch(facts(members), view, keys, screen);
        ASSERT_LT(picture.lines.size(), lines) << members << keys;
        ASSERT_EQ(picture.extent.members.size(), members);
        std::string all;
        for (const std::string& line : picture.lines) all += line + "\n";
        if (!keys) continue;
        ASSERT_THAT(all, HasSubstr("members"));
        ASSERT_THAT(all, HasSubstr(members > 0 ? "> " + view.chosen : "NAME")) << lines;
      }
    }
  }
}

TEST(WatchPictureTest, APageOfAnyLengthFits) {
  for (std::size_t lines = 4; lines < 30; ++lines) {
    Screen screen;
    screen.size = {40, lines};
    WatchFacts known = facts(1);
    known.reachable = false;
    for (int i = 0; i < 50; ++i) known.page += "line " + std::to_string(i) + "\n";
    WatchView view = typed({}, "l");
    const WatchExtent extent = render_watch(known, view, true, screen).extent;
    view = typed(view, "\x1b[F", extent);
    const WatchPicture picture = render_watch(known, view, true, screen);
    ASSERT_LT(picture.lines.size(), lines);
    ASSERT_GT(extent.room, 0U);
    ASSERT_EQ(picture.lines[picture.lines.size() - 2], "line 49");
  }
}

}  // namespace
}  // namespace groupctl
