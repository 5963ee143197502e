#include "commands/assignments.h"
#include "commands/deploy/deploy.capnp.h"
#include "commands/payload.h"
#include "commands/state/catalogue.h"
#include "commands/state/names.h"

namespace groupctl::deploy {
namespace {

struct Wanted {
  std::string name;
  Release release;
};

Result<Wanted> read(ByteView bytes) {
  return read_payload<payload::Deploy>("DEPLOY", bytes, [](auto in) -> Result<Wanted> {
    Wanted wanted{text_of(in.getName()),
                  {text_of(in.getVersion()),
                   {},
                   text_of(in.getDeployer()),
                   copy_bytes(view_of(in.getConfig()))}};
    Release& release = wanted.release;
    if (release.deployer.empty()) release.deployer = kDefaultDeployer;
    if (!is_name(wanted.name)) return fail(ErrorCode::kInvalid, "DEPLOY: no artefact's name");
    if (!release.version.empty() && !is_version(release.version)) {
      return fail(ErrorCode::kInvalid, "DEPLOY: no version");
    }
    if (!is_name(release.deployer)) return fail(ErrorCode::kInvalid, "DEPLOY: no deployer's name");
    const ByteView digest = view_of(in.getDigest());
    if (!digest.empty() && (!release.digest.assign(digest) || !release.digest)) {
      return fail(ErrorCode::kInvalid, "DEPLOY: no digest of 32 bytes");
    }
    if (release.digest && release.version.empty()) {
      return fail(ErrorCode::kInvalid, "DEPLOY: a digest without a version");
    }
    return wanted;
  });
}

Result<std::vector<std::string>> keys(ByteView bytes) {
  return read(bytes).map(
      [](const Wanted& wanted) { return std::vector<std::string>{artefact_key(wanted.name)}; });
}

/// What the payload leaves open the catalogue says, here and now: the state then holds version and
/// digest, and what is catalogued later does not change what this entry deployed.
Status pin(const GroupState& state, Wanted& wanted) {
  Release& release = wanted.release;
  if (release.version.empty()) {
    const auto versions = catalogued_versions(state, wanted.name);
    if (versions.empty()) return fail(ErrorCode::kNotFound, not_catalogued(state, wanted.name, ""));
    release.version = versions.front().version;
  }
  const auto row = catalogued(state, wanted.name, release.version);
  if (row && !release.digest) release.digest = row->digest;
  if (!release.digest) {
    return fail(ErrorCode::kNotFound, not_catalogued(state, wanted.name, release.version));
  }
  if (row && row->digest != release.digest) {
    return fail(ErrorCode::kConflict, wanted.name + "@" + release.version +
                                          " is catalogued with digest sha256:" + row->digest.hex() +
                                          "; another content takes another version");
  }
  return {};
}

Result<StateChanges> apply(const Entry& entry, const GroupState& state) {
  if (auto valid = check_target(entry); !valid) return fail("DEPLOY", valid.error());
  auto wanted = read(entry.payload);
  if (!wanted) return tl::unexpected<Error>(wanted.error());
  if (auto pinned = pin(state, *wanted); !pinned) return fail("DEPLOY", pinned.error());
  auto change = assign_release(state, entry, wanted->name, std::move(wanted->release));
  if (!change) return fail("DEPLOY", change.error());
  return StateChanges{std::move(*change)};
}

}  // namespace

ApplyRow apply_row() {
  return {kind_of<payload::Deploy>(), "DEPLOY", EntryClass::kState, false, keys, apply,
          any_artefact_counts};
}

}  // namespace groupctl::deploy
