// What members have otherwise, and have given up, as JSON.
#include "cli/json_text.h"
#include "cli/render_json.h"
#include "cli/text.h"
#include "wire/deviation_text.h"

namespace groupctl {

using nlohmann::json;

std::string render_json(const DiffReport& report) {
  json object = json_envelope("Diff");
  object["head"] = report.head.value;
  object["deviations"] = report.deviations();
  object["members"] = json::array();
  for (const MemberDiff& member : report.members) {
    json one = {{"name", member.name}, {"known", member.unknown.empty()}};
    put_text(one, "message", member.unknown);
    one["deviations"] = json::array();
    for (const Deviation& row : member.rows) {
      json deviation = json::object();
      for (const auto& [name, value] : deviation_fields(row)) deviation[name] = value;
      if (row.when_ms != 0) deviation["when"] = rfc3339(GroupTime(row.when_ms));
      if (row.sequence) deviation["seq"] = row.sequence.value;
      one["deviations"].push_back(std::move(deviation));
    }
    object["members"].push_back(std::move(one));
  }
  return json_line(object);
}

std::string render_json(const ReconcileReport& report) {
  json object = json_envelope("ReconcileResult");
  object["exitCode"] = report.exit_code;
  object["members"] = json::array();
  for (const MemberReconciled& member : report.members) {
    json one = {{"name", member.name}, {"result", to_word(member.outcome)}};
    put_text(one, "message", member.text);
    one["results"] = json::array();
    for (const KeyResult& result : member.results) {
      json key = {{"key", result.key}, {"result", to_word(result.outcome)}};
      put_text(key, "step", result.step);
      put_text(key, "message", result.text);
      one["results"].push_back(std::move(key));
    }
    object["members"].push_back(std::move(one));
  }
  return json_line(object);
}

}  // namespace groupctl
