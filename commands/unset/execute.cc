#include "commands/host.h"
#include "commands/payload.h"
#include "commands/unset/unset.capnp.h"

namespace groupctl::unset {
namespace {

/// A property is in force with the state that holds it.
ExecuteResult execute(const ExecuteRequest&, Host&) { return {}; }

}  // namespace

ExecuteRow execute_row() { return {kind_of<payload::Unset>(), execute}; }

}  // namespace groupctl::unset
