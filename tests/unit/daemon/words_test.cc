// Durations, did-you-mean, exit codes and clocks.
#include <gtest/gtest.h>

#include "daemon/clock.h"
#include "daemon/exit_codes.h"
#include "log/duration.h"
#include "log/nearest.h"

namespace groupctl {
namespace {

TEST(DurationTest, NeedsAUnit) {
  EXPECT_EQ(parse_duration_ms("200ms").value(), 200u);
  EXPECT_EQ(parse_duration_ms("30s").value(), 30'000u);
  EXPECT_EQ(parse_duration_ms("10m").value(), 600'000u);
  EXPECT_EQ(parse_duration_ms("2h").value(), 7'200'000u);
  EXPECT_EQ(parse_duration_ms("7d").value(), 604'800'000u);
  for (const char* shortest : {"0s", "1ms", "1500ms", "30s", "90s", "10m", "36h", "7d"}) {
    EXPECT_EQ(duration_text(*parse_duration_ms(shortest)), shortest);
  }
  EXPECT_EQ(duration_text(20'000), "20s");
  for (const char* bad : {"", "3", "s", "3 s", "-3s", "3sec", "1.5s", "99999999999999999999s",
                          "9223372036854775807d"}) {
    EXPECT_FALSE(parse_duration_ms(bad)) << bad;
  }
}

TEST(NearestTest, FindsWhatFingersMeant) {
  const std::vector<std::string> verbs = {"deploy", "set", "unset", "ping", "log"};
  EXPECT_EQ(nearest_word("depoly", verbs), "deploy");
  EXPECT_EQ(nearest_word("dploy", verbs), "deploy");
  EXPECT_EQ(nearest_word("est", verbs), "set");
  EXPECT_EQ(nearest_word("wholly-other", verbs), "");
  EXPECT_EQ(did_you_mean("pnig", verbs), " Did you mean: ping?");
  EXPECT_EQ(did_you_mean("x", verbs), "");
}

TEST(NearestTest, CountsEdits) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("abc", ""), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("ab", "ba"), 1u);
}

TEST(ExitCodesTest, SayWhyADaemonEnded) {
  EXPECT_EQ(exit_code_for(ErrorCode::kInUse), 73);
  EXPECT_EQ(exit_code_for(ErrorCode::kCorrupt), 65);
  EXPECT_EQ(exit_code_for(ErrorCode::kRollback), 65);
  EXPECT_EQ(exit_code_for(ErrorCode::kUnsupported), 65);
  EXPECT_EQ(exit_code_for(ErrorCode::kIo), 74);
  EXPECT_EQ(exit_code_for(ErrorCode::kInvalid), 2);
  EXPECT_EQ(exit_code_for(ErrorCode::kInternal), 70);
}

TEST(ClockTest, LocalTimeDoesNotGoBack) {
  const LocalTime first = local_now();
  EXPECT_GT(first.value, 0u);
  EXPECT_GE(local_now(), first);
  EXPECT_GT(wall_now_ms(), 1'600'000'000'000u);
}

}  // namespace
}  // namespace groupctl
