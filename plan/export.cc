#include "plan/export.h"

#include "commands/state/target.h"
#include "daemon/expansion.h"
#include "daemon/toml.h"
#include "log/duration.h"
#include "log/text.h"
#include "plan/lists.h"

namespace groupctl::plan {
namespace {

std::string as_text_value(std::string_view text) { return toml_quoted(with_dollars_doubled(text)); }

std::string list_of(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + as_text_value(text);
  return "[" + list + "]";
}

/// A union is a list of its parts, each a selector.
std::string on_text(const Target& target) {
  std::vector<std::string> parts;
  for (const Conjunction& one : target.selector) parts.push_back(to_text(Target::of({one})));
  return parts.size() == 1 ? as_text_value(parts.front()) : list_of(parts);
}

std::string line(std::string_view key, const std::string& value) {
  return std::string(key) + " = " + value + "\n";
}

std::string head(const std::string& name, const Target& target) {
  std::string text = "\n[[artefact]]\n" + line("name", as_text_value(name));
  if (target.kind != Target::Kind::kAll) text += line("on", on_text(target));
  return text;
}

std::string config_line(const Bytes& config) {
  if (config.empty()) return "";
  if (is_utf8(as_text(config))) return line("config", as_text_value(as_text(config)));
  return line("config_hex", as_text_value(to_hex(config)));
}

std::string release_text(const Release& release) {
  std::string text = line("version", as_text_value(release.version)) +
                     line("digest", as_text_value("sha256:" + release.digest.hex())) +
                     line("deployer", as_text_value(release.deployer)) +
                     config_line(release.config);
  if (!release.after.empty()) text += line("after", list_of(release.after));
  return text;
}

std::string health_table(const HealthCheck& health) {
  if (health.command.empty()) return "";
  return "[artefact.health]\n" + line("command", list_of(health.command)) +
         line("every", as_text_value(duration_text(health.every_ms))) +
         line("within", as_text_value(duration_text(health.within_ms)));
}

std::string state_line(std::optional<bool> running) {
  if (!running) return "";
  return line("state", as_text_value(*running ? "running" : "stopped"));
}

/// Whether each word on running stands beside a release for the same target, in the same order.
bool runs_beside_releases(const ArtefactLists& lists) {
  std::size_t next = 0;
  for (const Assigned<bool>& run : lists.runs) {
    const auto beside = find_target(lists.releases, run.target);
    if (!beside || *beside < next || !lists.releases[*beside].value) return false;
    next = *beside + 1;
  }
  return true;
}

std::string artefact_text(const std::string& name, const ArtefactLists& lists) {
  const bool beside = runs_beside_releases(lists);
  std::string text;
  if (lists.rollout) text += "\n# " + rollout_text(name, lists);
  for (const Assigned<Release>& one : lists.releases) {
    text += head(name, one.target);
    if (!one.value) {
      text += line("state", as_text_value("absent"));
      continue;
    }
    const auto run = beside ? find_target(lists.runs, one.target) : std::nullopt;
    text += release_text(*one.value) + state_line(run ? lists.runs[*run].value : std::nullopt) +
            health_table(one.value->health);
  }
  for (const Assigned<bool>& run : lists.runs) {
    if (!beside) text += head(name, run.target) + state_line(run.value);
  }
  return text;
}

std::string value_text(const Assigned<std::string>& one) {
  if (one.target.kind == Target::Kind::kAll && one.value) return as_text_value(*one.value);
  std::string text = one.value ? "value = " + as_text_value(*one.value) : "unset = true";
  if (one.target.kind != Target::Kind::kAll) text += ", on = " + on_text(one.target);
  return "{" + text + "}";
}

std::string property_line(const std::string& key, const Assignments<std::string>& values) {
  std::string text;
  for (const auto& one : values) text += (text.empty() ? "" : ", ") + value_text(one);
  return line(toml_quoted(key), values.size() == 1 ? text : "[" + text + "]");
}

}  // namespace

std::string plan_text(const GroupState& state, const std::string& group) {
  const Lists lists = lists_of(state);
  std::string text = line("plan", "1") + line("group", as_text_value(group));
  for (const auto& [name, both] : lists.artefacts) text += artefact_text(name, both);
  if (!lists.properties.empty()) text += "\n[set]\n";
  for (const auto& [key, values] : lists.properties) text += property_line(key, values);
  return text;
}

}  // namespace groupctl::plan
