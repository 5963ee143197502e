// Releases of artefacts as folders of files, and a link that says which one is current. Every
// deployer keeps them here; what one of them runs is its own business.
#pragma once

#include <optional>
#include <string>

#include "commands/host.h"
#include "member/host/release_files.h"
#include "member/host/unpack.h"

namespace groupctl {

/// Where files are, and why: member/host/release_files.h. A process killed at any moment leaves
/// the former release current, or the new one, never a mixture; the verb may then be repeated. A
/// step that failed leaves the former release current.
class Releases {
 public:
  /// How many releases stay on disk, the current one counted.
  static constexpr std::size_t kKeepVersions = 3;

  /// `deployer`: whose they are. Those of others under the same root are nothing to it.
  Releases(std::string root, std::string deployer, std::size_t keep_versions = kKeepVersions,
           UnpackLimits limits = {});

  /// Removes what a crash left half made. To be called once at start; what it cannot remove stays.
  static void clean_up(const std::string& root);

  /// Bytes that are free where they are; nullopt: not known.
  std::optional<std::uint64_t> room() const;
  /// The record of what is current; nullopt: nothing of this deployer's. From the disk alone.
  StepResult<std::optional<ReleaseRecord>> current(const std::string& name) const;
  /// Where the current release's files are. Good for as long as it is on disk, current or not.
  std::string folder(const ReleaseRecord& record) const;
  /// How the current release is not as it was put in place; empty: it is. By its manifest; one
  /// without a manifest is taken as it is. Step: "inspect".
  StepResult<std::string> altered(const ReleaseRecord& record, const Pace& pace) const;
  /// The link that names the current release's folder, if there is one.
  std::string link(const std::string& name) const { return ReleaseFiles(root_, name).current(); }
  /// Where what it runs may keep what is to outlive a release; nobody here makes or removes it.
  std::string data(const std::string& name) const { return ReleaseFiles(root_, name).data(); }
  /// unpack() and make_current().
  StepResult<void> put(const std::string& name, const Release& release,
                       const ArtefactSource& source) const;
  /// Has a release's files on disk, beside those of the current one, and gives what its record is
  /// to say. Steps: "unpack", "place". What is on disk whole and as it was is not unpacked again.
  StepResult<ReleaseRecord> unpack(const std::string& name, const Release& release,
                                   const ArtefactSource& source) const;
  /// Of what unpack() gave. Steps: "place", "switch".
  StepResult<void> make_current(const ReleaseRecord& record) const;
  /// What was current before the last make_current(), this deployer's or another's, until
  /// forget_former(). nullopt: nothing, or nothing is left of it.
  std::optional<Former> former(const std::string& name) const;
  void forget_former(const std::string& name) const;
  /// The record of what was current before, or is, if it is this one. Step: "go back".
  StepResult<ReleaseRecord> find_again(const std::string& name, const Placed& former) const;
  /// Makes what find_again() finds current. Step: "go back".
  StepResult<void> go_back(const std::string& name, const Placed& former) const;
  /// Removes `current` first, then the releases; what is not of ours stays. Step: "undeploy".
  StepResult<void> remove(const std::string& name) const;
  /// NAME.json for every artefact below the root: its releases and their records, and which one is
  /// current.
  StepResult<void> dump(const std::string& folder) const;

 private:
  StepResult<void> place_files(const ReleaseFiles& files, const ReleaseRecord& record,
                               const ArtefactSource& source) const;
  void prune(const ReleaseFiles& files, const std::string& current) const;

  std::string root_;
  std::string deployer_;
  std::size_t keep_versions_;
  UnpackLimits limits_;
};

/// As a deployer's status() says it, without how it runs.
Placed placed_of(const ReleaseRecord& record);

}  // namespace groupctl
