#include "commands/state/catalogue.h"

#include <algorithm>

#include "commands/state/row_codec.h"

namespace groupctl {
namespace {

constexpr std::size_t kVersionsNamed = 5;

CatalogueRow valid(ByteView bytes) {
  auto row = decode_catalogue_row(bytes);
  GROUPCTL_INVARIANT(row.has_value(), "a row of the catalogue does not decode");
  return *std::move(row);
}

}  // namespace

std::string catalogue_key(std::string_view name, std::string_view version) {
  return std::string(kCataloguePrefix).append(name).append("/").append(version);
}

std::optional<CatalogueName> catalogue_name(std::string_view key) {
  if (!key.starts_with(kCataloguePrefix)) return std::nullopt;
  key.remove_prefix(kCataloguePrefix.size());
  const std::size_t slash = key.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return CatalogueName{std::string(key.substr(0, slash)), std::string(key.substr(slash + 1))};
}

Bytes encode(const CatalogueRow& row) {
  return canonical_bytes<state_schema::CatalogueRow>([&](auto& out) {
    out.setDigest(data_of(row.digest.view()));
    out.setBytes(row.bytes);
    out.setSequence(row.sequence.value);
    out.setWhenMs(row.when.value);
    out.setWho(text_reader(row.who));
  });
}

Result<CatalogueRow> decode_catalogue_row(ByteView bytes) {
  return with_capnp("row of the catalogue", [&]() -> Result<CatalogueRow> {
    CanonicalReader reader(bytes);
    auto in = reader.root<state_schema::CatalogueRow>();
    CatalogueRow row{{},
                     in.getBytes(),
                     Sequence(in.getSequence()),
                     GroupTime(in.getWhenMs()),
                     text_of(in.getWho())};
    if (!row.digest.assign(view_of(in.getDigest()))) {
      return fail(ErrorCode::kInvalid, "the digest of a catalogued artefact is not 32 bytes");
    }
    return row;
  });
}

std::optional<CatalogueRow> catalogued(const GroupState& state, std::string_view name,
                                       std::string_view version) {
  const Bytes* bytes = state.find(catalogue_key(name, version));
  if (bytes == nullptr) return std::nullopt;
  return valid(*bytes);
}

std::vector<CataloguedVersion> catalogued_versions(const GroupState& state, std::string_view name) {
  std::vector<CataloguedVersion> versions;
  const std::string prefix = catalogue_key(name, "");
  for (auto at = state.lower_bound(prefix); at != state.end() && at->first.starts_with(prefix);
       ++at) {
    versions.push_back({at->first.substr(prefix.size()), valid(at->second)});
  }
  std::sort(versions.begin(), versions.end(),
            [](const auto& a, const auto& b) { return a.row.sequence > b.row.sequence; });
  return versions;
}

std::string not_catalogued(const GroupState& state, std::string_view name,
                           std::string_view version) {
  const std::string artefact = std::string(name).append(version.empty() ? "" : "@").append(version);
  std::string text = artefact + " is not in the group's catalogue";
  const auto versions = catalogued_versions(state, name);
  for (std::size_t i = 0; i < std::min(versions.size(), kVersionsNamed); ++i) {
    text += (i == 0 ? "; there is " : ", ") + std::string(name) + "@" + versions[i].version;
  }
  if (versions.size() > kVersionsNamed) text += " and others";
  return text + "; put it there: groupctl repo put " + std::string(name) + "@" +
         (version.empty() ? "VERSION" : std::string(version)) + " FILE, or give its digest";
}

}  // namespace groupctl
