// What there is to say of the group's repository and its artefacts, before it is text or JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/text.h"
#include "commands/state/catalogue.h"
#include "commands/state/rows.h"
#include "wire/question_messages.h"
#include "wire/repository_messages.h"

namespace groupctl {

/// `repo put`.
struct PutReport {
  CatalogueName artefact;
  ArtefactDigest digest;
  std::uint64_t bytes = 0;
  CataloguedReply catalogued;
  std::uint64_t took_ms = 0;
};

struct CatalogueEntry {
  CatalogueName artefact;
  CatalogueRow row;
};
/// `repo list`: by name, the version catalogued last first.
struct CatalogueReport {
  std::vector<CatalogueEntry> entries;
};

/// `repo verify`: one a blob; several artefacts may have the same content.
struct VerifiedBlob {
  std::vector<CatalogueName> artefacts;
  VerifyReply reply;
};
struct VerifyReport {
  std::vector<VerifiedBlob> blobs;
  std::size_t damaged() const;
};

/// `repo gc`.
struct CollectReport {
  CollectReply reply;
  bool dry_run = false;
};

struct AssignedArtefact {
  std::string name;
  ArtefactRow row;
  std::vector<CataloguedVersion> versions;  ///< in the catalogue, the last one first
};
/// `artefact list` and `artefact show`: by name.
struct ArtefactsReport {
  std::vector<AssignedArtefact> artefacts;
};

/// A member and one artefact.
struct ArtefactPlace {
  std::string member;
  std::string unknown;                  ///< why it cannot be told what is there; empty: it can
  std::optional<PlacedArtefact> there;  ///< nullopt: nothing
  std::string wanted;                   ///< the version that the group wants of it; empty: none
  Sequence sequence;                    ///< of the assignment that says so; 0: none does
};
/// `artefact where`: by member.
struct WhereReport {
  std::string name;
  std::vector<ArtefactPlace> places;
};

/// "38.2 MB".

// As text for people. Pure.
std::string render_text(const PutReport& report);
std::string render_text(const CatalogueReport& report, const WallClock& clock);
std::string render_text(const VerifyReport& report);
std::string render_text(const CollectReport& report);
std::string render_list(const ArtefactsReport& report);
std::string render_text(const WhereReport& report);

// As JSON (docs/json.md). Pure.
std::string render_json(const PutReport& report);
std::string render_json(const CatalogueReport& report);
std::string render_json(const VerifyReport& report);
std::string render_json(const CollectReport& report);
std::string render_json(const ArtefactsReport& report, std::string_view kind);
std::string render_json(const WhereReport& report);

}  // namespace groupctl
