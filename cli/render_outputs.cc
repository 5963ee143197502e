// What programs said, those that said the same together.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "cli/json_ledger.h"
#include "cli/json_text.h"
#include "cli/outputs.h"
#include "cli/render_text.h"
#include "log/text.h"

namespace groupctl {
namespace {

/// "web-07" as "web-" and 7, with two digits.
struct Numbered {
  std::string_view stem;
  std::uint64_t number = 0;
  std::size_t digits = 0;  ///< 0: it ends with none, or with too many
};

Numbered numbered(std::string_view name) {
  constexpr std::size_t kMostDigits = 9;
  std::size_t digits = 0;
  while (digits < name.size() && name[name.size() - 1 - digits] >= '0' &&
         name[name.size() - 1 - digits] <= '9') {
    ++digits;
  }
  Numbered found{name.substr(0, name.size() - digits), 0, digits > kMostDigits ? 0 : digits};
  std::from_chars(name.data() + found.stem.size(), name.data() + name.size(), found.number);
  return found;
}

bool follows(std::string_view before, std::string_view name) {
  const Numbered a = numbered(before);
  const Numbered b = numbered(name);
  return a.digits != 0 && a.digits == b.digits && a.stem == b.stem && b.number == a.number + 1;
}

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

std::string folded_names(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size();) {
    std::size_t last = i;
    while (last + 1 < names.size() && follows(names[last], names[last + 1])) ++last;
    if (last == i + 1) last = i;  // two are as short as they are
    text += (text.empty() ? "" : " ") + names[i];
    if (last > i) text += ".." + names[last].substr(numbered(names[last]).stem.size());
    i = last + 1;
  }
  return text;
}

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
