// The typed values of GroupState: plain structs, with their canonical bytes (state.capnp).
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "commands/state/group_state.h"
#include "log/entry.h"

namespace groupctl {

/// How a member asks whether what it has put in place or started is well.
struct HealthCheck {
  /// Well when it ends with 0. The program's name is looked up as that of a `process` is. Empty:
  /// nothing is asked.
  std::vector<std::string> command;
  std::uint64_t every_ms = 0;
  std::uint64_t within_ms = 0;  ///< so long it may take to become well
  bool operator==(const HealthCheck&) const = default;
};

/// Which build of an artefact, and how it is to be deployed.
struct Release {
  std::string version;
  ArtefactDigest digest;
  std::string deployer;                 ///< name of a deployer on the member, e.g. "dir"
  Bytes config;                         ///< opaque to all but the deployer
  std::vector<std::string> after = {};  ///< artefacts that are to run before this one starts
  HealthCheck health = {};
  bool operator==(const Release&) const = default;
};

/// Tells two ways of deploying one archive apart: hexadecimal, of all but version, digest and
/// `after`.
std::string recipe_of(const Release& release);

/// One line of `artefact/NAME`: who should have what, since which entry.
struct ArtefactAssignment {
  Target target;
  Sequence sequence;               ///< of the entry that made it
  std::optional<Release> release;  ///< nullopt: absent
  bool operator==(const ArtefactAssignment&) const = default;
};
struct ArtefactRow {
  std::vector<ArtefactAssignment> releases;  ///< in order; the last that matches a member counts
  Sequence rollout = {};  ///< the last one of it, unless it was deployed otherwise since; 0: none
  bool operator==(const ArtefactRow&) const = default;
};
/// One line of `run/NAME`: who should run it or not, since which START or STOP.
struct RunAssignment {
  Target target;
  Sequence sequence;
  bool running = true;
  bool operator==(const RunAssignment&) const = default;
};
struct RunRow {
  std::vector<RunAssignment> runs;  ///< in order; running when none matches
  bool operator==(const RunRow&) const = default;
};

struct PropertyAssignment {
  Target target;
  Sequence sequence;
  std::optional<std::string> value;  ///< nullopt: unset for these
  bool operator==(const PropertyAssignment&) const = default;
};
struct PropertyRow {
  std::vector<PropertyAssignment> values;
  bool operator==(const PropertyRow&) const = default;
};

/// A line of the roster. The operator's labels win over the member's own.
struct MemberRow {
  MemberId id;
  std::string name;
  ServerId server_id;
  std::string participant;
  std::uint32_t replica = 0;
  Labels own_labels;       ///< as its last recorded JOIN gave them
  Labels operator_labels;  ///< as LABELLED set them
  bool operator==(const MemberRow&) const = default;

  /// Both kinds as one, what selectors see (without "name").
  Labels labels() const;
};

inline constexpr std::size_t kMaxAssignments = 256;
inline constexpr std::size_t kMaxOperatorLabels = 64;

std::string artefact_key(std::string_view name);
std::string run_key(std::string_view artefact);
std::string property_key(std::string_view key);
std::string member_key(MemberId id);
/// The name in "artefact/NAME"; nullopt for any other key.
std::optional<std::string_view> artefact_name(std::string_view key);
std::optional<std::string_view> property_name(std::string_view key);
/// The artefact in "run/NAME".
std::optional<std::string_view> run_name(std::string_view key);
/// The artefact that "artefact/NAME" or "run/NAME" is about.
std::optional<std::string_view> artefact_in(std::string_view key);
/// The ID in "member/ID".
std::optional<MemberId> member_in(std::string_view key);

Bytes encode(const ArtefactRow& row);
Bytes encode(const RunRow& row);
Bytes encode(const PropertyRow& row);
Bytes encode(const MemberRow& row);
Result<ArtefactRow> decode_artefact_row(ByteView bytes);
Result<RunRow> decode_run_row(ByteView bytes);
Result<PropertyRow> decode_property_row(ByteView bytes);
Result<MemberRow> decode_member_row(ByteView bytes);

/// Whether a row that came from elsewhere is one that apply() might have written; of kinds of row
/// that this build does not know nothing is asked. Errors: kCorrupt, naming the row.
Status check_state_row(std::string_view key, ByteView value);

/// An empty row where the state has none. A value in the state that does not decode is a broken
/// invariant: only apply() writes there.
ArtefactRow artefact_row(const GroupState& state, std::string_view name);
RunRow run_row(const GroupState& state, std::string_view artefact);
PropertyRow property_row(const GroupState& state, std::string_view key);
std::optional<MemberRow> member_row(const GroupState& state, MemberId id);
/// All rows of the roster, by id.
std::vector<MemberRow> roster(const GroupState& state);

/// Adds an assignment by the rule of the design: it drops those of its sort before it with the same
/// target; one to all drops all of them. Error: kRefused when the list would exceed
/// kMaxAssignments, with the hint to target all.
template <class Assignment>
Status assign(std::vector<Assignment>& list, Assignment added) {
  const bool to_all = added.target.kind == Target::Kind::kAll;
  std::erase_if(list, [&](const Assignment& a) { return to_all || a.target == added.target; });
  if (list.size() >= kMaxAssignments) {
    return fail(ErrorCode::kRefused, "already assigned to " + std::to_string(list.size()) +
                                         " different targets; target all to start over");
  }
  list.push_back(std::move(added));
  return {};
}

}  // namespace groupctl
