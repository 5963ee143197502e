// What several verbs look up before they do their own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/client.h"
#include "cli/report.h"
#include "cli/run.h"
#include "commands/state/group_state.h"

namespace groupctl {

/// Why a question that changes nothing has no answer: silence is no unknown outcome.
tl::unexpected<Failure> look_failure(const Client& client, const Error& error);

/// Whether it can be asked; and why not, for people.
bool is_here(const MemberInfo& member);
std::string lost_text(const MemberInfo& member);
/// The whole roster, by name; `head` is where the log ends.
Result<std::vector<MemberInfo>> read_members(Client& client, std::uint64_t within_ms,
                                             Sequence& head);
/// The members of these names, all if there are none. Failure: exit 3 for one that is not there.
tl::expected<std::vector<MemberInfo>, Failure> named_members(std::vector<MemberInfo> all,
                                                             const std::vector<std::string>& names);

/// The rows of the group's state whose key begins with `prefix`, added to `state`. While commands
/// go on two rows may be of different moments; each is whole.
Status read_state(Client& client, const std::string& prefix, std::uint64_t within_ms,
                  GroupState& state);

// ---- asked of one member, through its coordinator. Error kUnknownSession: it is not here, or does
// not answer.

Result<Answer> ask_member(Client& client, MemberId member, const Question& question,
                          std::uint64_t within_ms);
/// Many at once: their answers, in the order of the questions.
std::vector<Result<Answer>> ask_members(Client& client,
                                        const std::vector<std::pair<MemberId, Question>>& questions,
                                        std::uint64_t within_ms);
/// The answer wanted, or what the member refuses with.
template <class Wanted>
Result<Wanted> answer_as(Result<Answer> answer) {
  if (!answer) return tl::unexpected(answer.error());
  if (auto* refused = std::get_if<Refused>(&*answer)) return fail(refused->code, refused->text);
  if (auto* wanted = std::get_if<Wanted>(&*answer)) return std::move(*wanted);
  return fail(ErrorCode::kInternal, "the member gave another answer");
}
/// All that it has otherwise than the group wants.
Result<std::vector<Deviation>> read_deviations(Client& client, MemberId member,
                                               std::uint64_t within_ms);
/// What it has in place of this artefact, and from which repository; nullopt: nothing.
Result<std::optional<PlacedArtefact>> read_placed(Client& client, MemberId member,
                                                  const std::string& name, std::uint64_t within_ms);
/// Has it give up these deviations (none: all). Gives the job to wait for.
Result<std::uint64_t> begin_reconcile(Client& client, MemberId member,
                                      const ReconcileQuestion& question, std::uint64_t within_ms);
/// Between two questions about a job.
inline constexpr std::uint64_t kJobPollMs = 100;
/// What a job is that has not ended when the time is up.
Error job_goes_on();
/// Waits until the member says that the job has ended. kTimeout: it goes on.
Result<std::vector<KeyResult>> await_job(Client& client, MemberId member, std::uint64_t job,
                                         std::uint64_t within_ms, std::uint64_t until_ms);

}  // namespace groupctl
