// What a machine would do, told without doing it: the same code that carries a command out, on a
// host that only looks.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "commands/host.h"

namespace groupctl {

/// A host whose questions another answers, and on which nothing happens: what would be changed is
/// written down, and from then on pretended to be so.
class RehearsingHost : public Host {
 public:
  /// `host` outlives it, and is only asked.
  explicit RehearsingHost(Host& host);
  ~RehearsingHost() override;

  Deployer* deployer(std::string_view name) override;
  std::vector<std::string> deployer_names() override { return host_.deployer_names(); }
  StepResult<std::optional<Override>> override_of(const std::string& name,
                                                  const Release& release) override {
    return host_.override_of(name, release);
  }
  /// Where it is, and whether there is room for it. Step: "fetch".
  StepResult<ArtefactSource> fetch(const std::string& name, const Release& release) override;
  StepResult<Located> locate(const std::string& name, const Release& release) override {
    return host_.locate(name, release);
  }
  StepResult<LeftFile> write_bundle(Sequence at, const MemberView& view) override;
  StepResult<ProgramEnd> run_program(Sequence at, const std::vector<std::string>& words) override;
  StepResult<void> may_run(const std::vector<std::string>& words) override {
    return host_.may_run(words);
  }
  void progress(std::string_view, int) override {}

  /// What would have been done since the last call: "fetch 38.2 MB from group:, deploy 2.4.1 over
  /// 2.4.0, restart"; empty: nothing.
  std::string take_told();

 private:
  class Pretended;
  void tell(std::string what) { told_.push_back(std::move(what)); }

  Host& host_;
  std::map<std::string, std::unique_ptr<Pretended>, std::less<>> deployers_;
  std::vector<std::string> told_;
  std::uint64_t fetched_ = 0;  ///< bytes of the archive that was located last
};

/// An entry as it would be carried out.
struct Rehearsal {
  std::optional<ExecuteResult> settled;  ///< how it ends, if that needs no look at the machine
  ExecuteRequest request;
};
struct Rehearsed {
  Sequence at;
  ExecuteResult end;
};

/// How these would end here one after the other, as things are now: the outcome that each would
/// have, and what would be done for it as text. What only doing shows (a health check, a program's
/// end) is taken to go well.
std::vector<Rehearsed> rehearse(const std::vector<Rehearsal>& entries, FindExecute find,
                                Host& host);

}  // namespace groupctl
