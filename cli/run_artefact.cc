// artefact list, show, where: what is to be deployed, by the group's state, and what is, by asking
// its members.
#include <fmt/format.h>

#include <algorithm>

#include "cli/looking.h"
#include "cli/render_text.h"
#include "cli/repository_report.h"
#include "cli/run.h"
#include "commands/state/desired.h"
#include "log/nearest.h"

namespace groupctl {
namespace {

/// Rows of artefacts and of the catalogue, as far as they are about `name`; empty: all.
Result<GroupState> read_artefacts(Client& client, const std::string& name,
                                  std::uint64_t within_ms) {
  GroupState state;
  Status read = read_state(client, artefact_key(name), within_ms, state);
  if (read) {
    const std::string prefix =
        name.empty() ? std::string(kCataloguePrefix) : catalogue_key(name, "");
    read = read_state(client, prefix, within_ms, state);
  }
  if (!read) return tl::unexpected(read.error());
  return state;
}

std::vector<std::string> names_in(const GroupState& state) {
  std::vector<std::string> names;
  for (auto at = state.lower_bound(""); at != state.end(); ++at) {
    if (const auto name = artefact_name(at->first)) names.emplace_back(*name);
    if (const auto name = catalogue_name(at->first)) names.push_back(name->name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

ArtefactsReport report_of(const GroupState& state, const std::vector<std::string>& names) {
  ArtefactsReport report;
  for (const std::string& name : names) {
    report.artefacts.push_back({name, artefact_row(state, name), catalogued_versions(state, name)});
  }
  return report;
}

Result<std::vector<std::string>> known_name(Client& client, const std::string& name,
                                            std::uint64_t within_ms) {
  auto all = read_artefacts(client, "", within_ms);
  if (!all) return tl::unexpected(all.error());
  const auto names = names_in(*all);
  if (std::find(names.begin(), names.end(), name) != names.end()) {
    return std::vector<std::string>{name};
  }
  return fail(ErrorCode::kNotFound,
              "the group knows no artefact \"" + name + "\"." + did_you_mean(name, names));
}

/// What a member says is in place; one that goes away while it is asked cannot be told.
Result<ArtefactPlace> place_of(const MemberInfo& member, const std::string& name, Client& client,
                               std::uint64_t within_ms) {
  ArtefactPlace place{member.name, {}, std::nullopt, "", Sequence{}};
  if (!is_here(member)) {
    place.unknown = lost_text(member);
    return place;
  }
  auto placed = read_placed(client, member.id, name, within_ms);
  if (placed) {
    place.there = *std::move(placed);
  } else if (placed.error().code == ErrorCode::kUnknownSession) {
    place.unknown = placed.error().text;
  } else {
    return tl::unexpected(placed.error());
  }
  return place;
}

void add_wanted(const GroupState& state, MemberId id, const std::string& name,
                ArtefactPlace& place) {
  for (const MemberRow& row : roster(state)) {
    if (row.id != id) continue;
    const auto desired = desired_artefact(state, row, name);
    if (!desired) return;
    place.sequence = desired->sequence;
    if (desired->release) place.wanted = desired->release->version;
  }
}

}  // namespace

Done run_artefact_list(const GlobalOptions& global, Client& client) {
  const auto state = read_artefacts(client, "", global.timeout_ms);
  if (!state) return look_failure(client, state.error());
  const ArtefactsReport report = report_of(*state, names_in(*state));
  if (global.format == Format::kJson) return Said{render_json(report, "ArtefactList")};
  return Said{render_list(report)};
}

Done run_artefact_show(const GlobalOptions& global, const ArtefactCall& call, Client& client,
                       const Surroundings& around) {
  const auto names = known_name(client, call.name, global.timeout_ms);
  if (!names) return look_failure(client, names.error());
  const auto state = read_artefacts(client, call.name, global.timeout_ms);
  if (!state) return look_failure(client, state.error());
  const ArtefactsReport report = report_of(*state, *names);
  if (global.format == Format::kJson) return Said{render_json(report, "ArtefactDetail")};
  CatalogueReport catalogue;
  for (const CataloguedVersion& version : report.artefacts.front().versions) {
    catalogue.entries.push_back({{call.name, version.version}, version.row});
  }
  std::string text = render_list(report);
  if (!catalogue.entries.empty()) {
    text += "\nin the group's repository\n" + render_text(catalogue, around.wall_clock());
  }
  return Said{std::move(text)};
}

Done run_artefact_where(const GlobalOptions& global, const ArtefactCall& call, Client& client) {
  const auto names = known_name(client, call.name, global.timeout_ms);
  if (!names) return look_failure(client, names.error());
  auto state = read_artefacts(client, call.name, global.timeout_ms);
  Status read = state ? read_state(client, "member/", global.timeout_ms, *state)
                      : Status(tl::unexpected(state.error()));
  Sequence head;
  const auto members = read_members(client, global.timeout_ms, head);
  if (read && !members) read = tl::unexpected(members.error());
  if (!read) return look_failure(client, read.error());
  WhereReport report{call.name, {}};
  for (const MemberInfo& member : *members) {
    auto place = place_of(member, call.name, client, global.timeout_ms);
    if (!place) return look_failure(client, place.error());
    add_wanted(*state, member.id, call.name, *place);
    const bool says_something = place->there || place->sequence || !place->unknown.empty();
    if (says_something) report.places.push_back(*std::move(place));
  }
  if (global.format == Format::kJson) return Said{render_json(report)};
  return Said{render_text(report)};
}

}  // namespace groupctl
