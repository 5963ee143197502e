#include "commands/state/intended.h"

namespace groupctl {
namespace {

void lay_over(Aim& aim, const std::string& name, const Wanted& wanted) {
  if (std::holds_alternative<LeftAsItIs>(wanted)) {
    aim.desired.artefacts.erase(name);
    aim.left.insert(name);
    return;
  }
  DesiredArtefact artefact;
  if (const auto* release = std::get_if<Release>(&wanted)) artefact.release = *release;
  aim.desired.artefacts.insert_or_assign(name, std::move(artefact));
}

void lay_over_property(Aim& aim, const std::string& key, const Wanted& wanted) {
  if (const auto* value = std::get_if<std::string>(&wanted)) {
    aim.desired.properties.insert_or_assign(key, DesiredProperty{*value, {}});
  } else {
    aim.desired.properties.erase(key);
  }
}

bool same_release(const std::optional<DesiredArtefact>& desired, const Wanted& wanted) {
  const auto* release = std::get_if<Release>(&wanted);
  if (!desired || !desired->release) return release == nullptr;
  return release != nullptr && *release == *desired->release;
}

bool same_value(const std::optional<PropertyAssignment>& desired, const Wanted& wanted) {
  const auto* value = std::get_if<std::string>(&wanted);
  if (!desired || !desired->value) return value == nullptr;
  return value != nullptr && *value == *desired->value;
}

}  // namespace

bool stands_against_commands(const Intended& intended, std::string_view key) {
  const auto found = intended.find(key);
  return found != intended.end() && found->second.cause != Cause::kOverride;
}

Aim with_intended(Desired desired, const Intended& intended) {
  Aim aim{std::move(desired), {}};
  for (const auto& [key, delta] : intended) {
    if (const auto name = artefact_name(key)) {
      lay_over(aim, std::string(*name), delta.wanted);
    } else if (const auto property = property_name(key)) {
      lay_over_property(aim, std::string(*property), delta.wanted);
    }
  }
  return aim;
}

Aim aim_for(const GroupState& state, const std::optional<MemberRow>& member,
            const Intended& intended) {
  return with_intended(member ? desired_for(state, *member) : Desired{}, intended);
}

Aim artefact_aim_for(const GroupState& state, const std::optional<MemberRow>& member,
                     const Intended& intended) {
  Desired desired;
  if (member) desired.artefacts = desired_artefacts(state, *member);
  Aim aim = with_intended(std::move(desired), intended);
  aim.desired.properties.clear();
  return aim;
}

bool says_the_same(const GroupState& state, const std::optional<MemberRow>& member,
                   std::string_view key, const IntendedDelta& delta) {
  if (delta.cause == Cause::kHold || !member) return false;
  if (const auto name = artefact_name(key)) {
    return same_release(desired_artefact(state, *member, *name), delta.wanted);
  }
  const auto property = property_name(key);
  return property && same_value(desired_property(state, *member, *property), delta.wanted);
}

bool is_void(const GroupState& state, const std::optional<MemberRow>& member, std::string_view key,
             const IntendedDelta& delta) {
  if (delta.cause != Cause::kOverride) return says_the_same(state, member, key, delta);
  const auto name = artefact_name(key);
  if (!name) return true;
  if (!member) return false;
  const auto desired = desired_artefact(state, *member, *name);
  return !desired || !desired->release || desired->sequence != delta.over;
}

std::string_view to_word(Cause cause) {
  switch (cause) {
    case Cause::kOverride:
      return "override";
    case Cause::kLocal:
      return "local";
    case Cause::kHold:
      return "hold";
  }
  return "unknown";
}

}  // namespace groupctl
