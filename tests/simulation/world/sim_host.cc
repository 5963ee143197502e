#include "tests/simulation/world/sim_host.h"

#include "tests/simulation/world/commands.h"

namespace groupctl::sim {

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
  placed_[name] = Placed{release.version, release.digest};
  altered_.erase(name);
  tampered_.erase(name);
  return {};
}

StepResult<void> SimHost::undeploy(const std::string& name) {
  placed_.erase(name);
  altered_.erase(name);
  tampered_.erase(name);
  return {};
}

StepResult<WrittenBundle> SimHost::write_bundle(Sequence at, const MemberView& view) {
  std::string& text = bundles_[at];
  text = view.member + " at " + std::to_string(view.head.last.value) + ", " +
         view.head.state_digest.hex();
  // The view is of one moment: what it says of the state is what the state says.
  GROUPCTL_INVARIANT(view.state.digest() == view.head.state_digest, "a view of two moments");
  return WrittenBundle{"dumps/" + std::to_string(at.value), sim_digest(text), text.size()};
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
    return said->version == found->second.version && said->digest == found->second.digest &&
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
