// CATALOGUED: the group's repository holds an artefact from this entry on.
#include "commands/payload.h"
#include "commands/state/names.h"
#include "commands/state/rows.h"
#include "commands/system/rows.h"
#include "commands/system/system.capnp.h"
#include "commands/system/system.h"

namespace groupctl {
namespace {

static_assert(kCataloguedKind == kind_of<payload::Catalogued>());

struct Wanted {
  CatalogueName artefact;
  ArtefactDigest digest;
  std::uint64_t bytes = 0;
};

Result<Wanted> read(ByteView bytes) {
  return read_payload<payload::Catalogued>("CATALOGUED", bytes, [](auto in) -> Result<Wanted> {
    Wanted wanted{{text_of(in.getName()), text_of(in.getVersion())}, {}, in.getBytes()};
    if (!is_name(wanted.artefact.name)) {
      return fail(ErrorCode::kInvalid, "CATALOGUED: no artefact's name");
    }
    if (!is_version(wanted.artefact.version)) {
      return fail(ErrorCode::kInvalid, "CATALOGUED: no version");
    }
    if (!wanted.digest.assign(view_of(in.getDigest())) || !wanted.digest) {
      return fail(ErrorCode::kInvalid, "CATALOGUED: the digest is missing");
    }
    return wanted;
  });
}

Result<std::vector<std::string>> keys(ByteView bytes) {
  return read(bytes).map([](const Wanted& wanted) {
    return std::vector<std::string>{catalogue_key(wanted.artefact.name, wanted.artefact.version)};
  });
}

tl::unexpected<Error> known_otherwise(const CatalogueName& artefact, const ArtefactDigest& digest) {
  return fail(ErrorCode::kConflict, artefact.name + "@" + artefact.version +
                                        " is already known with digest sha256:" + digest.hex() +
                                        "; another content takes another version");
}

/// The same again changes nothing.
Result<StateChanges> apply(const Entry& entry, const GroupState& state) {
  auto wanted = read(entry.payload);
  if (!wanted) return tl::unexpected<Error>(wanted.error());
  const CatalogueName& artefact = wanted->artefact;
  if (auto there = catalogued(state, artefact.name, artefact.version)) {
    if (there->digest != wanted->digest) return known_otherwise(artefact, there->digest);
    return StateChanges{};
  }
  for (const ArtefactAssignment& there : artefact_row(state, artefact.name).releases) {
    if (!there.release || there.release->version != artefact.version) continue;
    if (there.release->digest != wanted->digest) {
      return known_otherwise(artefact, there.release->digest);
    }
  }
  return StateChanges{{catalogue_key(artefact.name, artefact.version),
                       encode(CatalogueRow{wanted->digest, wanted->bytes, entry.sequence,
                                           entry.issued, entry.issuer_name})}};
}

bool counts_nobody(const Entry&, const GroupState&, const MemberRow&) { return false; }

}  // namespace

ApplyRow system::catalogued_apply_row() {
  return {kCataloguedKind, "CATALOGUED", EntryClass::kState, true, keys, apply, counts_nobody};
}

Bytes catalogued_payload(const CatalogueName& artefact, const ArtefactDigest& digest,
                         std::uint64_t bytes) {
  return make_payload<payload::Catalogued>([&](auto out) {
    out.setName(text_reader(artefact.name));
    out.setVersion(text_reader(artefact.version));
    out.setDigest(data_of(digest.view()));
    out.setBytes(bytes);
  });
}

}  // namespace groupctl
