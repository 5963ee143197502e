#include "member/local_text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "log/text.h"
#include "wire/deviation_text.h"

namespace groupctl {
namespace {

using nlohmann::json;

json envelope(std::string_view kind) { return {{"schema", "groupctl/1"}, {"kind", kind}}; }

std::string line(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string rfc3339(std::uint64_t ms) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(static_cast<std::time_t>(ms / 1000)), ms % 1000);
}

std::string when_of(const Deviation& row) {
  if (row.when_ms == 0) return "";
  return fmt::format("{:%Y-%m-%d %H:%M:%S}",
                     fmt::localtime(static_cast<std::time_t>(row.when_ms / 1000)));
}

}  // namespace

std::string job_table(const JobState& job) {
  if (job.results.empty()) return "nothing to do\n";
  std::string text;
  for (const KeyResult& result : job.results) {
    std::string why = result.step;
    if (!result.text.empty()) why += (why.empty() ? "" : ": ") + result.text;
    text += escaped(fmt::format("{:<24} {}{}", result.key, to_word(result.outcome),
                                why.empty() ? "" : "  " + why)) +
            "\n";
  }
  return text;
}

std::string delta_table(const DeltaPage& delta) {
  if (delta.rows.empty()) return "as the group wants it\n";
  std::string text;
  for (const Deviation& row : delta.rows) {
    text += escaped(fmt::format("{:<24} {:<24} {}", group_text(row), deviation_text(row),
                                cause_text(row, when_of(row)))) +
            "\n";
  }
  return text;
}

std::string job_json(const JobState& job, int exit_code) {
  json object = envelope("LocalResult");
  object["exitCode"] = exit_code;
  object["results"] = json::array();
  for (const KeyResult& result : job.results) {
    json one = {{"key", result.key}, {"result", to_word(result.outcome)}};
    if (!result.step.empty()) one["step"] = result.step;
    if (!result.text.empty()) one["message"] = result.text;
    object["results"].push_back(std::move(one));
  }
  return line(object);
}

std::string delta_json(const DeltaPage& delta) {
  json object = envelope("MemberDiff");
  object["received"] = delta.at.value;
  object["deviations"] = json::array();
  for (const Deviation& row : delta.rows) {
    json one = json::object();
    for (const auto& [name, value] : deviation_fields(row)) one[name] = value;
    if (row.when_ms != 0) one["when"] = rfc3339(row.when_ms);
    object["deviations"].push_back(std::move(one));
  }
  return line(object);
}

std::string local_error_json(const Error& error, int exit_code) {
  json object = envelope("Error");
  object["code"] = to_word(error.code);
  object["message"] = error.text;
  object["exitCode"] = exit_code;
  return line(object);
}

}  // namespace groupctl
