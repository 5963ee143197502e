#include "commands/rehearsal.h"

#include <utility>

#include "commands/left_behind.h"
#include "log/text.h"

namespace groupctl {
namespace {

std::string told_of(const Release& release, const std::optional<Placed>& former) {
  if (!former) return "deploy " + release.version;
  if (former->version == release.version) return "deploy " + release.version + " anew";
  return "deploy " + release.version + " over " + former->version;
}

ExecuteResult ended(const ExecuteRequest& request, FindExecute find, RehearsingHost& host) {
  ExecuteResult end = execute_entry(find, request, host);
  if (const auto left = content_in(end.text)) end.text = left->before;  // nothing is left behind
  const std::string told = host.take_told();
  if (group_of(end.outcome) != OutcomeGroup::kBad && !told.empty()) {
    end.text = told + (end.text.empty() ? "" : "; " + end.text);
  }
  end.text = std::string(cut_text(end.text, kMaxOutcomeText));
  return end;
}

}  // namespace

/// What the real one says of what is in place, until something would have been changed.
class RehearsingHost::Pretended : public Deployer {
 public:
  Pretended(Deployer& real, RehearsingHost& rehearsal) : real_(real), rehearsal_(rehearsal) {}

  bool runs_releases() const override { return real_.runs_releases(); }
  std::optional<std::uint64_t> room() const override { return real_.room(); }
  StepResult<std::string> foretell(const std::string& name, const Release& release) override {
    return real_.foretell(name, release);
  }
  StepResult<std::optional<Placed>> status(const std::string& name) override {
    const auto now = now_.find(name);
    return now == now_.end() ? real_.status(name) : StepResult<std::optional<Placed>>(now->second);
  }
  StepResult<Inspection> inspect(const std::string& name, const Pace& pace) override {
    const auto now = now_.find(name);
    if (now == now_.end()) return real_.inspect(name, pace);
    return Inspection{now->second, ""};
  }
  StepResult<void> prepare(const std::string& name, const Release& release,
                           const ArtefactSource&) override {
    return would_do(name, release).map([](const std::string&) {});
  }
  StepResult<void> deploy(const std::string& name, const Release& release,
                          const ArtefactSource&) override {
    const auto former = status(name);
    if (!former) return tl::unexpected<StepError>(former.error());
    const auto more = would_do(name, release);
    if (!more) return tl::unexpected<StepError>(more.error());
    rehearsal_.tell(told_of(release, *former) + (more->empty() ? "" : " (" + *more + ")"));
    Placed placed{release.version, release.digest, recipe_of(release)};
    if (runs_releases()) placed.run = runs(name) ? Run::kOther : Run::kStopped;
    now_[name] = std::move(placed);
    return {};
  }
  /// Nothing is tried here, so there is nothing to go back from.
  std::optional<Former> former(const std::string&) override { return std::nullopt; }
  void proved(const std::string&) override {}
  StepResult<void> go_back(const std::string& name, const Placed& former) override {
    now_[name] = former;
    return {};
  }
  StepResult<void> withdraw(const std::string& name) override {
    if (runs(name)) rehearsal_.tell("stop");
    now_[name] = std::nullopt;
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
  StepResult<std::string> would_do(const std::string& name, const Release& release) {
    const std::uint64_t needed = rehearsal_.fetched_;
    if (const auto free = room(); free && *free < needed) {
      return tl::unexpected(StepError{
          Outcome::kFailed, "unpack",
          "no room: needs more than " + bytes_text(needed) + ", has " + bytes_text(*free)});
    }
    return foretell(name, release);
  }
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
  RehearsingHost& rehearsal_;
  std::map<std::string, std::optional<Placed>> now_;
};

RehearsingHost::RehearsingHost(Host& host) : host_(host) {}
RehearsingHost::~RehearsingHost() = default;

Deployer* RehearsingHost::deployer(std::string_view name) {
  const auto known = deployers_.find(name);
  if (known != deployers_.end()) return known->second.get();
  Deployer* real = host_.deployer(name);
  if (real == nullptr) return nullptr;
  auto& made = deployers_[std::string(name)];
  made = std::make_unique<Pretended>(*real, *this);
  return made.get();
}

StepResult<ArtefactSource> RehearsingHost::fetch(const std::string& name, const Release& release) {
  const auto located = host_.locate(name, release);
  if (!located) return tl::unexpected<StepError>(located.error());
  fetched_ = located->bytes;
  tell(located->at_hand ? "take it from " + located->repository
                        : "fetch " + bytes_text(located->bytes) + " from " + located->repository);
  return ArtefactSource{{}, located->repository};
}

StepResult<LeftFile> RehearsingHost::write_bundle(Sequence, const MemberView&) {
  tell("write a bundle");
  return LeftFile{};
}

StepResult<ProgramEnd> RehearsingHost::run_program(Sequence,
                                                   const std::vector<std::string>& words) {
  if (auto allowed = host_.may_run(words); !allowed) {
    return tl::unexpected<StepError>(allowed.error());
  }
  tell("run " + words.front());
  return ProgramEnd{};
}

std::string RehearsingHost::take_told() {
  std::string text;
  for (const std::string& one : std::exchange(told_, {})) text += (text.empty() ? "" : ", ") + one;
  return text;
}

std::vector<Rehearsed> rehearse(const std::vector<Rehearsal>& entries, FindExecute find,
                                Host& host) {
  RehearsingHost rehearsing(host);
  std::vector<Rehearsed> all;
  for (const Rehearsal& one : entries) {
    all.push_back({one.request.entry.sequence,
                   one.settled ? *one.settled : ended(one.request, find, rehearsing)});
  }
  return all;
}

}  // namespace groupctl
