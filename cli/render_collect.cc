#include "cli/render_collect.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/render_bar.h"
#include "cli/repository_report.h"
#include "cli/text.h"

namespace groupctl {
namespace {

using nlohmann::json;

std::string dumped(const json& object, int indent) {
  return object.dump(indent, ' ', false, json::error_handler_t::replace) + "\n";
}

json bundle_json(const CollectedBundle& bundle) {
  json object = {{"name", bundle.member}, {"result", to_word(bundle.outcome)}};
  if (bundle.file.empty()) {
    object["missing"] = bundle.missing;
  } else {
    object["file"] = bundle.file;
    object["bytes"] = bundle.bytes;
    object["digest"] = "sha256:" + bundle.digest.hex();
  }
  return object;
}

json report_json(const BundlesReport& report) {
  json command = json::object();
  for (const auto& [key, value] : report.command.command.fields) command[key] = value;
  command["type"] = report.command.command.type();
  json object = {{"schema", "groupctl/1"},
                 {"kind", "Collection"},
                 {"group", report.group},
                 {"seq", report.command.sequence.value},
                 {"command", std::move(command)},
                 {"target", {{"selector", report.command.target}, {"expected", report.targets()}}},
                 {"missing", report.missing()},
                 {"members", json::array()}};
  for (const CollectedBundle& bundle : report.bundles) {
    object["members"].push_back(bundle_json(bundle));
  }
  return object;
}

}  // namespace

std::size_t BundlesReport::targets() const {
  return std::max<std::size_t>(command.targets, bundles.size());
}

std::size_t BundlesReport::missing() const {
  const auto there =
      std::count_if(bundles.begin(), bundles.end(),
                    [](const CollectedBundle& bundle) { return !bundle.file.empty(); });
  return targets() - static_cast<std::size_t>(there);
}

bool BundlesReport::may_come() const {
  if (targets() > bundles.size() || (command.open && bundles.empty())) return true;
  return std::any_of(bundles.begin(), bundles.end(), [](const CollectedBundle& bundle) {
    const OutcomeGroup sort = group_of(bundle.outcome);
    const bool yet = bundle.outcome == Outcome::kDone || sort == OutcomeGroup::kOpen ||
                     sort == OutcomeGroup::kAbsent;
    return bundle.file.empty() && yet;
  });
}

std::vector<std::string> collect_bar(const CollectProgress& progress, std::uint64_t elapsed_ms,
                                     const Screen& screen) {
  BarLine line;
  line.part = progress.ended;
  line.whole = progress.targets;
  line.figures =
      fmt::format("{}/{}   {}", progress.ended, progress.targets, bytes_text(progress.bytes));
  if (progress.missing > 0) line.bad = fmt::format("{} missing", progress.missing);
  line.more = {clock_text(elapsed_ms)};
  std::vector<std::string> lines = {bar_line(line, screen)};
  if (!progress.reachable) {
    lines.push_back(
        fitted("  no coordinator answers; waiting for it", screen.size.columns - 1, ""));
  }
  return lines;
}

std::string collect_line(const CollectedBundle& bundle, std::string_view stamp) {
  if (!bundle.file.empty()) {
    return fmt::format("{} member={} collected file={} bytes={}\n", stamp, escaped(bundle.member),
                       escaped(bundle.file), bundle.bytes);
  }
  return fmt::format("{} member={} missing \"{}\"\n", stamp, escaped(bundle.member),
                     escaped(bundle.missing));
}

std::string render_text(const BundlesReport& report, const Screen& screen) {
  const std::size_t missing = report.missing();
  std::string text = fmt::format("seq {}  {}   {} collected in {}", report.command.sequence.value,
                                 escaped(report.command.command.text), report.targets() - missing,
                                 escaped(report.folder));
  if (missing > 0) text += fmt::format("   {} missing", missing);
  text += fmt::format("   of {}\n", report.targets());
  std::vector<std::vector<std::string>> cells;
  for (const CollectedBundle& bundle : report.bundles) {
    if (bundle.file.empty()) {
      cells.push_back({bundle.member, "-", "-", bundle.missing});
    } else {
      cells.push_back({bundle.member, bundle.file, bytes_text(bundle.bytes), "-"});
    }
  }
  const std::vector<Column> columns = {{"MEMBER"}, {"FILE"}, {"SIZE", true}, {"MISSING"}};
  if (!cells.empty()) text += "\n" + table(columns, cells, screen.result_columns);
  if (report.may_come()) {
    text += "\nfor those that may yet come: " + escaped(report.command.come_back) + "\n";
  }
  return text;
}

std::string render_json(const BundlesReport& report) {
  json object = report_json(report);
  object["folder"] = report.folder;
  object["exitCode"] = report.exit_code;
  if (!report.command.warnings.empty()) object["warnings"] = report.command.warnings;
  return dumped(object, -1);
}

std::string index_json(const BundlesReport& report) { return dumped(report_json(report), 2); }

}  // namespace groupctl
