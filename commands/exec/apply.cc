#include "commands/exec/words.h"

namespace groupctl::exec {
namespace {

Result<std::vector<std::string>> keys(ByteView bytes) {
  return read(bytes).map([](const auto&) { return std::vector<std::string>(); });
}

Result<StateChanges> apply(const Entry& entry, const GroupState&) {
  return read(entry.payload).map([](const auto&) { return StateChanges(); });
}

bool counts(const Entry&, const GroupState&, const MemberRow&) { return true; }

}  // namespace

/// Not repeatable: what the program did before a crash nobody knows.
ApplyRow apply_row() {
  return {kind_of<payload::Exec>(), "EXEC", EntryClass::kNeverLate, false, keys, apply, counts};
}

}  // namespace groupctl::exec
