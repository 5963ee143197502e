#include "tests/simulation/world/sim_host.h"

#include "tests/simulation/world/commands.h"

namespace groupctl::sim {
namespace {

/// "blog" is pages that others read.
bool runs_something(const std::string& name) { return name != "blog"; }

}  // namespace

Deployer* SimHost::deployer(std::string_view) { return this; }

void SimHost::toggle_own_build(const std::string& name, const std::string& version) {
  const std::string build = name + "@" + version;
  if (own_builds_.erase(build) == 0) own_builds_.insert(build);
}

StepResult<std::optional<Override>> SimHost::override_of(const std::string& name,
                                                         const Release& release) {
  const std::string build = name + "@" + release.version;
  if (!own_builds_.contains(build)) return std::nullopt;
  Override own{release, "file:/own", "file:/own has another archive of " + build};
  own.release.digest = sim_digest("own " + build);
  return own;
}

StepResult<ArtefactSource> SimHost::fetch(const std::string& name, const Release& release) {
  if (random_.chance(faults_.step_failure)) {
    return tl::unexpected(StepError{Outcome::kFailed, "fetch", "no such artefact anywhere"});
  }
  const std::string archive = name + "@" + release.version;
  const bool own = release.digest == sim_digest("own " + archive);
  return ArtefactSource{archive, own ? "file:/own" : "group:"};
}

StepResult<std::optional<Placed>> SimHost::status(const std::string& name) {
  auto found = placed_.find(name);
  if (found == placed_.end()) return std::nullopt;
  return found->second;
}

StepResult<void> SimHost::deploy(const std::string& name, const Release& release,
                                 const ArtefactSource&) {
  const bool due = failures_due_ > 0;
  if (due) --failures_due_;
  if (due || random_.chance(faults_.step_failure)) {
    return tl::unexpected(StepError{Outcome::kFailed, "unpack", "the archive is broken"});
  }
  Placed next{release.version, release.digest, recipe_of(release)};
  const auto was = placed_.find(name);
  if (was != placed_.end()) former_.insert({name, was->second});
  // What ran goes on until it is started anew; the files of a page are only read.
  next.run = !runs_something(name)                                      ? Run::kNothing
             : was == placed_.end() || was->second.run == Run::kStopped ? Run::kStopped
                                                                        : Run::kOther;
  placed_[name] = next;
  altered_.erase(name);
  tampered_.erase(name);
  return {};
}

StepResult<Located> SimHost::locate(const std::string&, const Release&) {
  return Located{"group:", 1000, false};
}

StepResult<void> SimHost::go_back(const std::string& name, const Placed& former) {
  const auto kept = former_.find(name);
  if (kept == former_.end() || kept->second.digest != former.digest) {
    return tl::unexpected(StepError{Outcome::kFailed, "go back", "nothing is left of it"});
  }
  const Run run = placed_[name].run;
  placed_[name] = kept->second;
  if (kept->second.run != Run::kNothing && run != Run::kStopped) placed_[name].run = Run::kOther;
  former_.erase(kept);
  return {};
}

std::optional<Former> SimHost::former(const std::string& name) {
  const auto kept = former_.find(name);
  if (kept == former_.end()) return std::nullopt;
  return Former{"dir", kept->second};
}

void SimHost::proved(const std::string& name) { former_.erase(name); }

StepResult<void> SimHost::start(const std::string& name) {
  if (random_.chance(faults_.step_failure)) {
    return tl::unexpected(StepError{Outcome::kFailed, "start", "it ends at once"});
  }
  placed_[name].run = Run::kRunning;
  return {};
}

StepResult<void> SimHost::stop(const std::string& name) {
  placed_[name].run = Run::kStopped;
  return {};
}

StepResult<void> SimHost::restart(const std::string& name) { return start(name); }
StepResult<void> SimHost::refresh(const std::string&) { return {}; }

StepResult<void> SimHost::await_health(const std::string&) {
  if (!random_.chance(faults_.step_failure)) return {};
  return tl::unexpected(StepError{Outcome::kFailed, "health", "it does not answer"});
}

void SimHost::stop_by_hand(const std::string& name) {
  const auto found = placed_.find(name);
  if (found == placed_.end() || found->second.run != Run::kRunning) return;
  found->second.run = Run::kStopped;
  tampered_.insert(name);
}

StepResult<void> SimHost::undeploy(const std::string& name) {
  placed_.erase(name);
  former_.erase(name);
  altered_.erase(name);
  tampered_.erase(name);
  return {};
}

StepResult<LeftFile> SimHost::write_bundle(Sequence at, const MemberView& view) {
  std::string& text = bundles_[at];
  text = view.member + " at " + std::to_string(view.head.last.value) + ", " +
         view.head.state_digest.hex();
  // The view is of one moment: what it says of the state is what the state says.
  GROUPCTL_INVARIANT(view.state.digest() == view.head.state_digest, "a view of two moments");
  return LeftFile{"dumps/" + std::to_string(at.value), sim_digest(text), text.size()};
}

StepResult<ProgramEnd> SimHost::run_program(Sequence at, const std::vector<std::string>& words) {
  GROUPCTL_INVARIANT(ran_.insert(at).second, "no program is run twice for one entry");
  ProgramEnd end;
  if (words.front() == "true") return end;
  if (words.front() == "false") {
    end.outcome = Outcome::kFailed;
    end.text = "exit code 1";
  }
  std::string& text = bundles_[at];
  text = words.front() + " says so";
  end.output = LeftFile{"exec/" + std::to_string(at.value), sim_digest(text), text.size()};
  return end;
}

Result<BundleChunk> SimHost::read_bundle(const BundleQuestion& question) const {
  const auto found = bundles_.find(question.at);
  if (found == bundles_.end()) return fail(ErrorCode::kNotFound, "no such bundle");
  const std::string& text = found->second;
  const std::size_t from = std::min<std::size_t>(question.offset, text.size());
  return BundleChunk{text.size(), sim_digest(text), question.offset,
                     copy_bytes(as_bytes(text).subspan(from))};
}

StepResult<Inspection> SimHost::inspect(const std::string& name, const Pace&) {
  auto found = placed_.find(name);
  if (found == placed_.end()) return Inspection{};
  return Inspection{found->second, altered_.contains(name) ? "a page is gone" : ""};
}

void SimHost::remove_by_hand(const std::string& name) {
  if (placed_.erase(name) == 0) return;
  altered_.erase(name);
  tampered_.insert(name);
}

void SimHost::alter_by_hand(const std::string& name) {
  if (!placed_.contains(name)) return;
  altered_.insert(name);
  tampered_.insert(name);
}

void SimHost::forget_tampering_known_to(const Actual& actual) {
  std::erase_if(tampered_, [&](const std::string& name) {
    const auto said = in_place(actual, name);
    const auto found = placed_.find(name);
    if (!said || found == placed_.end()) return !said && found == placed_.end();
    const auto run = actual.runs.find(name);
    const Run ran = run == actual.runs.end() ? Run::kNothing : run->second.run;
    return said->version == found->second.version && said->digest == found->second.digest &&
           ran == found->second.run &&
           (!altered_.contains(name) || actual.drifts.contains(artefact_key(name)));
  });
}

std::map<std::string, StepResult<Inspection>> SimHost::look(const LookRequest& request) {
  std::map<std::string, StepResult<Inspection>> found;
  for (const LookRequest::At& at : request.at) {
    found.insert_or_assign(at.name, inspect(at.name, at_once));
  }
  return found;
}

}  // namespace groupctl::sim
