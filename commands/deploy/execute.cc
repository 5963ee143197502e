#include "commands/deploy/deploy.capnp.h"
#include "commands/payload.h"
#include "commands/reconcile.h"

namespace groupctl::deploy {

ExecuteRow execute_row() { return {kind_of<payload::Deploy>(), reconcile_steps}; }

}  // namespace groupctl::deploy
