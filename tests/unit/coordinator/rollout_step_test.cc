// What a rollout does next, from how its targets stand.
#include "coordinator/rollout_step.h"

#include <gtest/gtest.h>

namespace groupctl {
namespace {

/// One character a target: '.' not released, 'l' lost and not released, 'e' not released and
/// expected, 'w' at work, 'd' done, 'o' overridden, 's' by snapshot, 'f' failed, 'F' failed and
/// forgiven, 'L' released and lost, 'h' released and held, '-' left.
std::vector<RolloutMember> members(std::string_view text) {
  std::vector<RolloutMember> members;
  for (const char c : text) {
    RolloutMember one;
    one.id = MemberId(members.size() + 1);
    one.released = c != '.' && c != 'l' && c != 'e' && c != '-';
    one.here = c != 'l' && c != 'L' && c != 'e';
    one.expected = c == 'e';
    one.left = c == '-';
    one.forgiven = c == 'F';
    if (c == 'd') one.outcome = Outcome::kDone;
    if (c == 'f' || c == 'F') one.outcome = Outcome::kFailed;
    if (c == 'L') one.outcome = Outcome::kLost;
    if (c == 'h') one.outcome = Outcome::kHeld;
    if (c == 'o') one.outcome = Outcome::kOverridden;
    if (c == 's') one.outcome = Outcome::kBySnapshot;
    members.push_back(one);
  }
  return members;
}

/// The ids that are released next; "finish", "stop", or "" for nothing yet.
std::string next(const RolloutPolicy& policy, std::string_view text, bool pause_over = true) {
  const RolloutStep step = next_step(policy, members(text), pause_over);
  if (!step.stop.empty()) return "stop";
  if (step.finish) return "finish";
  std::string ids;
  for (MemberId id : step.release) ids += (ids.empty() ? "" : " ") + std::to_string(id.value);
  return ids;
}

const RolloutPolicy kTwo{{2, false}, {0, false}, 0, 0};

TEST(RolloutStep, TheWindowIsKeptFull) {
  EXPECT_EQ(next(kTwo, "....."), "1 2");
  EXPECT_EQ(next(kTwo, "ww..."), "");
  EXPECT_EQ(next(kTwo, "dw..."), "3");
  EXPECT_EQ(next(kTwo, "ddd.."), "4 5");
  EXPECT_EQ(next(kTwo, "dddw-"), "");
  EXPECT_EQ(next(kTwo, "dddd-"), "finish");
  EXPECT_EQ(next({}, "..."), "1 2 3") << "without a window all at once";
  EXPECT_EQ(next({{50, true}, {}, 0, 0}, "....."), "1 2");
  EXPECT_EQ(next({{1, true}, {}, 0, 0}, "....."), "1") << "at least one";
}

TEST(RolloutStep, OneFailureMoreThanMayStopsIt) {
  EXPECT_EQ(next(kTwo, "df..."), "stop");
  EXPECT_EQ(next(kTwo, "dL..."), "stop") << "who is lost has failed";
  EXPECT_EQ(next({{2, false}, {1, false}, 0, 0}, "df..."), "3 4");
  EXPECT_EQ(next({{2, false}, {1, false}, 0, 0}, "ff..."), "stop");
  EXPECT_EQ(next({{2, false}, {40, true}, 0, 0}, "ff..."), "3 4");
  EXPECT_EQ(next(kTwo, "FF..."), "3 4") << "forgiven by a resume";
  EXPECT_EQ(next({{2, false}, {1, false}, 0, 0}, "dddf"), "finish");
  EXPECT_EQ(next(kTwo, "dddf"), "stop");
}

TEST(RolloutStep, WhoIsNotHeardComesLast) {
  EXPECT_EQ(next(kTwo, "l..."), "2 3");
  EXPECT_EQ(next(kTwo, "ldd."), "4");
  EXPECT_EQ(next(kTwo, "lddd"), "1");
}

TEST(RolloutStep, WhoIsExpectedIsWaitedFor) {
  EXPECT_EQ(next(kTwo, "e.le"), "2");
  EXPECT_EQ(next(kTwo, "edld"), "") << "it may join yet, and who is lost comes behind it";
  EXPECT_EQ(next(kTwo, "dddd"), "finish");
}

TEST(RolloutStep, WhoStoppedBeforeWhatItDoesNotKnowHasFailed) {
  EXPECT_EQ(next(kTwo, "dh..."), "stop");
  EXPECT_EQ(next({{2, false}, {1, false}, 0, 0}, "dh..."), "3 4") << "and is not at work";
}

TEST(RolloutStep, CanariesMustAllEndWell) {
  const RolloutPolicy policy{{3, false}, {4, false}, 2, 0};
  EXPECT_EQ(next(policy, "....."), "1 2");
  EXPECT_EQ(next(policy, "dw..."), "");
  EXPECT_EQ(next(policy, "dd..."), "3 4 5");
  EXPECT_EQ(next(policy, "df..."), "stop");
  EXPECT_EQ(next(policy, "ddff."), "5");
  EXPECT_EQ(next(policy, "ss..."), "3 4 5");
  EXPECT_EQ(next(policy, "do..."), "3") << "where nothing was tried nothing is shown";
  EXPECT_EQ(next(policy, "oooo."), "5");
  EXPECT_EQ(next(policy, "ooooo"), "finish");
}

TEST(RolloutStep, WithAPauseItGoesInWaves) {
  const RolloutPolicy policy{{2, false}, {0, false}, 0, 30'000};
  EXPECT_EQ(next(policy, ".....", false), "1 2") << "the first one waits for nothing";
  EXPECT_EQ(next(policy, "dw...", true), "");
  EXPECT_EQ(next(policy, "dd...", false), "");
  EXPECT_TRUE(next_step(policy, members("dd..."), false).waits_for_pause);
  EXPECT_EQ(next(policy, "dd...", true), "3 4");
  EXPECT_EQ(next(policy, "ddddd", false), "finish");
}

}  // namespace
}  // namespace groupctl
