#include <algorithm>

#include "commands/assignments.h"
#include "commands/payload.h"
#include "commands/state/names.h"
#include "commands/undeploy/undeploy.capnp.h"

namespace groupctl::undeploy {
namespace {

Result<std::string> read_name(ByteView bytes) {
  return read_payload<payload::Undeploy>("UNDEPLOY", bytes, [](auto in) -> Result<std::string> {
    std::string name = text_of(in.getName());
    if (!is_name(name)) return fail(ErrorCode::kInvalid, "UNDEPLOY: no artefact's name");
    return name;
  });
}

Result<std::vector<std::string>> keys(ByteView bytes) {
  return read_name(bytes).map(
      [](const std::string& name) { return std::vector<std::string>{artefact_key(name)}; });
}

/// The row stays, also when nobody is to have the artefact: members that come later are to remove
/// it, and only a name that was never deployed is refused.
Result<StateChanges> apply(const Entry& entry, const GroupState& state) {
  if (auto valid = check_target(entry); !valid) return fail("UNDEPLOY", valid.error());
  const auto name = read_name(entry.payload);
  if (!name) return tl::unexpected<Error>(name.error());
  if (state.find(artefact_key(*name)) == nullptr) {
    return no_row_of(state, "artefact", artefact_key(""), *name);
  }
  auto changes = assign_release(state, entry, *name, std::nullopt);
  if (!changes) return fail("UNDEPLOY", changes.error());
  return changes;
}

/// Not when a release counts there again.
bool counts(const Entry& entry, const GroupState& state, const MemberRow& member) {
  return std::any_of(entry.keys.begin(), entry.keys.end(), [&](const std::string& state_key) {
    const auto name = artefact_name(state_key);
    if (!name) return false;
    const auto counted = desired_artefact(state, member, *name);
    return !counted || !counted->release;
  });
}

}  // namespace

ApplyRow apply_row() {
  return {kind_of<payload::Undeploy>(), "UNDEPLOY", EntryClass::kState, false, keys, apply, counts};
}

}  // namespace groupctl::undeploy
