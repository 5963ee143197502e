#include "tests/scenario/views.h"

#include "commands/state/target.h"
#include "commands/system/system.h"
#include "tests/scenario/extra_kinds.h"
#include "tests/simulation/world/commands.h"
#include "tests/simulation/world/describe.h"

namespace groupctl::scenario {
namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string entry_text(const Entry& entry) {
  std::string text = extra_kind_name(entry.kind);
  if (text.empty()) text = sim::command_text(entry.kind, entry.payload);
  return text + " to " + to_text(entry.target);
}

std::string counts_text(const std::vector<OutcomeCount>& counts) {
  std::string text;
  for (const OutcomeCount& count : counts) {
    if (!text.empty()) text += ", ";
    text += std::string(to_word(count.outcome)) + " " + number(count.count);
  }
  return text;
}

std::string delta_text(const std::string& key, const DeltaEntry& entry) {
  std::string text = "  delta " + key + " " + std::string(to_word(entry.kind));
  text += " at " + number(entry.sequence.value);
  if (entry.actual) text += ", in place " + entry.actual->version;
  if (!entry.text.empty()) text += ": " + entry.text;
  return text + "\n";
}

}  // namespace

std::string show_ledger(const Entry* entry, const Update& update) {
  std::string text = number(update.sequence.value);
  if (entry != nullptr) text += " " + entry_text(*entry);
  text += ": " + number(update.targets) + " targets";
  if (update.targets > 0) text += ", " + counts_text(update.counts);
  text += update.closed ? ", closed\n" : "\n";
  for (const LedgerRow& row : update.rows) {
    text += "  " + row.name + " " + std::string(to_word(row.outcome));
    if (!row.step.empty()) text += " at " + row.step;
    if (!row.text.empty()) text += ": " + row.text;
    text += "\n";
  }
  return text;
}

std::string show_member(const sim::MemberNode& member) {
  const std::string& name = member.spec().name;
  if (!member.up()) {
    if (member.has_left()) return name + " has left\n";
    return name + " is down" + (member.last_error().empty() ? "" : ": " + member.last_error()) +
           "\n";
  }
  const LocalStatus status = member.core()->status();
  std::string text = name + " is " + status.phase + ", " + sim::describe(status.marks) + " of " +
                     number(status.known_head.value);
  if (!status.note.empty()) text += ": " + status.note;
  text += "\n";
  for (const auto& [key, delta] : member.core()->intended()) {
    text += "  " + std::string(to_word(delta.cause)) + " " + key + " by " + delta.who + "\n";
  }
  for (const auto& [key, entry] : member.core()->delta()) text += delta_text(key, entry);
  for (const auto& [artefact, placed] : member.exec().host().placed()) {
    text += "  in place " + artefact + "@" + placed.version;
    const bool as_ever = placed.run == Run::kRunning || placed.run == Run::kNothing;
    text += (as_ever ? "" : " " + std::string(to_word(placed.run))) + "\n";
  }
  for (const auto& [key, value] : status.properties)
    text += "  property " + key + "=" + value + "\n";
  return text;
}

std::string show_coordinator(const sim::CoordinatorNode& coordinator, const StatusReply& status,
                             const MembersReply& members) {
  std::string text = "epoch " + number(coordinator.core()->epoch().value) + ", log " +
                     number(status.floor.value) + " to " + number(status.head.value);
  if (!status.read_only.empty()) text += ", read-only: " + status.read_only;
  text += "\n";
  for (const MemberInfo& row : members.rows) {
    text += "  " + number(row.id.value) + " " + row.name + " " + std::string(to_word(row.state)) +
            " " + sim::describe(row.marks);
    if (!row.note.empty()) text += ": " + row.note;
    text += "\n";
  }
  return text;
}

std::string show_log(const LogReply& log) {
  std::string text;
  for (const LogRow& row : log.rows) {
    auto entry = decode_entry(row.entry);
    if (!entry) return "an entry cannot be read: " + entry.error().text + "\n";
    text += number(entry->sequence.value) + " " + entry_text(*entry);
    if (row.targets > 0) text += ": " + counts_text(row.counts);
    text += "\n";
  }
  return text;
}

}  // namespace groupctl::scenario
