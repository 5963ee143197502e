#include "commands/payload.h"
#include "commands/reconcile.h"
#include "commands/stop/stop.capnp.h"

namespace groupctl::stop {

ExecuteRow execute_row() { return {kind_of<payload::Stop>(), reconcile_steps}; }

}  // namespace groupctl::stop
