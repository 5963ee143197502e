// Plans as files, and the group that they are compared with.
#pragma once

#include "cli/plan_report.h"
#include "cli/run.h"
#include "plan/plan.h"

namespace groupctl {

/// Failure: exit 2, with everything that is wrong with it.
tl::expected<plan::Plan, Failure> load_plan(const PlanFile& file);

/// A plan beside the group as it is.
struct ComparedPlan {
  plan::Plan plan;
  Sequence head;  ///< where the log ended before the group was looked at
  plan::Diff diff;

  std::vector<std::string> warnings() const;
};
/// Failure: exit 2 for a plan of another group.
tl::expected<ComparedPlan, Failure> compare_plan(const GlobalOptions& global, const PlanFile& file,
                                                 bool prune, const HelloReply& hello,
                                                 Client& client);
/// All rows of the group's state, and in `head` where the log ended before. Of a log in which
/// something comes all the time two rows may be of different moments; what is submitted behind
/// `head` is then refused.
Result<GroupState> read_group(Client& client, std::uint64_t within_ms, Sequence& head);

PlanDiffReport diff_report(const GlobalOptions& global, const PlanFile& file, bool prune,
                           const ComparedPlan& compared, const HelloReply& hello);
/// "DEPLOY shop@1 to all", of a rollout with its policy.
std::string step_text(const plan::Step& step);

}  // namespace groupctl
