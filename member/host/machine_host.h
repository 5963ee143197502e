// The real machine as `execute` sees it: deployers by name, and a chain of repositories.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "commands/host.h"
#include "member/host/file_repository.h"

namespace groupctl {

struct MachineHostConfig {
  std::vector<std::string> repositories;  ///< URLs, asked in this order
  /// A folder of this member alone. Archives are copied into it while they are digested, so what
  /// was checked is what is unpacked, whoever writes to the repository meanwhile.
  std::string staging;
};

/// Used by one thread, the executor's, but for deployer() and the inspect() of what it gives: those
/// the scanner's thread calls as well. So deployers are added before either thread begins.
class MachineHost : public Host {
 public:
  /// Makes the staging folder (0700) and drops the archive that a former run left in it. Errors:
  /// kInvalid, kUnsupported for a repository; kIo.
  static Result<std::unique_ptr<MachineHost>> open(const MachineHostConfig& config);

  /// A name that is there already is replaced. Before both threads only.
  void add_deployer(std::string name, std::unique_ptr<Deployer> deployer);
  /// Told of the running step's progress, on the executor's thread.
  void on_progress(std::function<void(std::string_view step, int percent)> told);

  Deployer* deployer(std::string_view name) override;
  /// The first repository that holds the name and version decides: its archive has the digest, or
  /// the step has failed. The source's path is good until the next fetch.
  StepResult<ArtefactSource> fetch(const std::string& name, const Release& release) override;
  void progress(std::string_view step, int percent) override;

 private:
  MachineHost(std::vector<FileRepository> repositories, std::string staging);
  StepResult<ArtefactSource> take_over(const FoundArchive& found, const std::string& url,
                                       const ArtefactDigest& wanted);

  std::vector<FileRepository> repositories_;
  std::string staged_path_;
  std::map<std::string, std::unique_ptr<Deployer>, std::less<>> deployers_;
  std::function<void(std::string_view, int)> told_;
};

}  // namespace groupctl
