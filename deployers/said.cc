#include "deployers/said.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "deployers/shallow_json.h"
#include "log/text.h"

namespace groupctl::deployers {
namespace {

using nlohmann::json;

std::string text_in(const json& object, const char* field) {
  const auto found = object.find(field);
  const bool text = found != object.end() && found->is_string();
  return text ? said_text(found->get_ref<const std::string&>()) : std::string();
}

LogWeight weight_of(const std::string& level) {
  if (level == "error") return LogWeight::kError;
  return level == "warn" ? LogWeight::kWarn : LogWeight::kInfo;
}

std::vector<std::string> commands_in(const json& object) {
  std::vector<std::string> commands;
  const auto found = object.find("commands");
  if (found == object.end() || !found->is_array()) return commands;
  for (const json& one : *found) {
    if (commands.size() == kMaxSaidCommands) break;
    if (one.is_string()) commands.push_back(said_text(one.get_ref<const std::string&>()));
  }
  return commands;
}

ResultSaid result_in(const json& object) {
  ResultSaid result;
  const auto contract = object.find("contract");
  if (contract != object.end() && contract->is_number_unsigned()) {
    result.contract = contract->get<std::uint64_t>();
  }
  result.name = text_in(object, "name");
  result.commands = commands_in(object);
  result.state = text_in(object, "state");
  result.version = text_in(object, "version");
  result.digest = text_in(object, "digest");
  result.handle = text_in(object, "handle");
  result.text = text_in(object, "text");
  return result;
}

}  // namespace

std::string said_text(std::string_view bytes) {
  if (is_utf8(bytes)) return std::string(cut_text(bytes, kMaxSaidText));
  std::string text(bytes.substr(0, kMaxSaidText));
  std::replace_if(
      text.begin(), text.end(), [](char byte) { return (byte & 0x80) != 0; }, '?');
  return text;
}

std::string last_line_said(std::string_view output) {
  const std::size_t last = output.find_last_not_of(" \t\r\n");
  if (last == std::string_view::npos) return {};
  output = output.substr(0, last + 1);
  const std::size_t end = output.rfind('\n');
  if (end != std::string_view::npos) output.remove_prefix(end + 1);
  return said_text(output);
}

Verdict verdict_of(int exit_code) {
  switch (exit_code) {
    case 0:
      return Verdict::kDone;
    case 10:
      return Verdict::kUnchanged;
    case 20:
      return Verdict::kTemporary;
    case 22:
      return Verdict::kRefused;
    case 64:
      return Verdict::kNotSupported;
    default:
      return Verdict::kFailed;
  }
}

Said parse_line(std::string_view line) {
  const json object = line.empty() || line.front() != '{' ? json() : shallow_json(line);
  if (!object.is_object()) return LogSaid{said_text(line)};
  if (const auto result = object.find("result"); result != object.end() && result->is_object()) {
    return result_in(*result);
  }
  if (const auto done = object.find("progress"); done != object.end() && done->is_number()) {
    const double part = std::clamp(done->get<double>(), 0.0, 1.0);
    return ProgressSaid{static_cast<int>(part * 100), text_in(object, "step")};
  }
  if (object.contains("log")) {
    return LogSaid{text_in(object, "log"), weight_of(text_in(object, "level"))};
  }
  if (object.contains("state") || object.contains("contract")) return result_in(object);
  return LogSaid{said_text(line)};
}

}  // namespace groupctl::deployers
