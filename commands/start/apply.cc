#include "commands/named_apply.h"
#include "commands/start/words.h"

namespace groupctl::start {
namespace {

Result<StateChanges> apply(const Entry& entry, const GroupState& state) {
  return named::assign_runs<Command>(entry, state, true);
}

}  // namespace

ApplyRow apply_row() {
  return {kind_of<payload::Start>(), Command::kName, EntryClass::kState, false,
          named::keys<Command>,      apply,          any_run_counts};
}

}  // namespace groupctl::start
