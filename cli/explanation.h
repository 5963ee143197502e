// Why a member, or a command's targets, are not in step: a chain of facts, each of which the one
// before it is the reason or the ground of, and what to type next. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/report.h"
#include "commands/state/rollout.h"
#include "wire/key_messages.h"

namespace groupctl {

struct Fact {
  /// "roster", "key", "session", "log", "work", "outcome", "deviation", "rollout", "command",
  /// "target": stable, for programs.
  std::string_view about;
  std::string text;
  Sequence sequence = {};  ///< of the entry that it is about; 0: none
};
/// A command to type.
struct NextStep {
  std::string command;
  std::string when = {};  ///< where that is not always right, for people: "on its host"
  bool operator==(const NextStep&) const = default;
};
struct Explanation {
  std::string of;    ///< "web-07", "seq 412 DEPLOY shop@2.4.1"
  bool well = true;  ///< nothing is missing
  std::string verdict;
  std::vector<Fact> facts;
  std::vector<NextStep> next;  ///< the nearest first
};

/// What is known of one member.
struct MemberFacts {
  std::string name;
  std::optional<MemberDetail>
      detail;                  ///< nullopt: the roster has no such member, but `key` is of it
  std::optional<KeyInfo> key;  ///< that is not let in
  std::vector<Deviation> deviations;
  std::string unasked;                       ///< why its deviations are not known
  std::vector<RolloutRow> rollouts;          ///< unfinished ones that have not released it yet
  std::map<Sequence, std::string> commands;  ///< the entries that are named, in words
};
Explanation explain(const MemberFacts& facts);

/// What is known of one entry.
struct EntryFacts {
  ShownEntry shown;
  std::vector<LedgerRow> rows;             ///< one a target
  std::map<MemberId, MemberInfo> members;  ///< the roster
  std::optional<RolloutRow> rollout;       ///< that it has begun
};
/// Targets that lack it for one reason stand together.
Explanation explain(const EntryFacts& facts);

std::string render_text(const Explanation& explanation);
std::string render_json(const Explanation& explanation);

}  // namespace groupctl
