// A member's machine, as far as commands touch it: what is in place, and what fails.
#pragma once

#include <map>
#include <set>
#include <string>

#include "commands/member_view.h"
#include "member/work.h"
#include "tests/simulation/world/faults.h"
#include "wire/question_messages.h"

namespace groupctl::sim {

/// Survives its member's crashes: a copy of nothing, it is the disk that the deployer writes.
class SimHost final : public Host, private Deployer {
 public:
  SimHost(Pcg& random, const Faults& faults) : random_(random), faults_(faults) {}

  const std::map<std::string, Placed>& placed() const { return placed_; }
  void wipe() {
    placed_.clear();
    altered_.clear();
    tampered_.clear();
    own_builds_.clear();
    bundles_.clear();
    ran_.clear();
  }
  // Somebody's hand on the machine.
  /// Its private repository gets a build of its own of this version, or has it no longer.
  void toggle_own_build(const std::string& name, const std::string& version);
  void remove_by_hand(const std::string& name);
  void alter_by_hand(const std::string& name);
  void stop_by_hand(const std::string& name);
  /// What was changed by hand and is not known to the member.
  const std::set<std::string>& tampered() const { return tampered_; }
  void forget_tampering_known_to(const Actual& actual);
  std::map<std::string, StepResult<Inspection>> look(const LookRequest& request);
  /// The next `times` deployments fail, whatever the rates say.
  void fail_next(std::uint32_t times) { failures_due_ += times; }

  Deployer* deployer(std::string_view name) override;
  StepResult<std::optional<Override>> override_of(const std::string& name,
                                                  const Release& release) override;
  std::vector<std::string> deployer_names() override { return {"dir"}; }
  StepResult<ArtefactSource> fetch(const std::string& name, const Release& release) override;
  StepResult<Located> locate(const std::string& name, const Release& release) override;
  StepResult<void> may_run(const std::vector<std::string>&) override { return {}; }
  /// A few words that stand for the bundle, so that one of another moment is another one.
  StepResult<LeftFile> write_bundle(Sequence at, const MemberView& view) override;
  /// "false" fails, "true" is silent, and all others say who they were run by.
  StepResult<ProgramEnd> run_program(Sequence at, const std::vector<std::string>& words) override;
  Result<BundleChunk> read_bundle(const BundleQuestion& question) const;
  void progress(std::string_view, int) override {}

 private:
  bool runs_releases() const override { return true; }
  std::optional<std::uint64_t> room() const override { return std::nullopt; }
  StepResult<std::string> foretell(const std::string&, const Release&) override { return ""; }
  StepResult<std::optional<Placed>> status(const std::string& name) override;
  StepResult<Inspection> inspect(const std::string& name, const Pace& pace) override;
  StepResult<void> prepare(const std::string&, const Release&, const ArtefactSource&) override {
    return {};
  }
  std::optional<Former> former(const std::string& name) override;
  void proved(const std::string& name) override;
  StepResult<void> withdraw(const std::string& name) override { return stop(name); }
  StepResult<void> deploy(const std::string& name, const Release& release,
                          const ArtefactSource& source) override;
  StepResult<void> go_back(const std::string& name, const Placed& former) override;
  StepResult<void> undeploy(const std::string& name) override;
  StepResult<void> start(const std::string& name) override;
  StepResult<void> stop(const std::string& name) override;
  StepResult<void> restart(const std::string& name) override;
  StepResult<void> refresh(const std::string& name) override;
  StepResult<void> await_health(const std::string& name) override;
  StepResult<void> dump(const std::string&) override { return {}; }

  Pcg& random_;
  const Faults& faults_;
  std::map<std::string, Placed> placed_;
  std::map<std::string, Placed> former_;
  std::set<std::string> altered_;  ///< of those that are in place
  std::set<std::string> tampered_;
  std::set<std::string> own_builds_;  ///< "shop@1"
  std::uint32_t failures_due_ = 0;
  std::map<Sequence, std::string> bundles_;
  std::set<Sequence> ran_;  ///< entries whose program was run
};

}  // namespace groupctl::sim
