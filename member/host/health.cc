#include "member/host/health.h"

#include <fmt/format.h>

#include "daemon/clock.h"
#include "deployers/call.h"
#include "log/duration.h"
#include "member/host/names.h"

namespace groupctl {
Environment environment_of(const ReleaseRecord& record, const std::string& folder) {
  return {{"GROUP_ARTEFACT", record.name},
          {"GROUP_VERSION", record.version},
          {"GROUP_DIGEST", "sha256:" + record.digest.hex()},
          {"GROUP_RELEASE_DIR", folder}};
}

StepResult<void> HealthChecks::await(const ReleaseRecord& record, const std::string& folder,
                                     const HealthAs& as) const {
  const HealthCheck& health = record.health;
  if (health.command.empty()) return {};
  const LocalTime until(local_now().value + health.within_ms);
  Environment environment = environment_of(record, folder);
  environment.insert(as.environment.begin(), as.environment.end());
  std::string last;
  for (std::uint64_t tries = 1;; ++tries) {
    auto spec = programs_->spec_for(health.command, folder, environment);
    if (!spec) return step_failed("health", spec.error().text);
    spec->user = as.user;
    const LocalTime began = local_now();
    const std::uint64_t left = until > began ? until.value - began.value : 1;
    const auto ended = programs_->run(*spec, left);
    if (ended && ended->kind == keeper::EndKind::kExited && ended->code == 0) return {};
    const std::string text =
        ended ? deployers::ended_text(*ended, ended->out.text()) : ended.error().text;
    // The try that the end of the time cuts off may have had no time to say what is wrong.
    const bool cut_off = ended && ended->kind == keeper::EndKind::kTimedOut && !last.empty();
    last = cut_off ? last + ", then " + text : text;
    if (programs_->stopping()) return step_failed("health", "the member ends");
    if (local_now().value + health.every_ms >= until.value) {
      return step_failed("health", fmt::format("not well within {}, asked {} times; at last {}",
                                               duration_text(health.within_ms), tries, last));
    }
    programs_->rest(health.every_ms);
  }
}

}  // namespace groupctl
