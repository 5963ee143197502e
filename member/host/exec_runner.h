// EXEC on the real machine: the programs that this member allows, run to their end.
//
//     DIR/SEQ.json           what the program of the entry SEQ said (output_text)
//     DIR/.work              where it runs: made empty for each
#pragma once

#include <map>
#include <string>
#include <vector>

#include "member/host/left_files.h"
#include "member/host/programs.h"

namespace groupctl {

/// Name -> absolute path.
using AllowedPrograms = std::map<std::string, std::string, std::less<>>;
/// By the last part of each path. Error: kInvalid for two files with one name.
Result<AllowedPrograms> allowed_programs(const std::vector<std::string>& paths);

/// How a program ended and what it said, as the JSON object that is kept of it: {"end": "exit code
/// 3", "exitCode": 3, "out": "...", "err": "..."}, without exitCode unless it ended by itself.
/// Nothing else is in it, so that members whose programs say the same keep the same.
std::string output_text(const keeper::Ended& ended);

struct ExecConfig {
  AllowedPrograms allowed;
  std::string folder;  ///< absolute; of this member alone, made when it is needed
  std::uint64_t timeout_ms = 0;
};

/// run() from one thread; of files() another may read.
class ExecRunner {
 public:
  static constexpr std::size_t kMaxKeptOutputs = 64;

  /// `programs` outlives it.
  ExecRunner(ExecConfig config, const Programs& programs);

  /// As Host::may_run().
  StepResult<void> may_run(const std::vector<std::string>& words) const;
  /// As Host::run_program().
  StepResult<ProgramEnd> run(Sequence at, const std::vector<std::string>& words) const;
  const LeftFiles& files() const { return files_; }

 private:
  Result<keeper::Ended> run_in(const std::string& folder, Sequence at, const std::string& path,
                               const std::vector<std::string>& words) const;
  Result<LeftFile> keep(Sequence at, const keeper::Ended& ended) const;

  ExecConfig config_;
  const Programs* programs_;
  LeftFiles files_;
};

}  // namespace groupctl
