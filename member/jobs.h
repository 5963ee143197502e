// What was asked of this member alone, until somebody has heard how it ended.
#pragma once

#include <map>
#include <optional>

#include "commands/host.h"
#include "wire/question_messages.h"

namespace groupctl {

class Jobs {
 public:
  /// Open at once; beyond it a command is refused as busy.
  static constexpr std::size_t kMaxOpenJobs = 64;
  /// Ended ones that can still be asked for; the oldest are forgotten.
  static constexpr std::size_t kMaxEndedJobs = 64;

  bool full() const { return open_ >= kMaxOpenJobs; }
  /// Gives it a number. `token`: who waits on the member's own socket; 0: nobody.
  std::uint64_t open(std::vector<std::string> keys, std::uint64_t token);

  struct Ended {
    std::uint64_t token = 0;
    JobState state;
  };
  /// nullopt: no such job. Keys without a result were in order.
  std::optional<Ended> end(std::uint64_t number,
                           const std::map<std::string, ExecuteResult>& by_name);
  /// nullopt: never heard of, or forgotten.
  std::optional<JobState> find(std::uint64_t number) const;

 private:
  struct Job {
    std::vector<std::string> keys;
    std::uint64_t token = 0;
    JobState state;
  };
  void forget();

  std::map<std::uint64_t, Job> jobs_;
  std::size_t open_ = 0;
  std::uint64_t last_ = 0;
};

}  // namespace groupctl
