#include "commands/rehearsal.h"

#include "log/text.h"

namespace groupctl {

/// What the real one says of what is in place, until something would have been changed.
class Rehearsal::Pretended : public Deployer {
 public:
  Pretended(Deployer& real, Rehearsal& rehearsal) : real_(real), rehearsal_(rehearsal) {}

  bool runs_releases() const override { return real_.runs_releases(); }
  StepResult<std::optional<Placed>> status(const std::string& name) override {
    const auto now = now_.find(name);
    return now == now_.end() ? real_.status(name) : StepResult<std::optional<Placed>>(now->second);
  }
  StepResult<Inspection> inspect(const std::string& name, const Pace& pace) override {
    const auto now = now_.find(name);
    if (now == now_.end()) return real_.inspect(name, pace);
    return Inspection{now->second, ""};
  }
  StepResult<void> deploy(const std::string& name, const Release& release,
                          const ArtefactSource&) override {
    rehearsal_.tell("deploy " + release.version);
    Placed placed{release.version, release.digest, recipe_of(release)};
    if (runs_releases()) placed.run = runs(name) ? Run::kOther : Run::kStopped;
    now_[name] = std::move(placed);
    return {};
  }
  StepResult<void> go_back(const std::string& name, const Placed& former) override {
    now_[name] = former;
    return {};
  }
  StepResult<void> undeploy(const std::string& name) override {
    rehearsal_.tell("undeploy");
    now_[name] = std::nullopt;
    return {};
  }
  StepResult<void> start(const std::string& name) override {
    return becomes(name, runs(name) ? "restart" : "start", Run::kRunning);
  }
  StepResult<void> stop(const std::string& name) override {
    return becomes(name, "stop", Run::kStopped);
  }
  StepResult<void> restart(const std::string& name) override {
    return becomes(name, "restart", Run::kRunning);
  }
  StepResult<void> refresh(const std::string& name) override {
    return becomes(name, "refresh", Run::kRunning);
  }
  StepResult<void> await_health(const std::string&) override { return {}; }
  StepResult<void> dump(const std::string&) override { return {}; }

 private:
  bool runs(const std::string& name) {
    const auto placed = status(name);
    return placed && *placed && (*placed)->run != Run::kNothing && (*placed)->run != Run::kStopped;
  }
  StepResult<void> becomes(const std::string& name, std::string what, Run run) {
    auto placed = status(name);
    if (!placed) return tl::unexpected<StepError>(placed.error());
    rehearsal_.tell(std::move(what));
    if (*placed) (*placed)->run = run;
    now_[name] = *std::move(placed);
    return {};
  }

  Deployer& real_;
  Rehearsal& rehearsal_;
  std::map<std::string, std::optional<Placed>> now_;
};

Rehearsal::~Rehearsal() = default;

Deployer* Rehearsal::deployer(std::string_view name) {
  const auto known = deployers_.find(name);
  if (known != deployers_.end()) return known->second.get();
  Deployer* real = host_.deployer(name);
  if (real == nullptr) return nullptr;
  auto& made = deployers_[std::string(name)];
  made = std::make_unique<Pretended>(*real, *this);
  return made.get();
}

StepResult<ArtefactSource> Rehearsal::fetch(const std::string& name, const Release& release) {
  const auto located = host_.locate(name, release);
  if (!located) return tl::unexpected<StepError>(located.error());
  if (located->room < located->bytes) {
    return tl::unexpected(StepError{Outcome::kFailed, "fetch",
                                    "no space: needs more than " + bytes_text(located->bytes) +
                                        ", has " + bytes_text(located->room)});
  }
  tell(located->at_hand ? "take it from " + located->repository
                        : "fetch " + bytes_text(located->bytes) + " from " + located->repository);
  return ArtefactSource{{}, located->repository};
}

StepResult<LeftFile> Rehearsal::write_bundle(Sequence, const MemberView&) {
  tell("write a bundle");
  return LeftFile{};
}

StepResult<ProgramEnd> Rehearsal::run_program(Sequence, const std::vector<std::string>& words) {
  if (auto allowed = host_.may_run(words); !allowed) {
    return tl::unexpected<StepError>(allowed.error());
  }
  tell("run " + words.front());
  return ProgramEnd{};
}

std::string Rehearsal::told() const {
  std::string text;
  for (const std::string& one : told_) text += (text.empty() ? "" : ", ") + one;
  return text;
}

ExecuteResult rehearse(const ExecuteRow& row, const ExecuteRequest& request, Host& host) {
  Rehearsal rehearsal(host);
  ExecuteResult result = row.execute(request, rehearsal);
  const std::string told = rehearsal.told();
  if (group_of(result.outcome) != OutcomeGroup::kBad && !told.empty()) {
    result.text = told + (result.text.empty() ? "" : "; " + result.text);
  }
  result.text = std::string(cut_text(result.text, kMaxOutcomeText));
  return result;
}

}  // namespace groupctl
