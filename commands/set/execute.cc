#include "commands/host.h"
#include "commands/payload.h"
#include "commands/set/set.capnp.h"

namespace groupctl::set {
namespace {

/// A property is in force with the state that holds it.
ExecuteResult execute(const ExecuteRequest&, Host&) { return {}; }

}  // namespace

ExecuteRow execute_row() { return {kind_of<payload::Set>(), execute}; }

}  // namespace groupctl::set
