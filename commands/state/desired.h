// What a member should run: the one function that says so.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "commands/state/rows.h"

namespace groupctl {

/// What the group wants of one artefact on one member.
struct DesiredArtefact {
  std::optional<Release> release;  ///< nullopt: absent
  Sequence sequence;               ///< of the assignment that counts
  bool running = true;
  Sequence run_sequence;  ///< of the run assignment that counts; 0: none, so running
  bool operator==(const DesiredArtefact&) const = default;
};
struct DesiredProperty {
  std::string value;
  Sequence sequence;
  bool operator==(const DesiredProperty&) const = default;
};

struct Desired {
  std::map<std::string, DesiredArtefact> artefacts;   ///< also those that are to be absent
  std::map<std::string, DesiredProperty> properties;  ///< only those with a value
  /// The START or STOP that counts, by artefact: also of those of which the group wants nothing
  /// here, since somebody on the member may have one of that name.
  std::map<std::string, RunAssignment> runs = {};
  bool operator==(const Desired&) const = default;
};

/// nullopt: nothing in the state speaks of this artefact on this member.
std::optional<DesiredArtefact> desired_artefact(const GroupState& state, const MemberRow& member,
                                                std::string_view name);
/// The START or STOP that counts; nullopt: none, so what is deployed runs.
std::optional<RunAssignment> desired_run(const GroupState& state, const MemberRow& member,
                                         std::string_view name);
/// Whether what counts for this member on the artefact or its run state was set after that entry.
bool set_later(const GroupState& state, const MemberRow& member, std::string_view name,
               Sequence than);
/// The last assignment that counts, also one that unsets; nullopt: none.
std::optional<PropertyAssignment> desired_property(const GroupState& state, const MemberRow& member,
                                                   std::string_view key);
/// The part of desired_for() that is about artefacts.
std::map<std::string, DesiredArtefact> desired_artefacts(const GroupState& state,
                                                         const MemberRow& member);
std::map<std::string, RunAssignment> desired_runs(const GroupState& state, const MemberRow& member);
Desired desired_for(const GroupState& state, const MemberRow& member);

}  // namespace groupctl
