#include "commands/payload.h"
#include "commands/reconcile.h"
#include "commands/refresh/refresh.capnp.h"

namespace groupctl::refresh {

ExecuteRow execute_row() { return {kind_of<payload::Refresh>(), refresh_steps}; }

}  // namespace groupctl::refresh
