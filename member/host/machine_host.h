// The real machine as `execute` sees it: deployers by name, and a chain of repositories: private
// ones in their order, then the shared tail.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "commands/host.h"
#include "member/host/artefact_desk.h"
#include "member/host/artefact_repository.h"
#include "member/host/bundles.h"
#include "member/host/exec_runner.h"
#include "member/host/group_repository.h"
#include "member/host/http_get.h"

namespace groupctl {

struct MachineHostConfig {
  std::vector<std::string> repositories;  ///< URLs of the private ones, asked in this order
  bool allow_override = true;             ///< whether they may have something else
  /// Archives from the group's repository and from web servers stay here, as long as they are no
  /// more than so many bytes.
  std::string cache = {};
  std::uint64_t cache_bytes = 0;
  /// A folder of this member alone. Archives of folders are copied into it while they are digested,
  /// so what was checked is what is unpacked, whoever writes to the repository meanwhile.
  std::string staging;
};

/// Used by one thread, the executor's, but for deployer() and the inspect() of what it gives: those
/// the scanner's thread calls as well. So deployers are added before either thread begins.
class MachineHost : public Host {
 public:
  /// Makes the folders (0700) and drops the archive that a former run left in staging. Errors:
  /// kInvalid for a repository; kIo. The desk outlives the host.
  static Result<std::unique_ptr<MachineHost>> open(const MachineHostConfig& config,
                                                   ArtefactDesk& desk,
                                                   std::unique_ptr<HttpGet> http);

  /// A name that is there already is replaced. Before both threads only.
  void add_deployer(std::string name, std::unique_ptr<Deployer> deployer);
  /// Told of the running step's progress, on the executor's thread.
  void on_progress(std::function<void(std::string_view step, int percent)> told);

  /// Where dumps go; without it they fail. Outlives the host. Before the first request only.
  void keep_bundles(const Bundles& bundles) { bundles_ = &bundles; }

  /// What EXEC may run; without it nothing. Outlives the host. Before the first request only.
  void run_programs(const ExecRunner& runner) { runner_ = &runner; }

  Deployer* deployer(std::string_view name) override;
  std::vector<std::string> deployer_names() override;
  /// Of archive and configuration each the first private repository that has it decides. Steps:
  /// "fetch"; "verify" where overrides are not allowed.
  StepResult<std::optional<Override>> override_of(const std::string& name,
                                                  const Release& release) override;
  /// The first private repository that holds the name and version decides: its archive has the
  /// digest, or the step has failed. Then the shared tail, where a wrong digest is damage: that is
  /// said, and the next one asked. The source's path is good until the next fetch.
  StepResult<ArtefactSource> fetch(const std::string& name, const Release& release) override;
  StepResult<Located> locate(const std::string& name, const Release& release) override;
  StepResult<LeftFile> write_bundle(Sequence at, const MemberView& view) override;
  StepResult<ProgramEnd> run_program(Sequence at, const std::vector<std::string>& words) override;
  StepResult<void> may_run(const std::vector<std::string>& words) override;
  void progress(std::string_view step, int percent) override;

 private:
  using Fetched = tl::expected<ArtefactSource, Miss>;

  MachineHost(const MachineHostConfig& config, ArtefactCache cache, ArtefactDesk& desk,
              std::unique_ptr<HttpGet> http);
  /// Of a folder or a web server. Error: kInvalid.
  Result<std::unique_ptr<ArtefactRepository>> repository_at(const std::string& url);
  StepResult<void> find_own_build(const std::string& name, const Release& wanted, Override& own);
  StepResult<void> find_own_config(const std::string& name, const Release& wanted, Override& own);
  tl::expected<Located, Miss> locate_in(const std::string& url, const std::string& name,
                                        const Release& release);
  Fetched fetch_shared(const std::string& name, const Release& release, std::string& tried);
  Fetched fetch_from(const std::string& url, bool last, const std::string& name,
                     const Release& release);

  bool allow_override_;
  std::string staged_path_;
  ArtefactCache cache_;
  GroupRepository group_;
  ArtefactDesk& desk_;
  std::unique_ptr<HttpGet> http_;
  const ArtefactRepository::Progress fetching_;
  std::vector<std::unique_ptr<ArtefactRepository>> private_;
  std::map<std::string, std::unique_ptr<Deployer>, std::less<>> deployers_;
  std::function<void(std::string_view, int)> told_;
  const Bundles* bundles_ = nullptr;
  const ExecRunner* runner_ = nullptr;
};

}  // namespace groupctl
