#include "deployers/kit.h"

#include <algorithm>

#include "daemon/clock.h"
#include "deployers/kit_stage.h"

namespace groupctl::deployers {
namespace {

/// At how many moments of a deploy it is killed.
constexpr std::uint64_t kKills = 5;
constexpr const char* kFirst = "1.0";
constexpr const char* kSecond = "2.0";

Check failed(std::string name, std::string why) {
  return {std::move(name), CheckEnd::kFailed, std::move(why)};
}
Check skipped(std::string name, std::string why) {
  return {std::move(name), CheckEnd::kSkipped, std::move(why)};
}
/// "" is ok.
Check judged(std::string name, std::string why) {
  if (why.empty()) return {std::move(name), CheckEnd::kOk, {}};
  return failed(std::move(name), std::move(why));
}

/// Each of these says what is wrong; empty: nothing is.
class Kit {
 public:
  Kit(const KitConfig& config, const std::function<bool()>& cancelled)
      : stage_(config, cancelled) {}

  Result<std::vector<Check>> run() {
    if (Status made = stage_.set_up(); !made) return tl::unexpected<Error>(made.error());
    const auto before = stage_.releases();
    look();
    deploy();
    run_states();
    add("undeploy twice", undeployed_twice());
    add("releases are left as they are",
        stage_.releases() == before ? "" : "it wrote into a release's folder");
    return std::move(checks_);
  }

 private:
  void add(const char* name, std::string why) { checks_.push_back(judged(name, std::move(why))); }

  void look() {
    const CallEnd safe = stage_.call_checked("describe");
    add("nobody else can change it", safe.unsafe ? safe.why : "");
    add("describe", described());
    const CallEnd unknown = stage_.call("no-such-command", kFirst);
    add("what it does not know it says by 64",
        unknown.verdict == Verdict::kNotSupported ? "" : "it ended with " + end_text(unknown));
  }

  void deploy() {
    const std::uint64_t began = local_now().value;
    add("deploy", told("deploy", kFirst));
    const std::uint64_t took_ms = std::max<std::uint64_t>(local_now().value - began, kKills + 1);
    if (checks_.back().end != CheckEnd::kOk) {
      checks_.push_back(skipped("deploy twice", "it does not deploy"));
      checks_.push_back(skipped("deploy after a kill", "it does not deploy"));
      return;
    }
    add("status", status_is_one());
    plan();
    add("deploy twice", deployed_twice());
    add("deploy after a kill", deployed_after_kills(took_ms));
  }

  void plan() {
    const auto before = stage_.status(kFirst);
    const CallEnd planned = stage_.call("plan", kSecond);
    if (planned.verdict == Verdict::kNotSupported) {
      checks_.push_back(skipped("plan", "it says nothing before it deploys"));
    } else {
      add("plan", !planned.done() ? "plan: " + planned.why
                  : before        ? still(*before, kFirst)
                                  : before.error().text);
    }
  }

  void run_states() {
    const CallEnd started = stage_.call("start", kFirst);
    if (started.verdict == Verdict::kNotSupported) {
      for (const char* name :
           {"start twice", "attach to what runs", "stop twice", "attach to what is stopped"}) {
        checks_.push_back(skipped(name, "it runs nothing"));
      }
      return;
    }
    add("start twice", started.done() ? ran_twice("start", "running") : "start: " + started.why);
    attach("attach to what runs", "attached");
    const std::string stopped = told("stop", kFirst);
    add("stop twice", stopped.empty() ? ran_twice("stop", "stopped") : stopped);
    attach("attach to what is stopped", "gone");
  }

  static std::string end_text(const CallEnd& end) {
    return end.why.empty() ? "exit code 0 or 10" : end.why;
  }

  std::string told(const char* command, const char* version) {
    const CallEnd end = stage_.call(command, version);
    return end.done() ? "" : std::string(command) + ": " + end.why;
  }

  std::string described() {
    const CallEnd end = stage_.call("describe", kFirst);
    if (!end.done()) return end.why;
    if (end.result.contract != kContract) return "it does not say \"contract\":1";
    if (end.result.name.empty()) return "it does not say its name";
    const auto& commands = end.result.commands;
    for (const char* needed : {"deploy", "undeploy"}) {
      if (std::find(commands.begin(), commands.end(), needed) == commands.end()) {
        return std::string("its commands are without ") + needed;
      }
    }
    return {};
  }

  std::string status_is_one() {
    const auto status = stage_.status(kFirst);
    return status ? "" : status.error().text;
  }

  /// Compares what it says with what it said before.
  std::string still(const std::string& before, const char* version) {
    const auto after = stage_.status(version);
    if (!after) return after.error().text;
    return *after == before ? "" : "status says " + *after + ", and " + before + " before";
  }

  std::string deployed_twice() {
    const auto before = stage_.status(kFirst);
    if (!before) return before.error().text;
    const std::string again = told("deploy", kFirst);
    return again.empty() ? still(*before, kFirst) : "the second time: " + again;
  }

  std::string deployed_after_kills(std::uint64_t took_ms) {
    for (std::uint64_t kill = 1; kill <= kKills; ++kill) {
      const std::uint64_t at_ms = std::max<std::uint64_t>(took_ms * kill / (kKills + 1), 1);
      stage_.call_killed("deploy", kSecond, at_ms);
      const std::string when = "killed after " + std::to_string(at_ms) + " ms, then ";
      for (const char* version : {kSecond, kFirst}) {
        if (const std::string why = told("deploy", version); !why.empty()) return when + why;
        if (const auto status = stage_.status(version); !status) return when + status.error().text;
      }
    }
    return {};
  }

  std::string ran_twice(const char* command, const std::string& state) {
    const std::string again = told(command, kFirst);
    if (!again.empty()) return "the second time: " + again;
    const auto status = stage_.status(kFirst);
    if (!status) return status.error().text;
    return status->substr(0, status->find(' ')) == state ? "" : "status says " + *status;
  }

  void attach(const char* name, const std::string& expected) {
    const CallEnd end = stage_.call("attach", kFirst);
    if (end.verdict == Verdict::kNotSupported) {
      checks_.push_back(skipped(name, "it has no attach"));
    } else if (!end.done()) {
      add(name, end.why);
    } else {
      add(name, end.result.state == expected
                    ? ""
                    : "it says \"" + end.result.state + "\", not " + expected);
    }
  }

  std::string undeployed_twice() {
    if (std::string why = told("undeploy", kFirst); !why.empty()) return why;
    if (const std::string why = told("undeploy", kFirst); !why.empty()) {
      return "the second time: " + why;
    }
    const auto status = stage_.status(kFirst);
    if (!status) return status.error().text;
    const bool gone = *status == "nothing" || *status == "stopped";
    return gone ? "" : "status says " + *status;
  }

  KitStage stage_;
  std::vector<Check> checks_;
};

}  // namespace

std::string_view to_word(CheckEnd end) {
  switch (end) {
    case CheckEnd::kOk:
      return "ok";
    case CheckEnd::kFailed:
      return "failed";
    case CheckEnd::kSkipped:
      return "skipped";
  }
  return "failed";
}

Result<std::vector<Check>> run_kit(const KitConfig& config,
                                   const std::function<bool()>& cancelled) {
  return Kit(config, cancelled).run();
}

}  // namespace groupctl::deployers
