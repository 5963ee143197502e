// Targets that groupctl looks up, against a scripted coordinator.
#include "cli/targeting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "cli/parser.h"
#include "commands/state/target.h"
#include "tests/unit/cli/scripted_coordinator.h"
#include "tests/unit/member_host/temp_dir.h"

namespace groupctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Names = std::vector<std::string>;

class TargetingTest : public ::testing::Test {
 protected:
  TargetingTest() : coordinator([this](const AdminRequest& request) { return answer(request); }) {
    for (std::uint64_t id = 1; id <= 9; ++id) {
      MemberInfo& one = members.emplace_back();
      one.id = MemberId(id);
      one.name = "web-0" + std::to_string(id);
      one.state = MemberState::kInStep;
      one.marks = {Sequence(500), Sequence(500)};
      one.labels = {{"rack", id < 4 ? "r1" : "r2"}};
    }
  }

  std::vector<AdminReply> answer(const AdminRequest& request) {
    if (std::holds_alternative<MembersQuery>(request)) {
      return {MembersReply{members, false, Sequence(500)}};
    }
    if (std::holds_alternative<Watch>(request)) {
      Update update;
      update.sequence = Sequence(412);
      update.version = 1;
      update.targets = static_cast<std::uint32_t>(rows.size());
      for (const LedgerRow& row : rows) update.counts.push_back({row.outcome, 1});
      update.rows = rows;
      update.closed = true;
      return {update};
    }
    return {};
  }

  /// What `set a=b` with these words is for.
  tl::expected<Names, Failure> of(const Names& more) {
    Names words = {"set", "a=b"};
    words.insert(words.end(), more.begin(), more.end());
    Parsed parsed = parse_command_line(words, syntax_table());
    if (const auto* error = std::get_if<UsageError>(&parsed)) {
      return tl::unexpected(error->failure);
    }
    const auto& invocation = std::get<Invocation>(parsed);
    Client client(coordinator, [] { return false; });
    const Surroundings around{"ana@bastion", [] { return WallClock{}; },
                              [this](std::string_view text) { said += text; }};
    return named_targets(std::get<SubmitCall>(invocation.call), invocation.global, client, around);
  }
  /// How many of the members there are meant.
  std::size_t drawn(const Names& more) {
    const auto texts = of(more);
    EXPECT_TRUE(texts) << texts.error().message;
    const auto target = parse_target(texts.value_or(Names{}));
    EXPECT_TRUE(target) << target.error().text;
    return static_cast<std::size_t>(
        std::count_if(members.begin(), members.end(), [&](const MemberInfo& member) {
          MemberRow row;
          row.name = member.name;
          return matches(*target, row);
        }));
  }
  int refused(const Names& more) {
    const auto targets = of(more);
    EXPECT_FALSE(targets);
    if (targets) return 0;
    why = targets.error().message;
    EXPECT_EQ(why.find('\n'), std::string::npos);
    return targets.error().exit_code;
  }
  std::string file(const std::string& content) {
    const std::string path = temp / "names.txt";
    std::ofstream(path) << content;
    return "@" + path;
  }

  TempDir temp;
  std::vector<MemberInfo> members;
  std::vector<LedgerRow> rows;
  std::string said, why;
  ScriptedCoordinator coordinator;
};

TEST_F(TargetingTest, SelectorsPassAsTheyAreAndNobodyIsAsked) {
  EXPECT_THAT(of({}).value(), ElementsAre());
  EXPECT_THAT(of({"-t", "rack=r1", "-t", "web-09"}).value(), ElementsAre("rack=r1", "web-09"));
  EXPECT_TRUE(coordinator.requests.empty());
}

TEST_F(TargetingTest, FailedAreThoseWhoseRowIsBad) {
  rows = {ledger_row(1, "web-01", Outcome::kDone),     ledger_row(2, "web-02", Outcome::kFailed),
          ledger_row(3, "web-03", Outcome::kLost),     ledger_row(4, "web-04", Outcome::kUnknown),
          ledger_row(5, "web-05", Outcome::kTimedOut), ledger_row(77, "gone", Outcome::kFailed)};
  EXPECT_THAT(of({"-t", "@failed:412"}).value(), ElementsAre("name in (web-02,web-04,web-05)"));
  EXPECT_THAT(of({"-t", "@failed:412", "-t", "web-09"}).value(),
              ElementsAre("name in (web-02,web-04,web-05)", "web-09"));
  rows = {ledger_row(1, "web-01", Outcome::kDone)};
  EXPECT_EQ(refused({"-t", "@failed:412"}), 3);
  EXPECT_EQ(why, "@failed:412 is no member now");
  for (const char* word : {"@failed:", "@failed:0", "@failed:x", "@failed:4 12", "@failed:-1"}) {
    EXPECT_EQ(refused({"-t", word}), 2) << word;
  }
}

