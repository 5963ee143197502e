// What there is to say, before it is text or JSON.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/ledger_view.h"
#include "commands/syntax.h"
#include "log/entry.h"
#include "wire/admin_messages.h"
#include "wire/question_messages.h"

namespace groupctl {

/// A payload in words: "DEPLOY shop@2.4.1", and its parts as (key, value).
struct ShownCommand {
  std::string text;
  std::vector<std::pair<std::string, std::string>> fields;

  /// "DEPLOY".
  std::string type() const { return text.substr(0, text.find(' ')); }
};

/// An entry of the log with how its targets ended.
struct ShownEntry {
  Entry entry;
  ShownCommand command;
  std::string target;  ///< as selector text
  std::uint32_t targets = 0;
  std::vector<OutcomeCount> counts;
};
/// Kinds that this build does not know are shown by number. Errors: those
/// of decode_entry.
Result<ShownEntry> shown_entry(const LogRow& row);
ShownCommand shown_command(KindId kind, ByteView payload);

/// The end of a command that was accepted.
struct CommandReport {
  Sequence sequence;
  ShownCommand command;
  Leaves leaves = Leaves::kNothing;  ///< what there is to fetch, where that was asked
  std::string target;                ///< as selector text
  std::vector<std::string> warnings;
  bool waited = false;    ///< else nothing is known of the outcomes
  bool detached = false;  ///< by Ctrl-C
  bool open = false;      ///< the wait ended before all targets had
  std::uint32_t targets = 0;
  std::vector<OutcomeCount> counts;
  std::vector<LedgerRow> rows;  ///< one a target, by name
  std::uint64_t took_ms = 0;
  int exit_code = 0;
  std::string come_back;  ///< the command line that waits for it again; empty: the plain one

  /// Something is known of the targets: nobody was asked, or nobody answered, otherwise.
  bool heard() const { return waited && (!open || targets > 0); }
};

/// What was foretold of a target, where that was done.
struct ForetoldOf {
  Outcome outcome = Outcome::kDone;
  std::string step;
  std::string text;
};
using ForetoldByMember = std::map<MemberId, ForetoldOf>;
ForetoldByMember by_member(const std::vector<Predicted>& rows);

/// `log show`: the record and one row a target.
struct EntryReport {
  ShownEntry shown;
  std::vector<LedgerRow> rows;  ///< by name
  ForetoldByMember foretold = {};
};

struct LogReport {
  std::vector<ShownEntry> entries;  ///< by sequence
  Sequence head;
  Sequence floor;
};

struct MembersReport {
  std::vector<MemberInfo> members;  ///< by name
  Sequence head;
};

/// Who was evicted, and by which entry.
struct EvictionReport {
  std::vector<std::pair<std::string, Sequence>> members;  ///< by name
};

struct StatusReport {
  StatusReply status;
  std::string endpoint;

  /// Every member is in step, and the coordinator writes.
  bool all_in_step() const;
};

/// How one member differs.
struct MemberDiff {
  std::string name;
  std::string unknown;  ///< why it cannot be told; empty: the rows are all
  std::vector<Deviation> rows;
};
struct DiffReport {
  Sequence head;
  std::vector<MemberDiff> members;  ///< asked for, by name

  std::size_t deviations() const;
  std::size_t deviating() const;  ///< members with any
  std::size_t unknown() const;    ///< members that cannot be told
};

struct MemberReconciled {
  std::string name;
  Outcome outcome = Outcome::kDone;
  std::string text;
  std::vector<KeyResult> results;
};
struct ReconcileReport {
  std::vector<MemberReconciled> members;  ///< by name
  int exit_code = 0;
  std::string detached_from = {};  ///< after a Ctrl-C: the command line that waits for it again
};

/// What `adopt` submitted, with how it ended.
struct AdoptReport {
  std::vector<CommandReport> commands;
  std::vector<std::string> skipped;  ///< deviations that cannot be adopted, and why
  std::vector<std::string> holds;    ///< that stay, or could not be released cleanly, and why
  int exit_code = 0;
  std::string detached_from = {};  ///< after a Ctrl-C: the command line that waits for them again
};

/// Groups of the coordinator's process.
struct GroupsReport {
  std::vector<GroupInfo> groups;  ///< by name
};
/// One group, or what was made or deleted of one.
struct GroupReport {
  GroupInfo group;
  bool created = false;
};
struct GroupDeletion {
  std::string name;
  std::string folder;  ///< in which all of it is kept
};

struct PingReport {
  HelloReply hello;
  std::string endpoint;
  std::uint64_t round_trip_ms = 0;
};

/// Why there is no result. Goes to stderr as one or two lines, with -o json to stdout.
struct Failure {
  std::string word;  ///< for machines: "coordinator_unreachable"
  std::string message;
  std::string hint;  ///< may be empty
  int exit_code = 1;
  std::vector<std::string> more = {};  ///< what else is wrong, a line each
};
Failure failure_of(const Error& error);
/// Of a request that changes something: without an answer nobody knows whether it has, and `hint`
/// says how to know.
Failure unanswered(const Error& error, std::string hint);
/// Of a submit; `id` is what --id gave.
Failure submit_failure(const Error& error, const std::optional<std::string>& id);

}  // namespace groupctl
