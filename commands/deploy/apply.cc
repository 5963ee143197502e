#include "commands/assignments.h"
#include "commands/deploy/deploy.capnp.h"
#include "commands/deploy_bounds.h"
#include "commands/payload.h"
#include "commands/state/catalogue.h"
#include "commands/state/names.h"
#include "commands/state/order.h"
#include "commands/state/row_codec.h"

namespace groupctl::deploy {
namespace {

struct Wanted {
  std::string name;
  Release release;
  std::optional<RolloutPolicy> rolling = {};
};

/// Without times it has the usual ones.
Status settle_health(HealthCheck& health) {
  if (health.every_ms == 0) health.every_ms = kHealthEveryMs;
  if (health.within_ms == 0) health.within_ms = kHealthWithinMs;
  if (auto valid = check_health_command(health.command); !valid) return valid;
  return check_health_times(health);
}

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
    release.after = read_texts(in.getAfter());
    if (auto valid = check_starts_after(release.after); !valid) {
      return fail("DEPLOY", valid.error());
    }
    if (in.hasHealth()) {
      release.health = read_health(in.getHealth());
      if (auto valid = settle_health(release.health); !valid) {
        return fail("DEPLOY", valid.error());
      }
    }
    if (in.hasRolling()) {
      wanted.rolling = read_policy(in.getRolling());
      if (auto valid = check_policy(*wanted.rolling); !valid) {
        return fail("DEPLOY", valid.error());
      }
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

/// Over all that is assigned to anybody: what may run together anywhere has an order.
Status check_order(const GroupState& state, const Wanted& wanted) {
  if (wanted.release.after.empty()) return {};
  std::string text;
  for (const std::string& name : cycle_through(state, wanted.name, wanted.release.after)) {
    text += (text.empty() ? "" : " after ") + name;
  }
  if (text.empty()) return {};
  return fail(ErrorCode::kRefused, "DEPLOY: they cannot start in an order: " + text);
}

Result<StateChanges> apply(const Entry& entry, const GroupState& state) {
  if (auto valid = check_target(entry); !valid) return fail("DEPLOY", valid.error());
  auto wanted = read(entry.payload);
  if (!wanted) return tl::unexpected<Error>(wanted.error());
  if (auto pinned = pin(state, *wanted); !pinned) return fail("DEPLOY", pinned.error());
  if (auto ordered = check_order(state, *wanted); !ordered) {
    return tl::unexpected<Error>(ordered.error());
  }
  auto changes =
      wanted->rolling
          ? begin_rollout(state, entry, wanted->name, std::move(wanted->release), *wanted->rolling)
          : assign_release(state, entry, wanted->name, std::move(wanted->release));
  if (!changes) return fail("DEPLOY", changes.error());
  return changes;
}

/// What a rollout is to carry out its RELEASE entries carry out.
bool announces(ByteView payload) {
  const auto wanted = read(payload);
  return wanted && wanted->rolling;
}

/// Without its rollout. What is no payload stays what it is.
Bytes at_once(ByteView bytes) {
  const auto without = with_capnp("DEPLOY", [&]() -> Result<Bytes> {
    CapnpReader reader(bytes);
    capnp::MallocMessageBuilder message;
    message.setRoot(reader.root<payload::Deploy>());
    message.getRoot<payload::Deploy>().disownRolling();
    return to_bytes(message);
  });
  return without ? *without : copy_bytes(bytes);
}

}  // namespace

ApplyRow apply_row() {
  ApplyRow row{kind_of<payload::Deploy>(), "DEPLOY", EntryClass::kState, false, keys, apply,
               any_artefact_counts};
  row.announces = announces;
  row.at_once = at_once;
  return row;
}

}  // namespace groupctl::deploy
