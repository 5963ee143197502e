#include "cli/explanation.h"
#include "cli/json_text.h"
#include "cli/text.h"

namespace groupctl {

std::string render_text(const Explanation& explanation) {
  std::string text = escaped(explanation.of) + " " + escaped(explanation.verdict) + "\n\n";
  for (const Fact& fact : explanation.facts) text += "  " + escaped(fact.text) + "\n";
  if (!explanation.next.empty()) text += "\nnext:\n";
  for (const NextStep& step : explanation.next) {
    text += "  " + escaped(step.command);
    text += (step.when.empty() ? "" : "   (" + escaped(step.when) + ")") + "\n";
  }
  return text;
}

std::string render_json(const Explanation& explanation) {
  nlohmann::json object = json_envelope("Explanation");
  object["of"] = explanation.of;
  object["well"] = explanation.well;
  object["verdict"] = explanation.verdict;
  object["facts"] = nlohmann::json::array();
  for (const Fact& fact : explanation.facts) {
    nlohmann::json one = {{"about", fact.about}, {"text", fact.text}};
    if (fact.sequence) one["seq"] = fact.sequence.value;
    object["facts"].push_back(std::move(one));
  }
  object["next"] = nlohmann::json::array();
  for (const NextStep& step : explanation.next) {
    nlohmann::json one = {{"command", step.command}};
    if (!step.when.empty()) one["when"] = step.when;
    object["next"].push_back(std::move(one));
  }
  return json_line(object);
}

}  // namespace groupctl
