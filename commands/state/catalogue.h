// The catalogue: which artefacts the group's repository has been given, as rows of GroupState.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/state/group_state.h"

namespace groupctl {

/// `catalogue/NAME/VERSION`. Written once, by CATALOGUED: a version keeps its content.
struct CatalogueRow {
  ArtefactDigest digest;
  std::uint64_t bytes = 0;  ///< of the archive
  Sequence sequence;        ///< of its CATALOGUED entry
  GroupTime when;
  std::string who;  ///< "ana@bastion"
  bool operator==(const CatalogueRow&) const = default;
};

struct CatalogueName {
  std::string name;
  std::string version;
  bool operator==(const CatalogueName&) const = default;
};

inline constexpr std::string_view kCataloguePrefix = "catalogue/";
std::string catalogue_key(std::string_view name, std::string_view version);
/// Of "catalogue/NAME/VERSION"; nullopt for any other key.
std::optional<CatalogueName> catalogue_name(std::string_view key);

Bytes encode(const CatalogueRow& row);
Result<CatalogueRow> decode_catalogue_row(ByteView bytes);

/// nullopt: not catalogued.
std::optional<CatalogueRow> catalogued(const GroupState& state, std::string_view name,
                                       std::string_view version);
struct CataloguedVersion {
  std::string version;
  CatalogueRow row;
};
/// All versions of an artefact, the one catalogued last first.
std::vector<CataloguedVersion> catalogued_versions(const GroupState& state, std::string_view name);
/// Why a deploy without a digest is refused: what is there instead, and what to do.
std::string not_catalogued(const GroupState& state, std::string_view name,
                           std::string_view version);

}  // namespace groupctl
