// The group's repository and its artefacts as tables.
#include <fmt/format.h>

#include <algorithm>

#include "cli/repository_report.h"
#include "commands/state/target.h"

namespace groupctl {
namespace {

std::string name_of(const CatalogueName& artefact) {
  return artefact.name + "@" + artefact.version;
}
std::string short_digest(const ArtefactDigest& digest) { return digest.hex().substr(0, 12); }

std::string names_of(const std::vector<CatalogueName>& artefacts) {
  std::string text;
  for (const CatalogueName& artefact : artefacts) {
    text += (text.empty() ? "" : ", ") + name_of(artefact);
  }
  return text;
}

}  // namespace

std::size_t VerifyReport::damaged() const {
  return static_cast<std::size_t>(
      std::count_if(blobs.begin(), blobs.end(),
                    [](const VerifiedBlob& blob) { return !blob.reply.fault.empty(); }));
}

std::string render_text(const PutReport& report) {
  return fmt::format("seq {}  {}  sha256:{}  {}{}\n", report.catalogued.sequence.value,
                     escaped(name_of(report.artefact)), report.digest.hex(),
                     bytes_text(report.bytes), report.catalogued.unchanged ? "  unchanged" : "");
}

std::string render_text(const CatalogueReport& report, const WallClock& clock) {
  static const std::vector<Column> columns = {{"ARTEFACT"},  {"SIZE", true}, {"DIGEST"},
                                              {"SEQ", true}, {"WHEN"},       {"BY"}};
  std::vector<std::vector<std::string>> rows;
  for (const CatalogueEntry& entry : report.entries) {
    rows.push_back({name_of(entry.artefact), bytes_text(entry.row.bytes),
                    short_digest(entry.row.digest), fmt::to_string(entry.row.sequence.value),
                    when_text(entry.row.when, clock), entry.row.who.empty() ? "-" : entry.row.who});
  }
  return table(columns, rows);
}

std::string render_text(const VerifyReport& report) {
  std::string text;
  std::uint64_t bytes = 0;
  for (const VerifiedBlob& blob : report.blobs) {
    bytes += blob.reply.checked;
    if (blob.reply.fault.empty()) continue;
    text += fmt::format("damaged  {}  sha256:{}: {}\n", escaped(names_of(blob.artefacts)),
                        blob.reply.digest.hex(), escaped(blob.reply.fault));
  }
  return text + fmt::format("{} verified, {}; {} damaged\n", counted(report.blobs.size(), "blob"),
                            bytes_text(bytes), report.damaged());
}

std::string render_text(const CollectReport& report) {
  const CollectReply& reply = report.reply;
  return fmt::format("{} {} and {}, {}; {} kept, {}\n", report.dry_run ? "would remove" : "removed",
                     counted(reply.blobs, "blob"), counted(reply.uploads, "upload"),
                     bytes_text(reply.bytes), counted(reply.kept_blobs, "blob"),
                     bytes_text(reply.kept_bytes));
}

std::string render_list(const ArtefactsReport& report) {
  static const std::vector<Column> columns = {{"ARTEFACT"},  {"VERSION"}, {"TARGET"},
                                              {"SEQ", true}, {"DIGEST"},  {"REPOSITORY"}};
  std::vector<std::vector<std::string>> rows;
  for (const AssignedArtefact& one : report.artefacts) {
    for (const ArtefactAssignment& there : one.row.releases) {
      const bool held =
          there.release && std::any_of(one.versions.begin(), one.versions.end(),
                                       [&](const CataloguedVersion& version) {
                                         return version.version == there.release->version;
                                       });
      rows.push_back({one.name, there.release ? there.release->version : "absent",
                      to_text(there.target), fmt::to_string(there.sequence.value),
                      there.release ? short_digest(there.release->digest) : "-",
                      held ? "group" : "-"});
    }
    if (one.row.releases.empty()) rows.push_back({one.name, "-", "-", "-", "-", "group"});
  }
  return table(columns, rows);
}

std::string render_text(const WhereReport& report) {
  static const std::vector<Column> columns = {
      {"MEMBER"}, {"IN PLACE"}, {"RUNS"}, {"DIGEST"}, {"REPOSITORY"}, {"GROUP"}, {"SEQ", true}};
  std::vector<std::vector<std::string>> rows;
  for (const ArtefactPlace& place : report.places) {
    std::vector<std::string> row{place.member, "absent", "-", "-", "-"};
    if (const auto& there = place.there) {
      row = {place.member, there->version, there->run.empty() ? "-" : there->run,
             short_digest(there->digest), there->repository.empty() ? "-" : there->repository};
    }
    if (!place.unknown.empty()) row = {place.member, "? unknown", "-", "-", place.unknown};
    row.push_back(place.wanted.empty() ? "absent" : place.wanted);
    row.push_back(place.sequence ? fmt::to_string(place.sequence.value) : "-");
    rows.push_back(std::move(row));
  }
  return table(columns, rows);
}

}  // namespace groupctl
