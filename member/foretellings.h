// Dry runs that operators ask of this member: entries are gathered, rehearsed by the executor, and
// what is foretold stays until it is forgotten. Pure.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "member/settle.h"
#include "member/work.h"
#include "wire/question_messages.h"

namespace groupctl {

/// Entries that are not in the log, and where it would have to end for them.
struct Foretaste {
  Sequence head;
  std::vector<Entry> entries;
};

class Foretellings {
 public:
  /// Being gathered, with the executor, or ended; of those that are not with the executor the
  /// oldest goes for a new one.
  static constexpr std::size_t kMaxForetellings = 8;
  /// Of the entries of one: as much as a submit may hold.
  static constexpr std::size_t kMaxForetellBytes = kMaxBatchFrames * kMaxFrameBytes;

  /// Gives its job. Errors: kInvalid, kNotFound for a job that is not gathered any more, kBusy.
  Result<std::uint64_t> add(const ForetellQuestion& question);
  /// It is all there: what is to be rehearsed.
  Foretaste begin(std::uint64_t job);
  void drop(std::uint64_t job) { jobs_.erase(job); }
  void end(const ForetellResult& result);
  /// Rows from there on, as many as fit. Error: kNotFound.
  Result<ForetoldPage> page(const ForetoldQuestion& question) const;

 private:
  enum class Phase : std::uint8_t { kGathering, kRehearsed, kEnded };
  struct Job {
    Phase phase = Phase::kGathering;
    Foretaste what;
    std::size_t bytes = 0;
    std::vector<Foretold> rows;
  };
  Result<std::uint64_t> open();

  std::map<std::uint64_t, Job> jobs_;
  std::uint64_t last_ = 0;
};

/// How this member would come to carry them out, on a copy of its state, with its own deviations:
/// those of them that count it, in order. Errors: kConflict unless its log ends where theirs does;
/// kInvalid for entries that do not follow.
Result<std::vector<Rehearsal>> rehearsals_of(const Foretaste& foretaste, Sequence received,
                                             const WorkView& view,
                                             const std::function<MemberView()>& member_view);

}  // namespace groupctl
