#include "member/status_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "daemon/exit_codes.h"
#include "log/text.h"

namespace groupctl {
namespace {

using nlohmann::json;

constexpr std::string_view kSchema = "groupctl/1";  // as groupctl's own: docs/json.md

std::string line(std::string_view name, std::string_view value) {
  return fmt::format("{:<12} {}\n", name, escaped(value));
}

// Bytes that are no UTF-8 are replaced, so that it is JSON whatever happens.
std::string dumped(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
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
    text += line("artefact", fmt::format("{}@{}{}{}", artefact.name, artefact.version,
                                         artefact.run.empty() ? "" : " ", artefact.run));
  }
  for (const auto& [key, value] : status.properties) {
    text += line("property", fmt::format("{}={}", key, value));
  }
  for (const LocalDelta& delta : status.delta) {
    text +=
        line("delta", fmt::format("{} {}{}{}{}", delta.key, delta.kind,
                                  delta.sequence ? fmt::format(" at {}", delta.sequence.value) : "",
                                  delta.text.empty() ? "" : ": ", delta.text));
  }
  return text;
}

std::string status_json(const LocalStatus& status) {
  json object = {{"schema", kSchema},
                 {"kind", "MemberStatus"},
                 {"group", status.group},
                 {"name", status.name},
                 {"id", std::to_string(status.id.value)},
                 {"serverId", status.server_id.hex()},
                 {"logId", status.log_id.hex()},
                 {"epoch", status.epoch.value},
                 {"phase", status.phase},
                 {"received", status.marks.received.value},
                 {"executed", status.marks.executed.value},
                 {"knownHead", status.known_head.value},
                 {"chain", status.chain.hex()},
                 {"stateDigest", status.state_digest.hex()},
                 {"coordinatorUp", status.coordinator_up},
                 {"artefacts", json::array()},
                 {"properties", json::object()},
                 {"delta", json::array()}};
  if (!status.note.empty()) object["note"] = status.note;
  for (const LocalArtefact& artefact : status.artefacts) {
    json one = {{"name", artefact.name},
                {"version", artefact.version},
                {"digest", "sha256:" + artefact.digest.hex()}};
    if (!artefact.run.empty()) one["run"] = artefact.run;
    object["artefacts"].push_back(std::move(one));
  }
  for (const auto& [key, value] : status.properties) object["properties"][key] = value;
  for (const LocalDelta& delta : status.delta) {
    json one = {{"key", delta.key}, {"kind", delta.kind}};
    if (delta.sequence) one["seq"] = delta.sequence.value;
    if (!delta.text.empty()) one["message"] = delta.text;
    object["delta"].push_back(std::move(one));
  }
  return dumped(object);
}

std::string error_json(const Error& error) {
  return dumped({{"schema", kSchema},
                 {"kind", "Error"},
                 {"code", to_word(error.code)},
                 {"message", error.text},
                 {"exitCode", exit_code_for(error.code)}});
}

}  // namespace groupctl
