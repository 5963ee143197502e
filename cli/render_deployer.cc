#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/deployer_report.h"
#include "cli/exit_code.h"
#include "cli/json_text.h"
#include "log/text.h"

namespace groupctl {

std::string render_text(const DeployerReport& report) {
  std::string text;
  for (const deployers::Check& check : report.checks) {
    const bool failed = check.end == deployers::CheckEnd::kFailed;
    text += fmt::format("{:<8} {}{}{}\n", failed ? "FAILED" : deployers::to_word(check.end),
                        check.name, check.why.empty() ? "" : ": ", escaped(check.why));
  }
  return text;
}

std::string render_json(const DeployerReport& report) {
  nlohmann::json object = json_envelope("DeployerTest");
  object["path"] = report.path;
  object["exitCode"] = report.passed() ? kExitDone : kExitBad;
  object["checks"] = nlohmann::json::array();
  for (const deployers::Check& check : report.checks) {
    nlohmann::json one = {{"name", check.name}, {"result", deployers::to_word(check.end)}};
    if (!check.why.empty()) one["message"] = check.why;
    object["checks"].push_back(std::move(one));
  }
  return json_line(object);
}

}  // namespace groupctl
