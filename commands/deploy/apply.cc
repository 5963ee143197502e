#include "commands/assignments.h"
#include "commands/deploy/deploy.capnp.h"
#include "commands/payload.h"
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
    if (!is_version(release.version)) return fail(ErrorCode::kInvalid, "DEPLOY: no version");
    if (!is_name(release.deployer)) return fail(ErrorCode::kInvalid, "DEPLOY: no deployer's name");
    if (!release.digest.assign(view_of(in.getDigest())) || !release.digest) {
      return fail(ErrorCode::kInvalid, "DEPLOY: the digest is missing");
    }
    return wanted;
  });
}

Result<std::vector<std::string>> keys(ByteView bytes) {
  return read(bytes).map(
      [](const Wanted& wanted) { return std::vector<std::string>{artefact_key(wanted.name)}; });
}

Result<StateChanges> apply(const Entry& entry, const GroupState& state) {
  if (auto valid = check_target(entry); !valid) return fail("DEPLOY", valid.error());
  auto wanted = read(entry.payload);
  if (!wanted) return tl::unexpected<Error>(wanted.error());
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
