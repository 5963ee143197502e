// What a command's `execute` is given of the machine it runs on. Pure interface: the member
// implements it on the real machine, the simulator in memory.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "commands/command.h"
#include "commands/state/delta.h"
#include "log/outcome.h"

namespace groupctl {

/// What a deployer finds in place.
struct Placed {
  std::string version;
  ArtefactDigest digest;
  bool operator==(const Placed&) const = default;
};

/// A step that ended badly: where, and why for people.
struct StepError {
  Outcome outcome = Outcome::kFailed;
  std::string step;
  std::string text;
};
template <class T>
using StepResult = tl::expected<T, StepError>;

/// A verified artefact on this machine.
struct ArtefactSource {
  std::string path;        ///< of the archive; its digest has been checked
  std::string repository;  ///< where it came from, for people
};

/// Puts releases of artefacts in place. Every verb may be repeated after a crash.
class Deployer {
 public:
  virtual ~Deployer() = default;
  /// What is in place under this name; nullopt: nothing of ours.
  virtual StepResult<std::optional<Placed>> status(const std::string& name) = 0;
  /// Puts the release in place and makes it the current one, all or nothing.
  virtual StepResult<void> deploy(const std::string& name, const Release& release,
                                  const ArtefactSource& source) = 0;
  virtual StepResult<void> undeploy(const std::string& name) = 0;
};

class Host {
 public:
  virtual ~Host() = default;
  /// nullptr: this member has no deployer of that name.
  virtual Deployer* deployer(std::string_view name) = 0;
  /// The artefact by digest, looked up along the repository chain and verified.
  virtual StepResult<ArtefactSource> fetch(const std::string& name, const Release& release) = 0;
  /// Shown while the step runs; not stored.
  virtual void progress(std::string_view step, int percent) = 0;
};

/// One key to bring to what the group wants. For artefacts only: properties need no step.
struct ArtefactStep {
  std::string name;
  DesiredArtefact desired;
  std::optional<ActualArtefact> actual;  ///< what the member's store says is in place
};

/// What a member's executor is asked to do for one entry.
struct ExecuteRequest {
  Entry entry;
  std::vector<ArtefactStep> steps;  ///< the artefact keys the entry names
  bool again = false;               ///< it had started before a crash: ask what is there first
};
struct ExecuteResult {
  Outcome outcome = Outcome::kDone;
  std::string step;
  std::string text;
  /// What is in place now, for each artefact that the step touched; nullopt: nothing.
  std::map<std::string, std::optional<ActualArtefact>> actual;
};

/// How a kind is carried out on a member.
struct ExecuteRow {
  KindId kind;
  ExecuteResult (*execute)(const ExecuteRequest& request, Host& host);
};
/// nullptr: this build cannot execute that kind. (Generated from GROUP_COMMANDS.)
const ExecuteRow* find_execute(KindId kind);

/// Brings one artefact to what is desired: asks the deployer what is there, fetches, deploys or
/// undeploys. Attach, restart, refresh, catch-up: all are this.
ExecuteResult reconcile_artefact(const ArtefactStep& step, Host& host);

}  // namespace groupctl
