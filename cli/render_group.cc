// Groups of a coordinator's process, as text and as JSON.
#include <fmt/format.h>

#include "cli/json_text.h"
#include "cli/render_json.h"
#include "cli/render_text.h"

namespace groupctl {
namespace {

using nlohmann::json;

std::uint32_t members_of(const GroupInfo& group) {
  std::uint32_t sum = 0;
  for (const auto& [state, count] : group.members) sum += count;
  return sum;
}

std::string_view state_word(const GroupInfo& group) {
  return group.quarantined ? "quarantined" : "serving";
}

std::vector<std::string> cells_of(const GroupInfo& group) {
  if (group.quarantined) return {group.name, "quarantined", "-", "-", "-", "-", group.cause};
  return {group.name,
          "serving",
          fmt::to_string(group.head.value),
          fmt::to_string(members_of(group)),
          group.endpoints.admin,
          group.endpoints.member,
          ""};
}

std::string member_states(const GroupInfo& group) {
  std::string text;
  for (const auto& [state, count] : group.members) {
    text += fmt::format("{}{} {}", text.empty() ? "" : "   ", count, to_word(state));
  }
  return text.empty() ? "none" : text;
}

std::string lines_of(const GroupInfo& group) {
  std::string text = fmt::format("GROUP    {}   {}\n", group.name, state_word(group));
  if (group.quarantined) return text + fmt::format("CAUSE    {}\n", escaped(group.cause));
  text += fmt::format("ADMIN    {}\nMEMBER   {}\nCOMMAND  {}\n", escaped(group.endpoints.admin),
                      escaped(group.endpoints.member), escaped(group.endpoints.command));
  return text +
         fmt::format("LOG      head {}\nMEMBERS  {}\n", group.head.value, member_states(group));
}

/// States of members are keys here, so they are written as keys are: "inStep".
std::string key_of(MemberState state) {
  const std::string_view word = to_word(state);
  return word == "in-step" ? "inStep" : std::string(word);
}

json json_of(const GroupInfo& group) {
  json object = {{"name", group.name}, {"state", state_word(group)}};
  put_text(object, "cause", group.cause);
  if (group.quarantined) return object;
  object["endpoints"] = {{"member", group.endpoints.member},
                         {"command", group.endpoints.command},
                         {"admin", group.endpoints.admin}};
  object["head"] = group.head.value;
  object["members"] = json::object();
  for (const auto& [state, count] : group.members) object["members"][key_of(state)] = count;
  return object;
}

}  // namespace

std::string render_text(const GroupsReport& report) {
  static const std::vector<Column> columns = {
      {"NAME"}, {"STATE"}, {"HEAD", true}, {"MEMBERS", true}, {"ADMIN"}, {"MEMBER"}, {"CAUSE"}};
  std::vector<std::vector<std::string>> rows;
  for (const GroupInfo& group : report.groups) rows.push_back(cells_of(group));
  return table(columns, rows);
}

std::string render_text(const GroupReport& report) {
  const GroupInfo& group = report.group;
  if (!report.created) return lines_of(group);
  return fmt::format("group {} is served: members join at {}\nnext: groupctl -E {} status\n",
                     group.name, escaped(group.endpoints.member), escaped(group.endpoints.admin));
}

std::string render_text(const GroupDeletion& report) {
  return fmt::format(
      "group {} is deleted; all that it had is kept on the coordinator's machine, "
      "in {}\n",
      report.name, escaped(report.folder));
}

std::string render_json(const GroupsReport& report) {
  json object = json_envelope("GroupList");
  object["groups"] = json::array();
  for (const GroupInfo& group : report.groups) object["groups"].push_back(json_of(group));
  return json_line(object);
}

std::string render_json(const GroupReport& report) {
  json object = json_envelope(report.created ? "GroupCreated" : "Group");
  object.update(json_of(report.group));
  return json_line(object);
}

std::string render_json(const GroupDeletion& report) {
  json object = json_envelope("GroupDeleted");
  object["name"] = report.name;
  object["folder"] = report.folder;
  return json_line(object);
}

}  // namespace groupctl
