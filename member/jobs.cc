#include "member/jobs.h"

#include <algorithm>

#include "commands/state/rows.h"

namespace groupctl {
namespace {

KeyResult result_of(const std::string& key, const std::map<std::string, ExecuteResult>& by_name) {
  const auto name = artefact_in(key);
  const auto found = name ? by_name.find(std::string(*name)) : by_name.end();
  if (found == by_name.end()) return {key, Outcome::kDone, {}, {}};
  const ExecuteResult& result = found->second;
  // That repository has said so again: nobody here can give it up.
  const bool overridden = result.outcome == Outcome::kOverridden;
  return {key, result.outcome, result.step, (overridden ? "stays: " : "") + result.text};
}

int rank(const KeyResult& result) {
  if (group_of(result.outcome) == OutcomeGroup::kBad) return 0;
  return result.text.empty() ? 2 : 1;
}

}  // namespace

std::uint64_t Jobs::open(std::vector<std::string> keys, std::uint64_t token) {
  jobs_[++last_] = {std::move(keys), token, {true, {}}};
  ++open_;
  return last_;
}

std::optional<Jobs::Ended> Jobs::end(std::uint64_t number,
                                     const std::map<std::string, ExecuteResult>& by_name) {
  const auto found = jobs_.find(number);
  if (found == jobs_.end() || !found->second.state.open) return std::nullopt;
  Job& job = found->second;
  job.state.open = false;
  for (const std::string& key : job.keys) job.state.results.push_back(result_of(key, by_name));
  // An answer has room for so many: the bad ones come first, then those that say something.
  std::stable_sort(job.state.results.begin(), job.state.results.end(),
                   [](const KeyResult& a, const KeyResult& b) { return rank(a) < rank(b); });
  std::size_t bytes = 0;
  auto last =
      std::find_if(job.state.results.begin(), job.state.results.end(), [&](const KeyResult& one) {
        bytes += 100 + one.key.size() + one.step.size() + one.text.size();
        return bytes > kQuestionPageBytes;
      });
  job.state.results.erase(last, job.state.results.end());
  --open_;
  Ended ended{job.token, job.state};
  forget();
  return ended;
}

std::optional<JobState> Jobs::find(std::uint64_t number) const {
  const auto found = jobs_.find(number);
  if (found == jobs_.end()) return std::nullopt;
  return found->second.state;
}

void Jobs::forget() {
  auto at = jobs_.begin();
  while (jobs_.size() - open_ > kMaxEndedJobs) {
    at = at->second.state.open ? std::next(at) : jobs_.erase(at);
  }
}

}  // namespace groupctl
