// What a command's `execute` is given of the machine it runs on. Pure interface: the member
// implements it on the real machine, the simulator in memory.
#pragma once

#include <functional>
#include <memory>
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
  std::string recipe = {};  ///< recipe_of() the release; empty: not known
  Run run = Run::kNothing;
  std::string run_text = {};  ///< more about how it runs, for people
  bool operator==(const Placed&) const = default;
};

/// A closer look at what is in place.
struct Inspection {
  std::optional<Placed> placed;
  /// How its content is not as it was put there, for people; empty: as far as can be known, it is.
  std::string altered;
  bool operator==(const Inspection&) const = default;
};
/// Asked by a look before it spends so much: a file costs 1, and so does each MiB that is read. May
/// wait; false: give up.
using Pace = std::function<bool(std::uint64_t cost)>;
/// As fast as it goes.
inline bool at_once(std::uint64_t) { return true; }

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

/// Where an artefact is, without a look into it.
struct Located {
  std::string repository;   ///< for people
  std::uint64_t bytes = 0;  ///< of the archive
  bool at_hand = false;     ///< it is on this machine already
};

/// What was in place before what is there now.
struct Former {
  std::string deployer;  ///< that had put it there
  Placed placed;         ///< without how it ran
};

/// Puts releases of artefacts in place, and runs them if it is of that kind. Every verb may be
/// repeated after a crash, and what it wants may be so already.
class Deployer {
 public:
  virtual ~Deployer() = default;
  /// Whether it runs what it puts in place.
  virtual bool runs_releases() const = 0;
  /// Bytes that are free where it puts releases; nullopt: not known.
  virtual std::optional<std::uint64_t> room() const = 0;
  /// What is in place under this name; nullopt: nothing of ours.
  virtual StepResult<std::optional<Placed>> status(const std::string& name) = 0;
  /// status(), and whether the content is as it was put there. Changes nothing. The one verb that
  /// may be called on another thread while others run; what it then says may mix before and after.
  virtual StepResult<Inspection> inspect(const std::string& name, const Pace& pace) = 0;
  /// What deploy() would do beside that, for people; empty: nothing to say. Changes nothing.
  virtual StepResult<std::string> foretell(const std::string& name, const Release& release) = 0;
  /// Has at hand what deploy() needs of the release, and checks what can be checked of it. What is
  /// in place, this deployer's or another's, stays as it is.
  virtual StepResult<void> prepare(const std::string& name, const Release& release,
                                   const ArtefactSource& source) = 0;
  /// Puts the release in place and makes it the current one, all or nothing. What is in place
  /// already and was altered is put there anew. Starts nothing and stops nothing.
  virtual StepResult<void> deploy(const std::string& name, const Release& release,
                                  const ArtefactSource& source) = 0;
  /// What was in place before the last deploy(), until proved() is said of what that has put there;
  /// over a crash too. nullopt: nothing, or there is no way back to it.
  virtual std::optional<Former> former(const std::string& name) = 0;
  /// What is in place has come up: former() is given up.
  virtual void proved(const std::string& name) = 0;
  /// Makes a release of its own current again, which was so before the one that is now or still is,
  /// from what is there of it. Starts nothing and stops nothing.
  virtual StepResult<void> go_back(const std::string& name, const Placed& former) = 0;
  /// Stops what runs, and takes away what is not the release's files: another deployer takes over.
  virtual StepResult<void> withdraw(const std::string& name) = 0;
  /// Stops what runs, and removes all of it.
  virtual StepResult<void> undeploy(const std::string& name) = 0;
  /// Has the release in place run, instead of another that may. Of what runs nothing
  /// (Run::kNothing) the next four are never asked.
  virtual StepResult<void> start(const std::string& name) = 0;
  virtual StepResult<void> stop(const std::string& name) = 0;
  virtual StepResult<void> restart(const std::string& name) = 0;
  /// Has what runs read its configuration again, if it can without a new start.
  virtual StepResult<void> refresh(const std::string& name) = 0;
  /// Waits until what is in place says that it is well, at most as long as its release allows.
  virtual StepResult<void> await_health(const std::string& name) = 0;
  /// Writes what it knows into files of this folder, for a dump. Changes nothing else.
  virtual StepResult<void> dump(const std::string& folder) = 0;
};

struct MemberView;

/// What an entry has left on this machine to be fetched, written and synced.
struct LeftFile {
  std::string path;
  ArtefactDigest digest;
  std::uint64_t bytes = 0;
};

