#include "commands/payload.h"
#include "commands/ping/ping.capnp.h"

namespace groupctl::ping {
namespace {

Status check(ByteView bytes) {
  return read_payload<payload::Ping>("PING", bytes, [](auto) -> Status { return {}; });
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
  return {
      kind_of<payload::Ping>(), "PING", EntryClass::kNeverLate, false, keys, apply, counts, true};
}

}  // namespace groupctl::ping
