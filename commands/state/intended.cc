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
  const auto run = aim.desired.runs.find(name);
  if (run != aim.desired.runs.end()) {
    artefact.running = run->second.running;
    artefact.run_sequence = run->second.sequence;
  }
  aim.desired.artefacts.insert_or_assign(name, std::move(artefact));
}

/// Of what nobody wants here there is nothing to run.
void lay_over_run(Aim& aim, const std::string& name, const Wanted& wanted) {
  const auto* run = std::get_if<WantedRun>(&wanted);
  const auto artefact = aim.desired.artefacts.find(name);
  if (run == nullptr || artefact == aim.desired.artefacts.end()) return;
  artefact->second.running = run->running;
  artefact->second.run_sequence = {};
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

const IntendedDelta* standing_against(const Intended& intended, std::string_view key) {
  const auto found = intended.find(key);
  if (found != intended.end()) {
    return found->second.cause == Cause::kOverride ? nullptr : &found->second;
  }
  const auto name = run_name(key);
  if (!name) return nullptr;
  const auto artefact = intended.find(artefact_key(*name));
  const bool held = artefact != intended.end() && artefact->second.cause == Cause::kHold;
  return held ? &artefact->second : nullptr;
}

bool stands_against_commands(const Intended& intended, std::string_view key) {
  return standing_against(intended, key) != nullptr;
}

/// Keys come in order, so what is to be in place is laid over before what is to run.
Aim with_intended(Desired desired, const Intended& intended) {
  Aim aim{std::move(desired), {}};
  for (const auto& [key, delta] : intended) {
    if (const auto name = artefact_name(key)) {
      lay_over(aim, std::string(*name), delta.wanted);
    } else if (const auto run = run_name(key)) {
      lay_over_run(aim, std::string(*run), delta.wanted);
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
  if (member) desired.runs = desired_runs(state, *member);
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
  if (const auto name = run_name(key)) {
    const auto* wanted = std::get_if<WantedRun>(&delta.wanted);
    const auto desired = desired_run(state, *member, *name);
    return wanted != nullptr && wanted->running == (!desired || desired->running);
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
