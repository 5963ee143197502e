#include "plan/parts.h"

#include <algorithm>

#include "commands/deploy_bounds.h"
#include "commands/state/names.h"
#include "commands/state/target.h"
#include "log/nearest.h"

namespace groupctl::plan {
namespace {

void complain(const Table& table, std::string_view key, const Status& checked) {
  if (!checked) table.complaints().add(table.where(key), checked.error().text);
}

/// `on`: selectors, any of which; none: all.
Target read_on(const Table& table, const Target& otherwise) {
  const auto texts = table.texts("on");
  if (!texts) return otherwise;
  auto target = parse_target(*texts);
  if (target) return *std::move(target);
  table.complaints().add(table.where("on"), target.error().text);
  return otherwise;
}

HealthCheck read_health(const Node& node, Complaints& complaints) {
  const Table table(node, {"command", "every", "within"}, complaints);
  table.need("command");
  HealthCheck health;
  health.command = table.texts("command").value_or(std::vector<std::string>());
  health.every_ms = table.duration("every").value_or(kHealthEveryMs);
  health.within_ms = table.duration("within").value_or(kHealthWithinMs);
  if (!health.command.empty()) complain(table, "command", check_health_command(health.command));
  if (const Status checked = check_health_times(health); !checked) {
    complaints.add(table.where(), checked.error().text);
  }
  return health;
}

Bytes read_config(const Node& node, Complaints& complaints) {
  if (node.kind == TomlKind::kText) return copy_bytes(as_bytes(node.text));
  if (node.kind != TomlKind::kTable) {
    complaints.add(node.where,
                   "config is a table or a text, not " + std::string(to_words(node.kind)));
    return {};
  }
  const auto text = json_of(node);
  if (!text) {
    complaints.add(node.where, "config: " + text.error().text);
    return {};
  }
  return copy_bytes(as_bytes(*text));
}

/// A configuration that is no text.
Bytes read_hex_config(const Table& table) {
  const auto hex = table.text("config_hex");
  Bytes bytes(hex ? hex->size() / 2 : 0);
  if (!hex || (hex->size() % 2 == 0 && from_hex(*hex, bytes))) return bytes;
  table.complaints().add(table.where("config_hex"), "not an even number of digits 0-9 and a-f");
  return {};
}

ArtefactDigest read_digest(const Table& table) {
  constexpr std::string_view kPrefix = "sha256:";
  const auto text = table.text("digest");
  if (!text) return {};
  std::string_view digits = *text;
  if (digits.starts_with(kPrefix)) digits.remove_prefix(kPrefix.size());
  ArtefactDigest digest;
  if (digest.assign_hex(digits) && digest) return digest;
  table.complaints().add(table.where("digest"),
                         "a digest is sha256: and the 64 digits that sha256sum prints");
  return {};
}

std::vector<std::string> read_after(const Table& table) {
  auto after = table.texts("after").value_or(std::vector<std::string>());
  complain(table, "after", check_starts_after(after));
  return after;
}

Release read_release(const Table& table, const Defaults& defaults) {
  Release release;
  release.version = table.text("version", is_version, "version").value_or("");
  release.digest = read_digest(table);
  release.deployer = table.text("deployer", is_name, "deployer's name").value_or(defaults.deployer);
  release.config = read_hex_config(table);
  if (const Node* config = table.find("config")) {
    if (table.find("config_hex") != nullptr) {
      table.complaints().add(config->where, "config and config_hex contradict each other");
    }
    release.config = read_config(*config, table.complaints());
  }
  release.after = read_after(table);
  if (const Node* health = table.find("health")) {
    release.health = read_health(*health, table.complaints());
  }
  return release;
}

/// What only a release has is no part of what says less.
void check_no_release(const Table& table, std::string_view why) {
  for (const char* key :
       {"version", "digest", "deployer", "config", "config_hex", "after", "health"}) {
    if (table.find(key) == nullptr) continue;
    table.complaints().add(table.where(key), std::string(key) + ": " + std::string(why));
  }
}

void read_state(const Table& table, Artefact& made) {
  static const std::vector<std::string> kStates = {"running", "stopped", "deployed", "absent"};
  const auto state = table.text("state");
  if (state && std::find(kStates.begin(), kStates.end(), *state) == kStates.end()) {
    table.complaints().add(table.where("state"),
                           "\"" + *state + "\" is none of running, stopped, deployed, absent." +
                               did_you_mean(*state, kStates));
  }
  if (state == "running" || state == "stopped") made.running = state == "running";
  if (state == "absent") made.says = Artefact::Says::kAbsent;
  if (made.running && table.find("version") == nullptr) made.says = Artefact::Says::kRunOnly;
}

Amount amount_in(const Table& table, std::string_view key) {
  const Node* node = table.find(key);
  if (node == nullptr) return {};
  const bool known = node->kind == TomlKind::kInteger || node->kind == TomlKind::kText;
  if (const auto amount = parse_amount(node->text); known && amount) return *amount;
  table.complaints().add(node->where, std::string(key) + " is a number, or a text like \"25%\"");
  return {};
}

void read_value(const std::string& key, const Node& node, const Defaults& defaults,
                Complaints& complaints, Plan& plan) {
  if (node.kind == TomlKind::kText) {
    plan.properties.push_back({key, defaults.target, node.text, node.where});
    return;
  }
  if (node.kind != TomlKind::kTable) {
    complaints.add(node.where, key + " is a text in quotes, or a table {value, on}");
    return;
  }
  const Table table(node, {"value", "unset", "on"}, complaints);
  const Node* unset = table.find("unset", TomlKind::kBoolean);
  const bool takes_away = unset != nullptr && unset->text == "true";
  if (!takes_away) table.need("value");
  if (takes_away && table.find("value") != nullptr) {
    complaints.add(table.where("value"), "a value, and unset");
  }
  auto value = table.text("value");
  if (takes_away) value.reset();
  if (takes_away || value) {
    plan.properties.push_back({key, read_on(table, defaults.target), std::move(value), node.where});
  }
}

}  // namespace

Defaults read_defaults(const Node* node, Complaints& complaints) {
  Defaults defaults{std::string(kDefaultDeployer), Target::all()};
  if (node == nullptr) return defaults;
  const Table table(*node, {"deployer", "on"}, complaints);
  defaults.deployer =
      table.text("deployer", is_name, "deployer's name").value_or(defaults.deployer);
  defaults.target = read_on(table, defaults.target);
  return defaults;
}

void read_artefact(const Node& node, const Defaults& defaults, Complaints& complaints, Plan& plan) {
  const Table table(node,
                    {"name", "version", "digest", "on", "deployer", "config", "config_hex", "after",
                     "state", "health"},
                    complaints);
  if (node.kind != TomlKind::kTable) return;
  table.need("name");
  Artefact made;
  made.where = table.where("name");
  made.name = table.text("name", is_name, "artefact's name").value_or("");
  made.target = read_on(table, defaults.target);
  read_state(table, made);
  switch (made.says) {
    case Artefact::Says::kRelease:
      table.need("version");
      made.release = read_release(table, defaults);
      break;
    case Artefact::Says::kAbsent:
      check_no_release(table, "what is absent has none");
      break;
    case Artefact::Says::kRunOnly:
      check_no_release(table, "without a version only its state is said");
      break;
  }
  if (!made.name.empty()) plan.artefacts.push_back(std::move(made));
}

void read_properties(const Node& node, const Defaults& defaults, Complaints& complaints,
                     Plan& plan) {
  if (node.kind != TomlKind::kTable) {
    complaints.add(node.where, "set is a table");
    return;
  }
  for (const auto& [key, where, value] : node.entries) {
    if (!is_property_key(key)) {
      complaints.add(where,
                     "\"" + key + "\" is no key: 1 to 128 visible characters without = and /");
      continue;
    }
    const std::size_t before = plan.properties.size();
    if (value.kind != TomlKind::kList) read_value(key, value, defaults, complaints, plan);
    for (const Node& item : value.items) read_value(key, item, defaults, complaints, plan);
    for (std::size_t i = before; i < plan.properties.size(); ++i) {
      const auto& text = plan.properties[i].value;
      if (text && !is_property_value(*text)) {
        complaints.add(where, "the value of " + key + " is not at most 4 KiB of UTF-8");
      }
    }
  }
}

RolloutPolicy read_rollout(const Node& node, Complaints& complaints) {
  const Table table(node, {"batch", "max_failures", "canary", "pause"}, complaints);
  RolloutPolicy rollout;
  rollout.window = amount_in(table, "batch");
  rollout.max_failures = amount_in(table, "max_failures");
  const std::uint64_t canary = table.number("canary").value_or(0);
  rollout.canary = static_cast<std::uint32_t>(canary);
  if (canary > UINT32_MAX) complaints.add(table.where("canary"), "more members than there are");
  rollout.pause_ms = table.duration("pause").value_or(0);
  complain(table, "pause", check_policy(rollout));
  return rollout;
}

}  // namespace groupctl::plan
