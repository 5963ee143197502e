// A deployer that is a program of somebody else's, by the contract of docs/deployer.md. The files
// of releases are the member's own business: what is verified and unpacked is handed to it.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "member/host/external_program.h"
#include "member/host/health.h"
#include "member/host/releases_deployer.h"

namespace groupctl {

/// A program that hangs, multiplies, floods or crashes is a failed step, of which nothing is left;
/// the former release is then still the current one.
class ExternalDeployer : public ReleasesDeployer {
 public:
  /// `programs` outlives it.
  ExternalDeployer(ExternalProgram program, Releases releases, const Programs& programs)
      : ReleasesDeployer(std::move(releases)), program_(std::move(program)), health_(programs) {}

  /// Has it find again what it said last of each artefact. Once, before any other verb.
  void attach();

  bool runs_releases() const override { return true; }
  /// Asks its program by "plan"; one that has none says nothing. The release is not unpacked then.
  StepResult<std::string> foretell(const std::string& name, const Release& release) override;
  StepResult<std::optional<Placed>> status(const std::string& name) override;
  StepResult<Inspection> inspect(const std::string& name, const Pace& pace) override;
  /// The release becomes current when the program has done its part; killed before, all of it is
  /// done again.
  StepResult<void> deploy(const std::string& name, const Release& release,
                          const ArtefactSource& source) override;
  StepResult<void> go_back(const std::string& name, const Placed& former) override;
  StepResult<void> withdraw(const std::string& name) override;
  StepResult<void> start(const std::string& name) override;
  StepResult<void> stop(const std::string& name) override;
  StepResult<void> restart(const std::string& name) override;
  StepResult<void> refresh(const std::string& name) override;
  StepResult<void> await_health(const std::string& name) override;
  StepResult<void> dump(const std::string& folder) override;

 private:
  ExternalSubject subject(const ReleaseRecord& record) const;
  StepResult<ExternalSubject> subject_in_place(const std::string& name,
                                               std::string_view step) const;
  /// What the program said of how a release runs.
  StepResult<void> take_run(const deployers::CallEnd& said, const ReleaseRecord& record,
                            Placed& placed) const;
  StepResult<void> hand_over(const ReleaseRecord& record);
  Status note_begun(const std::string& name, const std::string& version);
  StepError handed_back(const std::string& name, const ReleaseRecord& failed, StepError why);
  /// What the program takes it says itself.
  Status check_config(const Bytes&) const override { return {}; }
  /// By "status"; of a program that has none it is not known.
  StepResult<void> add_run(const ReleaseRecord& record, Placed& placed) const override;
  void find_again(const ReleaseRecord& record);
  void not_foreign(const std::string& name);

  ExternalProgram program_;
  HealthChecks health_;
  mutable std::mutex mutex_;                    // an inspecting thread reads it
  std::map<std::string, std::string> foreign_;  // what attach() found instead, by artefact
};

}  // namespace groupctl
