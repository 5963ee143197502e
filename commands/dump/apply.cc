#include "commands/dump/dump.capnp.h"
#include "commands/payload.h"

namespace groupctl::dump {
namespace {

Status check(ByteView bytes) {
  return read_payload<payload::Dump>("DUMP", bytes, [](auto) -> Status { return {}; });
}

Result<std::vector<std::string>> keys(ByteView bytes) {
  return check(bytes).map([] { return std::vector<std::string>(); });
}

Result<StateChanges> apply(const Entry& entry, const GroupState&) {
  return check(entry.payload).map([] { return StateChanges(); });
}

bool counts(const Entry&, const GroupState&, const MemberRow&) { return true; }

}  // namespace

ApplyRow apply_row() {
  ApplyRow row{
      kind_of<payload::Dump>(), "DUMP", EntryClass::kNeverLate, false, keys, apply, counts};
  row.repeatable = true;
  row.needs_view = true;
  return row;
}

}  // namespace groupctl::dump
