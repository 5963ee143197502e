#include "plan/fields.h"

#include "commands/syntax_text.h"
#include "log/duration.h"
#include "log/text.h"

namespace groupctl::plan {
namespace {

std::string config_text(const Bytes& config) {
  const std::string_view text = as_text(config);
  if (text.size() <= 200 && is_utf8(text)) return std::string(text);
  return std::to_string(config.size()) + " bytes, hash " +
         Hasher().add(ByteView(config)).finish().hex().substr(0, 8);
}

std::string health_text(const HealthCheck& health) {
  if (health.command.empty()) return "";
  return joined(health.command, " ") + " every " + duration_text(health.every_ms) + " within " +
         duration_text(health.within_ms);
}

std::vector<Field> told(const Release& release) {
  return {{"version", "", release.version},
          {"digest", "", release.digest ? "sha256:" + release.digest.hex() : ""},
          {"deployer", "", release.deployer},
          {"config", "", config_text(release.config)},
          {"after", "", joined(release.after, ", ")},
          {"health", "", health_text(release.health)}};
}

}  // namespace

std::vector<Field> fields_between(const Release* from, const Release& to) {
  std::vector<Field> fields = told(to);
  const std::vector<Field> before = told(from != nullptr ? *from : Release{});
  std::vector<Field> differing;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].to == before[i].to) continue;
    differing.push_back({fields[i].name, before[i].to, fields[i].to});
  }
  return differing;
}

}  // namespace groupctl::plan
