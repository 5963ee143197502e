// The program of an external deployer, as the member calls it.
#pragma once

#include <functional>
#include <string>

#include "deployers/call.h"
#include "member/host/external_notes.h"
#include "member/host/programs.h"
#include "member/host/release_files.h"

namespace groupctl {

struct ExternalConfig {
  std::string name;
  std::string path;    ///< of the program; absolute
  std::string folder;  ///< STATE/deployers/NAME; absolute
  /// For one step with all its tries. What only asks has deployers::kQuickMs.
  std::uint64_t timeout_ms = 300'000;
};

/// What a call is about.
struct ExternalSubject {
  ReleaseRecord record;
  std::string folder;  ///< of the release's files
  std::string link;    ///< that names the current release
};

class ExternalProgram {
 public:
  /// How often a step is tried that ends as temporary, and the pause before the second try; it
  /// doubles with each.
  static constexpr int kTries = 4;
  static constexpr std::uint64_t kPauseMs = 500;

  using OnProgress = std::function<void(std::string_view step, int percent)>;

  /// `programs` outlives it. `on_progress` is called by the thread that calls do().
  ExternalProgram(ExternalConfig config, const Programs& programs, OnProgress on_progress);

  const std::string& name() const { return config_.name; }
  const ExternalNotes& notes() const { return notes_; }

  /// Those that change nothing (deployers::only_asks()). Any thread.
  deployers::CallEnd ask(const std::string& command, const ExternalSubject& subject) const;
  /// "plan", with the configuration of a release that is not in place. It changes nothing.
  deployers::CallEnd plan(const ExternalSubject& subject) const;
  /// All others. What is temporary is tried again within the step's time, what it says on stderr is
  /// kept, and its handle. Gives whether it has the sub-command at all. The step is the command's.
  StepResult<bool> tell(const std::string& command, const ExternalSubject& subject) const;
  /// tell(), and it has to have the sub-command.
  StepResult<void> must(const std::string& command, const ExternalSubject& subject) const;
  /// What it is given with the next call; an empty one changes nothing. Step: `command`.
  StepResult<void> keep_handle(const std::string& command, const std::string& name,
                               const std::string& handle) const;
  /// One try, whose end is of no consequence.
  void dump(const ExternalSubject& subject, const std::string& into) const;

  StepError failed(std::string_view step, const deployers::CallEnd& ended) const;

 private:
  deployers::Call call_of(const std::string& command, const ExternalSubject& subject) const;
  deployers::CallEnd call(const deployers::Call& call,
                          const std::function<void(const deployers::Said&)>& on_said = {}) const;
  deployers::CallEnd try_once(deployers::Call call, int attempt, std::uint64_t left_ms) const;

  ExternalConfig config_;
  const Programs* programs_;
  OnProgress on_progress_;
  ExternalNotes notes_;
};

}  // namespace groupctl
