// A machine on which nothing is to be had: tests override what they are about.
#pragma once

#include "commands/host.h"

namespace groupctl::testing {

struct IdleHost : Host {
  Deployer* deployer(std::string_view) override { return nullptr; }
  std::vector<std::string> deployer_names() override { return {}; }
  StepResult<std::optional<Override>> override_of(const std::string&, const Release&) override {
    return std::nullopt;
  }
  StepResult<ArtefactSource> fetch(const std::string&, const Release&) override { return {}; }
  StepResult<Located> locate(const std::string&, const Release&) override { return {}; }
  StepResult<LeftFile> write_bundle(Sequence, const MemberView&) override { return {}; }
  StepResult<ProgramEnd> run_program(Sequence, const std::vector<std::string>&) override {
    return {};
  }
  StepResult<void> may_run(const std::vector<std::string>&) override { return {}; }
  void progress(std::string_view, int) override {}
};

}  // namespace groupctl::testing
