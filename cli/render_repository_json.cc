// The group's repository and its artefacts as JSON.
#include "cli/json_text.h"
#include "cli/repository_report.h"
#include "commands/state/target.h"

namespace groupctl {
namespace {

using nlohmann::json;

json artefact_of(const CatalogueName& artefact) {
  return {{"artefact", artefact.name}, {"version", artefact.version}};
}

json catalogue_row_of(const CatalogueName& artefact, const CatalogueRow& row) {
  json object = artefact_of(artefact);
  object["digest"] = "sha256:" + row.digest.hex();
  object["bytes"] = row.bytes;
  object["seq"] = row.sequence.value;
  object["putAt"] = rfc3339(row.when);
  put_text(object, "issuer", row.who);
  return object;
}

json assignment_of(const ArtefactAssignment& one) {
  json object = {{"target", to_text(one.target)}, {"seq", one.sequence.value}};
  if (!one.release) {
    object["absent"] = true;
    return object;
  }
  object["version"] = one.release->version;
  object["digest"] = "sha256:" + one.release->digest.hex();
  object["deployer"] = one.release->deployer;
  return object;
}

}  // namespace

std::string render_json(const PutReport& report) {
  json object = json_envelope("ArtefactPut");
  object.update(artefact_of(report.artefact));
  object["digest"] = "sha256:" + report.digest.hex();
  object["bytes"] = report.bytes;
  object["seq"] = report.catalogued.sequence.value;
  object["unchanged"] = report.catalogued.unchanged;
  object["durationMs"] = report.took_ms;
  return json_line(object);
}

std::string render_json(const CatalogueReport& report) {
  json object = json_envelope("RepositoryList");
  object["artefacts"] = json::array();
  for (const CatalogueEntry& entry : report.entries) {
    object["artefacts"].push_back(catalogue_row_of(entry.artefact, entry.row));
  }
  return json_line(object);
}

std::string render_json(const VerifyReport& report) {
  json object = json_envelope("RepositoryVerify");
  object["blobs"] = json::array();
  for (const VerifiedBlob& blob : report.blobs) {
    json one = {{"digest", "sha256:" + blob.reply.digest.hex()},
                {"bytes", blob.reply.checked},
                {"sound", blob.reply.fault.empty()},
                {"artefacts", json::array()}};
    put_text(one, "fault", blob.reply.fault);
    for (const CatalogueName& artefact : blob.artefacts) {
      one["artefacts"].push_back(artefact_of(artefact));
    }
    object["blobs"].push_back(std::move(one));
  }
  object["damaged"] = report.damaged();
  return json_line(object);
}

std::string render_json(const CollectReport& report) {
  json object = json_envelope("RepositoryGc");
  object["dryRun"] = report.dry_run;
  object["removed"] = {{"blobs", report.reply.blobs},
                       {"uploads", report.reply.uploads},
                       {"bytes", report.reply.bytes}};
  object["kept"] = {{"blobs", report.reply.kept_blobs}, {"bytes", report.reply.kept_bytes}};
  return json_line(object);
}

std::string render_json(const ArtefactsReport& report, std::string_view kind) {
  json object = json_envelope(kind);
  object["artefacts"] = json::array();
  for (const AssignedArtefact& one : report.artefacts) {
    json shown = {
        {"artefact", one.name}, {"assignments", json::array()}, {"catalogue", json::array()}};
    for (const ArtefactAssignment& there : one.row.releases) {
      shown["assignments"].push_back(assignment_of(there));
    }
    for (const CataloguedVersion& version : one.versions) {
      shown["catalogue"].push_back(catalogue_row_of({one.name, version.version}, version.row));
    }
    object["artefacts"].push_back(std::move(shown));
  }
  return json_line(object);
}

std::string render_json(const WhereReport& report) {
  json object = json_envelope("ArtefactWhere");
  object["artefact"] = report.name;
  object["members"] = json::array();
  for (const ArtefactPlace& place : report.places) {
    json one = {{"name", place.member}};
    if (const auto& there = place.there) {
      one["version"] = there->version;
      one["digest"] = "sha256:" + there->digest.hex();
      put_text(one, "run", there->run);
      put_text(one, "repository", there->repository);
    }
    put_text(one, "unknown", place.unknown);
    put_text(one, "wanted", place.wanted);
    if (place.sequence) one["seq"] = place.sequence.value;
    object["members"].push_back(std::move(one));
  }
  return json_line(object);
}

}  // namespace groupctl
