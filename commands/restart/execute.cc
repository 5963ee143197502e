#include "commands/payload.h"
#include "commands/reconcile.h"
#include "commands/restart/restart.capnp.h"

namespace groupctl::restart {

ExecuteRow execute_row() { return {kind_of<payload::Restart>(), restart_steps}; }

}  // namespace groupctl::restart
