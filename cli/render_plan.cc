// What is said of plans, as text and as JSON.
#include <fmt/format.h>

#include <algorithm>

#include "cli/json_text.h"
#include "cli/plan_report.h"
#include "cli/render_json.h"
#include "cli/render_text.h"

namespace groupctl {
namespace {

using Kind = plan::Difference::Kind;

char sign_of(Kind kind) {
  switch (kind) {
    case Kind::kNew:
      return '+';
    case Kind::kChanged:
      return '~';
    case Kind::kSame:
      return '=';
    case Kind::kExtra:
    case Kind::kReplaced:
      break;
  }
  return '-';
}

std::string_view remark(Kind kind) {
  if (kind == Kind::kExtra) return "   the plan does not name it: --prune takes it away";
  return kind == Kind::kReplaced ? "   goes: the plan's is for all" : "";
}

std::string text_of_more(const std::vector<plan::Difference>& differences) {
  const bool more = std::any_of(differences.begin(), differences.end(),
                                [](const auto& one) { return one.kind == Kind::kExtra; });
  return more ? ", but for what it does not name" : "";
}

std::string warnings_text(const std::vector<std::string>& warnings) {
  std::string text;
  for (const std::string& warning : warnings) text += "warning: " + escaped(warning) + "\n";
  return text;
}

}  // namespace

std::string difference_text(const plan::Difference& one) {
  std::string text = fmt::format("{} {} on {}{}\n", sign_of(one.kind), escaped(one.what),
                                 escaped(one.target), remark(one.kind));
  for (const plan::Field& field : one.fields) {
    const std::string from = field.from.empty() ? "" : escaped(field.from) + " -> ";
    text += fmt::format("    {}: {}{}\n", field.name, from,
                        field.to.empty() ? "none" : escaped(field.to));
  }
  return text;
}

nlohmann::json difference_json(const plan::Difference& one) {
  nlohmann::json fields = nlohmann::json::array();
  for (const plan::Field& field : one.fields) {
    nlohmann::json object = {{"name", field.name}};
    put_text(object, "from", field.from);
    put_text(object, "to", field.to);
    fields.push_back(std::move(object));
  }
  return {{"change", plan::to_word(one.kind)},
          {"what", one.what},
          {"target", one.target},
          {"fields", std::move(fields)}};
}

std::string render_text(const PlanCheckReport& report) {
  return warnings_text(report.warnings) +
         fmt::format("{} is a plan{}: {}, {}\n", escaped(report.file),
                     report.group.empty() ? "" : " for the group " + escaped(report.group),
                     counted(report.artefacts, "artefact"),
                     report.properties == 1 ? "1 property"
                                            : fmt::format("{} properties", report.properties));
}

std::string render_text(const PlanDiffReport& report) {
  std::string text = warnings_text(report.warnings);
  for (const plan::Difference& one : report.differences) {
    if (one.kind != Kind::kSame) text += difference_text(one);
  }
  if (report.commands.empty()) {
    return text + fmt::format("at seq {}: the group is as the plan wants it{}\n", report.head.value,
                              text_of_more(report.differences));
  }
  text +=
      fmt::format("at seq {}: {}\n", report.head.value, counted(report.commands.size(), "command"));
  for (const std::string& command : report.commands) text += "  " + escaped(command) + "\n";
  return report.apply.empty() ? text : text + "run it:  " + escaped(report.apply) + "\n";
}

std::string render_text(const PlanExportReport& report) { return report.text; }

std::string render_text(const ApplyReport& report) {
  std::string text = warnings_text(report.warnings);
  if (report.commands.empty()) return text + "nothing to do: the group has what the plan says\n";
  for (const CommandReport& command : report.commands) {
    text += fmt::format("seq {}  {} to {}", command.sequence.value, escaped(command.command.text),
                        escaped(command.target));
    if (command.heard() && command.targets == 0) text += "   counts nobody";
    if (command.heard() && command.targets > 0) {
      text += fmt::format("   {}   of {}", counts_text(command.counts), command.targets);
    }
    if (command.waited && !command.heard()) text += "   nothing heard of its targets";
    text += "\n" + exceptions_text(command.rows, command.sequence);
  }
  if (report.come_back.empty()) return text;
  const bool waited = report.commands.front().waited;
  const std::string_view why = report.detached ? "detached" : "the wait ended first";
  return text + fmt::format("\n{}: {}\n",
                            waited ? fmt::format("{}; the commands are in the log and go on", why)
                                   : "not waited for",
                            escaped(report.come_back));
}

std::string render_json(const PlanCheckReport& report) {
  auto object = json_envelope("PlanCheck");
  object["file"] = report.file;
  put_text(object, "group", report.group);
  object["artefacts"] = report.artefacts;
  object["properties"] = report.properties;
  object["warnings"] = report.warnings;
  return json_line(object);
}

std::string render_json(const PlanDiffReport& report) {
  auto object = json_envelope("PlanDiff");
  object["group"] = report.group;
  object["head"] = report.head.value;
  object["differences"] = nlohmann::json::array();
  for (const plan::Difference& one : report.differences) {
    object["differences"].push_back(difference_json(one));
  }
  object["commands"] = report.commands;
  object["warnings"] = report.warnings;
  object["exitCode"] = report.exit_code;
  put_text(object, "apply", report.apply);
  return json_line(object);
}

std::string render_json(const PlanExportReport& report) {
  auto object = json_envelope("PlanExport");
  object["group"] = report.group;
  object["head"] = report.head.value;
  object["plan"] = report.text;
  return json_line(object);
}

std::string render_json(const ApplyReport& report) {
  auto object = json_envelope("ApplyResult");
  object["head"] = report.head.value;
  object["exitCode"] = report.exit_code;
  object["warnings"] = report.warnings;
  object["results"] = nlohmann::json::array();
  for (const CommandReport& command : report.commands) {
    object["results"].push_back(nlohmann::json::parse(render_json(command)));
  }
  return json_line(object);
}

}  // namespace groupctl