TEST_F(TargetingTest, BehindAreThoseThatHaveNotObeyedAllAndTheLost) {
  members[1].marks.executed = Sequence(499);
  members[2].state = MemberState::kLost;
  members[4].state = MemberState::kDrifted;
  EXPECT_THAT(of({"-t", "@behind"}).value(), ElementsAre("name in (web-02,web-03)"));
  members[1].marks.executed = Sequence(500);
  members[2].state = MemberState::kInStep;
  EXPECT_EQ(refused({"-t", "@behind"}), 3) << "never all of them";
}

TEST_F(TargetingTest, DriftedAreThoseChangedBehindTheirBack) {
  members[3].delta.drifted = 2;
  members[5].delta.intended = 1;
  EXPECT_THAT(of({"-t", "@drifted"}).value(), ElementsAre("name in (web-04)"));
}

TEST_F(TargetingTest, AFileHasASelectorALine) {
  EXPECT_THAT(
      of({"-t", file("# the old rack\nweb-01\n\n  rack=r2, has(gpu) # and these\r\nx")}).value(),
      ElementsAre("web-01", "rack=r2, has(gpu)", "x"));
  EXPECT_EQ(refused({"-t", file("web-01\nrack=\n")}), 2);
  EXPECT_THAT(why, HasSubstr("names.txt:2: "));
  EXPECT_EQ(refused({"-t", file("# nobody\n")}), 3) << "never all of them";
  EXPECT_EQ(refused({"-t", "@/no/such/file"}), 2);
  EXPECT_EQ(refused({"-t", "@"}), 2);
}

TEST_F(TargetingTest, ALimitDrawsTheSameForTheSameSeed) {
  const auto three = of({"--limit", "3", "--seed", "7"});
  ASSERT_TRUE(three);
  EXPECT_THAT(said, ::testing::StartsWith("3 of 9 drawn by --seed 7: web-0"));
  EXPECT_EQ(of({"--limit", "3", "--seed", "7"}).value(), *three);
  std::set<Names> others;
  for (int seed = 1; seed <= 20; ++seed) {
    others.insert(of({"--limit", "3", "--seed", std::to_string(seed)}).value());
  }
  EXPECT_GT(others.size(), 10U);
  EXPECT_EQ(drawn({"--limit", "67%", "-t", "rack=r1", "--seed", "7"}), 2U) << "of three";
  EXPECT_EQ(drawn({"--limit", "1%"}), 1U);
  EXPECT_THAT(of({"--limit", "50", "-t", "rack=r1"}).value(),
              ElementsAre("name in (web-01,web-02,web-03)"))
      << "names, so that who joins later is not meant";
}

TEST_F(TargetingTest, ALargerLimitDrawsTheSameAndOthers) {
  const Names order = drawn_order({"a", "b", "c", "d", "e"}, 3);
  EXPECT_EQ(order.size(), 5U);
  EXPECT_EQ(drawn_order({"e", "d", "c", "b", "a"}, 3), order);
  EXPECT_NE(drawn_order({"a", "b", "c", "d", "e"}, 4), order);
}

TEST_F(TargetingTest, WrongLimits) {
  for (const char* limit : {"0", "0%", "-1", "x", "101%", ""}) {
    EXPECT_EQ(refused({"--limit", limit}), 2) << limit;
  }
  EXPECT_EQ(refused({"--seed", "7"}), 2);
  EXPECT_EQ(refused({"--limit", "2", "--seed", "x"}), 2);
  EXPECT_EQ(refused({"--limit", "2", "-t", "rack=r9"}), 3);
  EXPECT_EQ(refused({"--limit", "2", "-t", "rack="}), 2);
}

TEST_F(TargetingTest, ACoordinatorThatDoesNotAnswerIsNobodysName) {
  coordinator.reachable = false;
  EXPECT_EQ(refused({"-t", "@behind"}), 4);
  EXPECT_EQ(refused({"-t", "@failed:412"}), 4);
}

}  // namespace
}  // namespace groupctl
