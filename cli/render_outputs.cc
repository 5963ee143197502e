// What programs said, those that said the same together.
#include <fmt/format.h>

#include <algorithm>

#include "cli/folded_names.h"
#include "cli/json_ledger.h"
#include "cli/json_text.h"
#include "cli/outputs.h"
#include "cli/render_text.h"
#include "log/text.h"

namespace groupctl {
namespace {

using OnLine = std::function<void(std::string_view line)>;

void each_line(std::string_view text, const OnLine& on_line) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    on_line(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

/// What it said on stderr has "! " in front.
void each_line(const ProgramOutput& output, const OnLine& on_line) {
  each_line(output.out, on_line);
  each_line(output.err, [&](std::string_view line) { on_line("! " + std::string(line)); });
}

std::string grouped_text(const OutputsReport& report) {
  std::string text;
  for (const ProgramOutput& output : report.outputs) {
    text += folded_names(output.members);
    if (output.members.size() > 1) text += fmt::format("  ({} identical)", output.members.size());
    if (output.exit_code != 0) text += "  " + escaped(output.end);
    text += "\n";
    each_line(output, [&](std::string_view line) { text += "  " + escaped(line) + "\n"; });
  }
  return text;
}

std::string per_line_text(const OutputsReport& report) {
  std::vector<std::pair<std::string, const ProgramOutput*>> members;
  std::size_t width = 0;
  for (const ProgramOutput& output : report.outputs) {
    for (const std::string& member : output.members) {
      members.emplace_back(member, &output);
      width = std::max(width, member.size());
    }
  }
  std::sort(members.begin(), members.end());
  std::string text;
  for (const auto& [member, output] : members) {
    each_line(*output, [&, name = member](std::string_view line) {
      text += fmt::format("{:<{}}  {}\n", name, width, escaped(line));
    });
  }
  return text;
}

}  // namespace

std::string render_text(const OutputsReport& report, bool per_line, const Screen& screen) {
  std::string text = per_line ? per_line_text(report) : grouped_text(report);
  for (const MissingOutput& one : report.missing) {
    text += fmt::format("{}  its output is missing: {}\n", one.member, escaped(one.why));
  }
  if (!text.empty()) text += "\n";
  return text + render_text(report.command, screen);
}

std::string render_json(const OutputsReport& report) {
  nlohmann::json object = result_json(report.command);
  object["outputs"] = nlohmann::json::array();
  for (const ProgramOutput& output : report.outputs) {
    nlohmann::json one = {
        {"members", output.members}, {"end", output.end}, {"out", output.out}, {"err", output.err}};
    if (output.exit_code) one["exitCode"] = *output.exit_code;
    object["outputs"].push_back(std::move(one));
  }
  if (!report.missing.empty()) object["outputsMissing"] = nlohmann::json::array();
  for (const MissingOutput& one : report.missing) {
    object["outputsMissing"].push_back({{"name", one.member}, {"why", one.why}});
  }
  return json_line(object);
}

}  // namespace groupctl
