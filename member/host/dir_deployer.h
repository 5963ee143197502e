// The deployer "dir": a release is a folder of files, and a link says which one is current.
#pragma once

#include <string>

#include "commands/host.h"
#include "member/host/unpack.h"

namespace groupctl {

class ReleaseFiles;

/// Where files are, and why: member/host/release_files.h. A process killed at any moment leaves
/// the former release current, or the new one, never a mixture; the verb may then be repeated. A
/// step that failed leaves the former release current.
class DirDeployer : public Deployer {
 public:
  static constexpr std::string_view kName = "dir";
  /// How many releases stay on disk, the current one counted.
  static constexpr std::size_t kKeepVersions = 3;

  explicit DirDeployer(std::string root, std::size_t keep_versions = kKeepVersions,
                       UnpackLimits limits = {});

  /// Removes what a crash left half made. To be called once at start; what it cannot remove stays.
  void clean_up() const;

  /// Answered from the disk alone.
  StepResult<std::optional<Placed>> status(const std::string& name) override;
  /// By the manifest of the current release; one without a manifest is taken as it is.
  StepResult<Inspection> inspect(const std::string& name, const Pace& pace) override;
  /// Steps: "config" (this deployer takes none), "unpack", "place", "switch". A release that is on
  /// disk whole and as it was is not unpacked again.
  StepResult<void> deploy(const std::string& name, const Release& release,
                          const ArtefactSource& source) override;
  /// Removes `current` first, then the releases; what is not of ours stays. Step: "undeploy".
  StepResult<void> undeploy(const std::string& name) override;
  /// NAME.json for every artefact below the root: its releases and their records, and which one is
  /// current.
  StepResult<void> dump(const std::string& folder) override;

 private:
  StepResult<void> place(const ReleaseFiles& files, const std::string& name, const Release& release,
                         const ArtefactSource& source) const;
  void prune(const ReleaseFiles& files, const std::string& current) const;

  std::string root_;
  std::size_t keep_versions_;
  UnpackLimits limits_;
};

}  // namespace groupctl
