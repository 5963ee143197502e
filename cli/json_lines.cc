#include "cli/json_lines.h"

#include <array>
#include <nlohmann/json.hpp>

namespace groupctl {
namespace {

using nlohmann::json;

struct List {
  const char* kind;
  const char* key;      // where its elements are
  const char* element;  // their kind
};
constexpr std::array<List, 10> kLists = {{{"LogList", "entries", "LogEntry"},
                                          {"MemberList", "members", "Member"},
                                          {"ContextList", "contexts", "Context"},
                                          {"GroupList", "groups", "Group"},
                                          {"KeyList", "keys", "Key"},
                                          {"Diff", "members", "MemberDiff"},
                                          {"CommandResultList", "results", "CommandResult"},
                                          {"RepositoryList", "artefacts", "RepositoryEntry"},
                                          {"ArtefactList", "artefacts", "Artefact"},
                                          {"ArtefactWhere", "members", "ArtefactPlace"}}};

}  // namespace

std::string json_lines(const std::string& output) {
  const json object = json::parse(output, nullptr, false);
  if (!object.is_object()) return output;
  for (const List& list : kLists) {
    if (object.value("kind", "") != list.kind) continue;
    std::string lines;
    for (json element : object.at(list.key)) {
      element["schema"] = object.at("schema");
      element["kind"] = list.element;
      lines += element.dump() + "\n";
    }
    return lines;
  }
  return output;
}

}  // namespace groupctl
