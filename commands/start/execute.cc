#include "commands/payload.h"
#include "commands/reconcile.h"
#include "commands/start/start.capnp.h"

namespace groupctl::start {

ExecuteRow execute_row() { return {kind_of<payload::Start>(), reconcile_steps}; }

}  // namespace groupctl::start
