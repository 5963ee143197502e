// Dry runs: how entries would end here, told without a trace.
#include "member/foretellings.h"
#include "tests/unit/member/member_fixture.h"

namespace groupctl::testing {

class MemberForetells : public MemberFixture {
 protected:
  MemberForetells() { become_member(); }

  /// The last entries of a log that goes on as this member's might.
  static std::vector<Bytes> entries_of(const GroupLog& next, std::size_t count = 1) {
    std::vector<Bytes> entries;
    for (std::size_t i = next.frames().size() - count; i < next.frames().size(); ++i) {
      const ByteView bytes = next.frames()[i]->entry_bytes(0);
      entries.push_back(copy_bytes(bytes));
    }
    return entries;
  }
  /// What was handed to the executor; the test fails if nothing was.
  ForetellRequest handed() {
    if (work.empty() || !std::holds_alternative<ForetellRequest>(work.back().what)) {
      ADD_FAILURE() << "no rehearsal";
      return {};
    }
    auto request = std::get<ForetellRequest>(work.back().what);
    work.pop_back();
    return request;
  }
  std::uint64_t begin(const GroupLog& next, std::size_t count = 1) {
    return ask<Foretelling>(ForetellQuestion{0, log.last(), entries_of(next, count), false}).job;
  }
  void expect_refused(const Question& question, ErrorCode code) {
    const auto refused = ask<Refused>(question);
    EXPECT_EQ(refused.code, code) << refused.text;
  }
};

TEST_F(MemberForetells, WhatTheExecutorSaysAndLeavesNothing) {
  GroupLog next = log;
  next.deploy("site", "1.0");
  const Hash digest = core->head().state_digest;
  const auto job = begin(next);
  const ForetellRequest request = handed();
  EXPECT_EQ(request.job, job);
  ASSERT_EQ(request.entries.size(), 1U);
  EXPECT_FALSE(request.entries[0].settled);
  ASSERT_EQ(request.entries[0].request.steps.size(), 1U);
  EXPECT_EQ(request.entries[0].request.steps[0].desired.release->version, "1.0");
  EXPECT_TRUE(ask<ForetoldPage>(ForetoldQuestion{job, 0}).open);
  step(WorkDone{{WorkId{}, ForetellResult{job, {{next.last(), {Outcome::kDone, {}, "x", {}}}}}}});
  const auto page = ask<ForetoldPage>(ForetoldQuestion{job, 0});
  EXPECT_FALSE(page.open);
  EXPECT_EQ(page.rows, (std::vector<Foretold>{{next.last(), Outcome::kDone, "", "x"}}));
  EXPECT_TRUE(ask<ForetoldPage>(ForetoldQuestion{job, 1}).rows.empty());
  EXPECT_EQ(core->head().state_digest, digest);
  EXPECT_EQ(core->head().last, log.last());
  EXPECT_TRUE(ask<DeltaPage>(DeltaQuestion{}).rows.empty());
}

TEST_F(MemberForetells, AFollowingEntryKnowsOfTheFirst) {
  GroupLog next = log;
  next.deploy("site", "1.0");
  next.deploy("site", "2.0");
  begin(next, 2);
  const ForetellRequest request = handed();
  ASSERT_EQ(request.entries.size(), 2U);
  ASSERT_TRUE(request.entries[0].settled);
  EXPECT_EQ(request.entries[0].settled->outcome, Outcome::kSuperseded);
  EXPECT_EQ(request.entries[1].request.steps.at(0).desired.release->version, "2.0");
}

TEST_F(MemberForetells, ARollingDeployAsIfItHadBeenReleased) {
  GroupLog next = log;
  next.deploy_rolling("site", "1.0", Target::all());
  begin(next);
  const ForetellRequest request = handed();
  ASSERT_EQ(request.entries.size(), 1U);
  ASSERT_FALSE(request.entries[0].settled);
  EXPECT_EQ(request.entries[0].request.steps.at(0).desired.release->version, "1.0");
}

TEST_F(MemberForetells, WithItsOwnDeviations) {
  publish(log.deploy("site", "1.0"));
  work_ends();
  local(LocalHold{"site"});
  work_ends();
  GroupLog next = log;
  next.deploy("site", "2.0");
  begin(next);
  const ForetellRequest request = handed();
  ASSERT_EQ(request.entries.size(), 1U);
  ASSERT_TRUE(request.entries[0].settled);
  EXPECT_EQ(request.entries[0].settled->outcome, Outcome::kOverridden);
}

TEST_F(MemberForetells, OnlyOfWhatCountsIt) {
  GroupLog next = log;
  next.deploy("site", "1.0", Target::one(MemberId(999)));
  const auto job = begin(next);
  EXPECT_TRUE(handed().entries.empty());
  step(WorkDone{{WorkId{}, ForetellResult{job, {}}}});
  EXPECT_EQ(ask<ForetoldPage>(ForetoldQuestion{job, 0}), ForetoldPage{});
}

TEST_F(MemberForetells, InSeveralQuestionsAndSeveralPages) {
  GroupLog next = log;
  for (int i = 0; i < 400; ++i) next.set("p" + std::to_string(i), "x");
  const auto entries = entries_of(next, 400);
  ForetellQuestion question{0, log.last(), {}, true};
  for (std::size_t i = 0; i < entries.size(); i += 100) {
    const auto at = entries.begin() + static_cast<std::ptrdiff_t>(i);
    question.entries.assign(at, at + 100);
    question.more = i + 100 < entries.size();
    question.job = ask<Foretelling>(question).job;
    EXPECT_EQ(work.empty(), question.more);
  }
  ForetellResult result{question.job, {}};
  for (const Rehearsal& one : handed().entries) {
    result.ends.push_back(
        {one.request.entry.sequence, {Outcome::kDone, {}, std::string(400, 'x'), {}}});
  }
  ASSERT_EQ(result.ends.size(), 400U);
  step(WorkDone{{WorkId{}, result}});
  std::size_t rows = 0;
  bool more = true;
  for (int pages = 0; more && pages < 10; ++pages) {
    const auto page = ask<ForetoldPage>(ForetoldQuestion{question.job, rows});
    rows += page.rows.size();
    more = page.more;
  }
  EXPECT_EQ(rows, 400U);
}

TEST_F(MemberForetells, OfAnotherLogOrNoneIsRefused) {
  GroupLog next = log;
  next.set("a", "1");
  next.set("b", "2");
  expect_refused(ForetellQuestion{0, next.last(), {}, false}, ErrorCode::kConflict);
  expect_refused(ForetellQuestion{0, log.last(), entries_of(next), false}, ErrorCode::kInvalid);
  expect_refused(ForetellQuestion{0, log.last(), {{1, 2, 3}}, false}, ErrorCode::kInvalid);
  expect_refused(ForetellQuestion{77, log.last(), {}, false}, ErrorCode::kNotFound);
  expect_refused(ForetoldQuestion{77, 0}, ErrorCode::kNotFound);
  EXPECT_TRUE(work.empty());
}

TEST_F(MemberForetells, OldDryRunsMakeWayForNewOnes) {
  const ForetellQuestion gathers{0, log.last(), {}, true};
  const auto first = ask<Foretelling>(gathers).job;
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < Foretellings::kMaxForetellings; ++i) {
    last = ask<Foretelling>(gathers).job;
  }
  expect_refused(ForetellQuestion{first, log.last(), {}, false}, ErrorCode::kNotFound);
  EXPECT_EQ(ask<Foretelling>(ForetellQuestion{last, log.last(), {}, false}).job, last);
  for (std::size_t i = 1; i < Foretellings::kMaxForetellings; ++i) {
    ask<Foretelling>(ForetellQuestion{0, log.last(), {}, false});
  }
  expect_refused(gathers, ErrorCode::kBusy);
}

}  // namespace groupctl::testing