/// How a program of this machine ended that EXEC names.
struct ProgramEnd {
  Outcome outcome = Outcome::kDone;  ///< kDone: its exit code was 0
  std::string text;                  ///< otherwise how it ended, and the last line that it said
  std::optional<LeftFile> output;    ///< nullopt: it ended with 0 and said nothing
};

/// A private repository's own build or configuration of what the group wants.
struct Override {
  Release release;  ///< to be had instead
  std::string repository;
  std::string why;  ///< how it differs, for people
  bool operator==(const Override&) const = default;
};

class Host {
 public:
  virtual ~Host() = default;
  /// nullptr: this member has no deployer of that name. An inspecting thread may call both.
  virtual Deployer* deployer(std::string_view name) = 0;
  /// Of all its deployers, ascending.
  virtual std::vector<std::string> deployer_names() = 0;
  /// What a private repository has instead of this release; nullopt: nothing else. Asked anew for
  /// every step.
  virtual StepResult<std::optional<Override>> override_of(const std::string& name,
                                                          const Release& release) = 0;
  /// The artefact by digest, looked up along the repository chain and verified.
  virtual StepResult<ArtefactSource> fetch(const std::string& name, const Release& release) = 0;
  /// Where fetch() would find it; its digest is not checked.
  virtual StepResult<Located> locate(const std::string& name, const Release& release) = 0;
  /// Writes the dump of that entry: the view, the end of the log, the process, and what each
  /// deployer knows. One that is there already is replaced.
  virtual StepResult<LeftFile> write_bundle(Sequence at, const MemberView& view) = 0;
  /// Runs a program that this member allows, by its name, to its end, with the words behind it.
  /// Step: "exec", for one that is not allowed or could not be run.
  virtual StepResult<ProgramEnd> run_program(Sequence at,
                                             const std::vector<std::string>& words) = 0;
  /// Whether run_program() would run that. Step: "exec".
  virtual StepResult<void> may_run(const std::vector<std::string>& words) = 0;
  /// Shown while the step runs; not stored.
  virtual void progress(std::string_view step, int percent) = 0;
};

/// One artefact to bring to what the group wants. Properties need no step.
struct ArtefactStep {
  std::string name;
  DesiredArtefact desired;
  std::optional<ActualArtefact> actual;  ///< what the member's store says is in place
  bool leave = false;     ///< it is held: what is in place is only asked, since a crash may hide it
  bool exactly = false;   ///< said on this member: its private repositories have no word in it
  bool run_only = false;  ///< what is in place stays; the step is about how it runs
};

/// What a member's executor is asked to do for one entry.
struct ExecuteRequest {
  Entry entry;
  std::vector<ArtefactStep> steps;  ///< the artefact keys the entry names
  bool again = false;               ///< it had started before a crash: ask what is there first
  std::shared_ptr<const MemberView> view = {};  ///< for kinds with ApplyRow::needs_view
};
/// That a member's private repositories were asked about a release of the group.
struct AskedRepositories {
  Sequence at;  ///< of the assignment
  std::optional<Override> instead;
  bool operator==(const AskedRepositories&) const = default;
};
struct ExecuteResult {
  Outcome outcome = Outcome::kDone;
  std::string step;
  std::string text;
  /// What is in place now, for each artefact that the step touched; nullopt: nothing.
  std::map<std::string, std::optional<ActualArtefact>> actual;
  /// Where what is in place came from, for each artefact that was fetched.
  std::map<std::string, std::string> sources = {};
  /// How it runs now, for each artefact whose deployer could be asked.
  std::map<std::string, RunState> runs = {};
  /// By artefact.
  std::map<std::string, AskedRepositories> overrides = {};
};

/// How a kind is carried out on a member.
struct ExecuteRow {
  KindId kind;
  ExecuteResult (*execute)(const ExecuteRequest& request, Host& host);
};
/// nullptr: this build cannot execute that kind. (Generated from GROUP_COMMANDS.)
const ExecuteRow* find_execute(KindId kind);
using FindExecute = const ExecuteRow* (*)(KindId kind);
/// As the row of its kind does it; without one it is not understood.
ExecuteResult execute_entry(FindExecute find, const ExecuteRequest& request, Host& host);

/// Brings one artefact to what is desired: asks the deployer what is there, fetches, deploys,
/// starts, stops or undeploys. Attach and catch-up: all are this. A release that does not come up
/// gives way to the former one, if there was one.
ExecuteResult reconcile_artefact(const ArtefactStep& step, Host& host);

}  // namespace groupctl
