#include "member/status_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace groupctl {
namespace {

std::string line(std::string_view name, std::string_view value) {
  return fmt::format("{:<12} {}\n", name, value);
}

}  // namespace

std::string status_table(const LocalStatus& status) {
  std::string text = line("group", status.group);
  text += line("member", fmt::format("{} (id {})", status.name, status.id.value));
  text += line("phase", status.phase);
  if (!status.note.empty()) text += line("note", status.note);
  text += line("coordinator", status.coordinator_up ? "heard" : "silent");
  text += line("received",
               fmt::format("{} of {}", status.marks.received.value, status.known_head.value));
  text += line("executed", std::to_string(status.marks.executed.value));
  text += line("epoch", std::to_string(status.epoch.value));
  text += line("log", status.log_id.hex());
  text += line("state", status.state_digest.hex());
  for (const LocalArtefact& artefact : status.artefacts) {
    text += line("artefact", fmt::format("{}@{}", artefact.name, artefact.version));
  }
  for (const auto& [key, value] : status.properties) {
    text += line("property", fmt::format("{}={}", key, value));
  }
  for (const LocalDelta& delta : status.delta) {
    text +=
        line("delta", fmt::format("{} {} at {}{}{}", delta.key, delta.kind, delta.sequence.value,
                                  delta.text.empty() ? "" : ": ", delta.text));
  }
  return text;
}

std::string status_json(const LocalStatus& status) {
  nlohmann::ordered_json json = {{"group", status.group},
                                 {"name", status.name},
                                 {"id", status.id.value},
                                 {"server_id", status.server_id.hex()},
                                 {"log_id", status.log_id.hex()},
                                 {"epoch", status.epoch.value},
                                 {"phase", status.phase},
                                 {"note", status.note},
                                 {"received", status.marks.received.value},
                                 {"executed", status.marks.executed.value},
                                 {"known_head", status.known_head.value},
                                 {"chain", status.chain.hex()},
                                 {"state_digest", status.state_digest.hex()},
                                 {"coordinator_up", status.coordinator_up}};
  json["artefacts"] = nlohmann::ordered_json::array();
  for (const LocalArtefact& artefact : status.artefacts) {
    json["artefacts"].push_back({{"name", artefact.name},
                                 {"version", artefact.version},
                                 {"digest", artefact.digest.hex()}});
  }
  json["properties"] = nlohmann::ordered_json::object();
  for (const auto& [key, value] : status.properties) json["properties"][key] = value;
  json["delta"] = nlohmann::ordered_json::array();
  for (const LocalDelta& delta : status.delta) {
    json["delta"].push_back({{"key", delta.key},
                             {"kind", delta.kind},
                             {"sequence", delta.sequence.value},
                             {"text", delta.text}});
  }
  const auto replace = nlohmann::ordered_json::error_handler_t::replace;
  return json.dump(2, ' ', false, replace) + "\n";
}

}  // namespace groupctl
