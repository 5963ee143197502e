#include "commands/named_apply.h"
#include "commands/stop/words.h"

namespace groupctl::stop {
namespace {

Result<StateChanges> apply(const Entry& entry, const GroupState& state) {
  return named::assign_runs<Command>(entry, state, false);
}

}  // namespace

ApplyRow apply_row() {
  return {kind_of<payload::Stop>(), Command::kName, EntryClass::kState, false,
          named::keys<Command>,     apply,          any_run_counts};
}

}  // namespace groupctl::stop
