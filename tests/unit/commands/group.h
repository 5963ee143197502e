// A group in a test: entries are built as a coordinator builds them, and applied to a state.
#pragma once

#include <gtest/gtest.h>

#include "commands/command.h"
#include "commands/syntax.h"
#include "commands/system/system.h"
#include "tests/unit/commands/builders.h"

namespace groupctl::testing {

/// The row of a group command by its verb.
inline const SyntaxRow& verb(std::string_view name) {
  for (const SyntaxRow& row : syntax_table()) {
    if (row.verb == name) return row;
  }
  ADD_FAILURE() << "no verb " << name;
  return syntax_table().front();
}

inline std::string hex_digest(std::uint8_t seed) { return digest_of(seed).hex(); }

class Group {
 public:
  GroupState state;
  std::vector<Entry> log;  ///< what was accepted

  /// The entry as it would be sequenced next; its keys are empty when the payload is malformed.
  Entry entry(KindId kind, Bytes payload, Target target) const {
    const ApplyRow* row = command_table().find(kind);
    Entry made;
    made.sequence = Sequence(log.size() + 1);
    made.kind = kind;
    made.entry_class = row->entry_class;
    made.keys = row->keys(payload).value_or(std::vector<std::string>{});
    made.target = std::move(target);
    made.payload = std::move(payload);
    return made;
  }
  Status submit(KindId kind, Bytes payload, Target target) {
    return accept(entry(kind, std::move(payload), std::move(target)));
  }
  Status accept(const Entry& made) {
    auto changes = command_table().find(made.kind)->apply(made, state);
    if (!changes) return tl::unexpected<Error>(changes.error());
    undo = state.apply(*changes);
    log.push_back(made);
    return {};
  }

  /// Builds and submits what an operator typed; the entry accepted is log.back().
  Status run(std::string_view name, const SyntaxValues& values, Target target = Target::all()) {
    auto built = verb(name).build(values);
    if (!built) return tl::unexpected<Error>(built.error());
    return submit(built->kind, built->payload, std::move(target));
  }
  Status deploy(const std::string& artefact, std::uint8_t digest, Target target = Target::all()) {
    return run("deploy", {{"ARTEFACT", {artefact}}, {"--digest", {hex_digest(digest)}}}, target);
  }
  Status undeploy(const std::string& artefact, Target target = Target::all()) {
    return run("undeploy", {{"ARTEFACT", {artefact}}}, target);
  }
  Status set(const std::string& pair, Target target = Target::all()) {
    return run("set", {{"KEY=VALUE", {pair}}}, target);
  }
  Status unset(const std::string& key, Target target = Target::all()) {
    return run("unset", {{"KEY", {key}}}, target);
  }
  Status join(const std::string& name, Labels labels = {}) {
    return submit(kJoinedKind, joined_payload(member(1000 + log.size(), name, std::move(labels))),
                  Target::none());
  }
  MemberRow row(std::string_view name) const {
    for (const MemberRow& member : roster(state)) {
      if (member.name == name) return member;
    }
    ADD_FAILURE() << "no member " << name;
    return {};
  }
  bool counts(const Entry& made, std::string_view name) const {
    return command_table().find(made.kind)->counts(made, state, row(name));
  }

  StateChanges undo;  ///< of the last entry accepted
};

}  // namespace groupctl::testing
