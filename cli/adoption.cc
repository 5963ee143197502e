#include "cli/adoption.h"

#include <fmt/format.h>

#include <algorithm>

#include "commands/building.h"
#include "commands/state/names.h"

namespace groupctl {
namespace {

constexpr std::string_view kArtefact = "artefact/";

Result<BuiltCommand> command_for(const std::string& key, const Thing& thing) {
  const std::string name = key.substr(key.find('/') + 1);
  const bool nothing = thing.kind == Thing::Kind::kNothing;
  if (thing.kind == Thing::Kind::kRun) {
    return build_command(thing.value == "stopped" ? "stop" : "start", name);
  }
  if (!key.starts_with(kArtefact)) {
    return nothing ? build_command("unset", name) : build_command("set", name + "=" + thing.value);
  }
  if (nothing) return build_command("undeploy", name);
  return build_deploy(name, {thing.version, thing.digest, thing.deployer, thing.config});
}

/// What is found in place does not say by which deployer.
Thing with_deployer(Thing thing) {
  if (thing.kind == Thing::Kind::kRelease && thing.deployer.empty()) {
    thing.deployer = kDefaultDeployer;
  }
  return thing;
}

/// What the group is to want. Error: why it cannot be adopted.
Result<Thing> adopted_thing(const Deviation& row, const Deviation* beside) {
  if (beside != nullptr && beside->kind == "failed") {
    return fail(ErrorCode::kRefused, "it failed there: " + beside->why);
  }
  if (row.cause == "override" && row.wanted.digest != row.group.digest) {
    return fail(
        ErrorCode::kRefused,
        "one version has one content: put that archive into the group's repository as another");
  }
  if (row.kind == "intended") {
    return with_deployer(row.wanted.kind == Thing::Kind::kAsItIs ? row.there : row.wanted);
  }
  if (row.there.kind == Thing::Kind::kRun) {
    if (row.there.value == "stopped" || row.there.value == "running") return row.there;
    return fail(ErrorCode::kRefused, "it is " + row.there.value);
  }
  const bool other_release = row.there.kind != row.group.kind ||
                             row.there.version != row.group.version ||
                             row.there.digest != row.group.digest;
  if (row.kind == "foreign" || (row.kind == "drifted" && other_release)) {
    return with_deployer(row.there);
  }
  return fail(ErrorCode::kRefused,
              row.kind == "drifted" ? "its content is in no archive" : "it is " + row.kind);
}

Result<Adopted> adopted(const MemberInfo& member, const Deviation& row, const Deviation* beside,
                        const Target* target) {
  auto thing = adopted_thing(row, beside);
  if (!thing) return tl::unexpected<Error>(thing.error());
  auto built = command_for(row.key, *thing);
  if (!built) return tl::unexpected<Error>(built.error());
  auto own = parse_target({member.name});
  if (!own) return tl::unexpected<Error>(own.error());
  Adopted one{member, row.key, std::move(*thing), {}, {}};
  one.command = {built->kind, target != nullptr ? *target : *own, 0, {}, std::move(built->payload)};
  if (row.wanted.kind == Thing::Kind::kAsItIs) one.held_by.push_back(member);
  return one;
}

/// For a target one command does for all; two members that differ cannot both be what it is to
/// have.
Status add(Adopted one, bool for_target, Adoption& adoption) {
  const auto same_key = std::find_if(adoption.commands.begin(), adoption.commands.end(),
                                     [&](const Adopted& other) { return other.key == one.key; });
  if (!for_target || same_key == adoption.commands.end()) {
    adoption.commands.push_back(std::move(one));
    return {};
  }
  if (same_key->thing != one.thing) {
    return fail(ErrorCode::kInvalid, fmt::format("{} and {} have different {}: adopt one of them",
                                                 same_key->member.name, one.member.name, one.key));
  }
  std::move(one.held_by.begin(), one.held_by.end(), std::back_inserter(same_key->held_by));
  return {};
}

}  // namespace

Status adopt_rows(const MemberInfo& member, const std::vector<Deviation>& rows,
                  const Target* target, Adoption& adoption) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0 && rows[i].key == rows[i - 1].key) continue;
    const bool followed = i + 1 < rows.size() && rows[i + 1].key == rows[i].key;
    auto one = adopted(member, rows[i], followed ? &rows[i + 1] : nullptr, target);
    if (!one) {
      adoption.skipped.push_back(
          fmt::format("{}: {}: {}", member.name, rows[i].key, one.error().text));
      continue;
    }
    const Status added = add(*std::move(one), target != nullptr, adoption);
    if (!added) return added;
  }
  return {};
}

}  // namespace groupctl
