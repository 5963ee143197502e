// A machine in memory with two deployers, as commands see it.
#pragma once

#include <gtest/gtest.h>

#include "commands/member_view.h"
#include "commands/reconcile.h"
#include "tests/unit/commands/group.h"

namespace groupctl::testing {

struct FakeDeployer : Deployer {
  std::string own_name = "dir";
  std::map<std::string, Placed> placed;
  std::map<std::string, Former> formers;
  std::optional<StepError> prepare_error;
  std::vector<std::string> calls;
  std::optional<StepError> status_error, deploy_error, undeploy_error;
  bool breaks_what_was_there = false;
  std::string altered;
  bool runs = false;
  bool sick = false;
  bool mute_once_deployed = false;
  int start_errors = 0;
  std::optional<StepError> go_back_error;

  std::optional<std::uint64_t> free_bytes;
  std::string foretold;

  static tl::unexpected<StepError> bad(const char* step, const char* text) {
    return tl::unexpected<StepError>(StepError{Outcome::kFailed, step, text});
  }
  bool runs_releases() const override { return runs; }
  std::optional<std::uint64_t> room() const override { return free_bytes; }
  StepResult<std::string> foretell(const std::string&, const Release&) override {
    if (deploy_error) return tl::unexpected<StepError>(*deploy_error);
    return foretold;
  }
  StepResult<std::optional<Placed>> status(const std::string& name) override {
    calls.push_back("status " + name);
    if (status_error) return tl::unexpected<StepError>(*status_error);
    auto found = placed.find(name);
    return found == placed.end() ? std::nullopt : std::optional(found->second);
  }
  StepResult<Inspection> inspect(const std::string& name, const Pace& pace) override {
    calls.push_back("inspect " + name);
    EXPECT_TRUE(pace(1'000'000));
    return Inspection{placed.at(name), altered};
  }
  StepResult<void> prepare(const std::string& name, const Release&,
                           const ArtefactSource& source) override {
    calls.push_back("prepare " + name + " from " + source.path);
    if (prepare_error) return tl::unexpected<StepError>(*prepare_error);
    return {};
  }
  std::optional<Former> former(const std::string& name) override {
    const auto found = formers.find(name);
    return found == formers.end() ? std::nullopt : std::optional(found->second);
  }
  void proved(const std::string& name) override { formers.erase(name); }
  StepResult<void> withdraw(const std::string& name) override {
    calls.push_back("withdraw " + name);
    placed.erase(name);
    return {};
  }
  StepResult<void> deploy(const std::string& name, const Release& wanted,
                          const ArtefactSource& source) override {
    calls.push_back("deploy " + name + " from " + source.path);
    if (breaks_what_was_there) placed.erase(name);
    if (deploy_error) return tl::unexpected<StepError>(*deploy_error);
    const auto was = placed.find(name);
    const bool ran = was != placed.end() && was->second.run != Run::kStopped;
    if (was != placed.end()) formers.insert({name, {own_name, was->second}});
    placed[name] = {wanted.version, wanted.digest, {}, Run::kNothing};
    if (mute_once_deployed) status_error = bad("status", "it hangs").value();
    if (runs) placed[name].run = ran ? Run::kOther : Run::kStopped;
    return {};
  }
  StepResult<void> go_back(const std::string& name, const Placed& former) override {
    calls.push_back("go back " + name + " to " + former.version);
    if (go_back_error) return tl::unexpected<StepError>(*go_back_error);
    const Run run = placed[name].run;
    placed[name] = former;
    formers.erase(name);
    if (former.run != Run::kNothing) placed[name].run = run == Run::kStopped ? run : Run::kOther;
    return {};
  }
  StepResult<void> start(const std::string& name) override {
    calls.push_back("start " + name);
    if (start_errors > 0 && start_errors-- > 0) return bad("start", "it ends at once");
    placed[name].run = Run::kRunning;
    return {};
  }
  StepResult<void> stop(const std::string& name) override {
    calls.push_back("stop " + name);
    placed[name].run = Run::kStopped;
    return {};
  }
  StepResult<void> restart(const std::string& name) override {
    calls.push_back("restart " + name);
    return {};
  }
  StepResult<void> refresh(const std::string& name) override {
    calls.push_back("refresh " + name);
    return {};
  }
  StepResult<void> await_health(const std::string& name) override {
    calls.push_back("health " + name);
    if (sick) return bad("health", "exit code 1");
    return {};
  }
  StepResult<void> undeploy(const std::string& name) override {
    calls.push_back("undeploy " + name);
    if (undeploy_error) return tl::unexpected<StepError>(*undeploy_error);
    placed.erase(name);
    return {};
  }
  StepResult<void> dump(const std::string&) override { return {}; }
};

struct FakeHost : Host {
  FakeDeployer dir, unit;
  FakeHost() { unit.own_name = "unit"; }
  std::vector<std::string> shown;
  std::optional<StepError> fetch_error, override_error, dump_error, exec_error;
  ProgramEnd program_end;
  std::vector<std::vector<std::string>> ran;
  std::optional<Override> own;
  Located located = {"file:/archives", 38'200'000, true};

  Deployer* deployer(std::string_view name) override {
    return name == "dir" ? &dir : name == "unit" ? &unit : nullptr;
  }
  std::vector<std::string> deployer_names() override { return {"dir", "unit"}; }
  StepResult<std::optional<Override>> override_of(const std::string&, const Release&) override {
    if (override_error) return tl::unexpected<StepError>(*override_error);
    return own;
  }
  StepResult<ArtefactSource> fetch(const std::string& name, const Release&) override {
    if (fetch_error) return tl::unexpected<StepError>(*fetch_error);
    return ArtefactSource{"/archives/" + name, "file:/archives"};
  }
  StepResult<Located> locate(const std::string&, const Release&) override {
    if (fetch_error) return tl::unexpected<StepError>(*fetch_error);
    return located;
  }
  StepResult<LeftFile> write_bundle(Sequence at, const MemberView& view) override {
    if (dump_error) return tl::unexpected<StepError>(*dump_error);
    return LeftFile{"/dumps/" + view.member + "-" + std::to_string(at.value), digest_of(1), 12};
  }
  StepResult<ProgramEnd> run_program(Sequence, const std::vector<std::string>& words) override {
    ran.push_back(words);
    if (exec_error) return tl::unexpected<StepError>(*exec_error);
    return program_end;
  }
  StepResult<void> may_run(const std::vector<std::string>&) override {
    if (exec_error) return tl::unexpected<StepError>(*exec_error);
    return {};
  }
  void progress(std::string_view step, int) override { shown.emplace_back(step); }
};

inline ArtefactStep wants(const std::string& name, std::optional<Release> wanted) {
  return {name, {std::move(wanted), Sequence(5), true, {}}, std::nullopt};
}

}  // namespace groupctl::testing
