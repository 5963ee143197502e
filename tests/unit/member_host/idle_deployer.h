// A deployer that has nothing in place and does nothing: tests override what they are about.
#pragma once

#include "commands/host.h"

namespace groupctl::testing {

struct IdleDeployer : Deployer {
  bool runs_releases() const override { return false; }
  std::optional<std::uint64_t> room() const override { return std::nullopt; }
  StepResult<std::string> foretell(const std::string&, const Release&) override { return ""; }
  StepResult<std::optional<Placed>> status(const std::string&) override { return std::nullopt; }
  StepResult<Inspection> inspect(const std::string&, const Pace&) override { return Inspection{}; }
  StepResult<void> prepare(const std::string&, const Release&, const ArtefactSource&) override {
    return {};
  }
  std::optional<Former> former(const std::string&) override { return std::nullopt; }
  void proved(const std::string&) override {}
  StepResult<void> withdraw(const std::string&) override { return {}; }
  StepResult<void> deploy(const std::string&, const Release&, const ArtefactSource&) override {
    return {};
  }
  StepResult<void> go_back(const std::string&, const Placed&) override { return {}; }
  StepResult<void> undeploy(const std::string&) override { return {}; }
  StepResult<void> start(const std::string&) override { return {}; }
  StepResult<void> stop(const std::string&) override { return {}; }
  StepResult<void> restart(const std::string&) override { return {}; }
  StepResult<void> refresh(const std::string&) override { return {}; }
  StepResult<void> await_health(const std::string&) override { return {}; }
  StepResult<void> dump(const std::string&) override { return {}; }
};

}  // namespace groupctl::testing
