#include "commands/payload.h"
#include "commands/reconcile.h"
#include "commands/undeploy/undeploy.capnp.h"

namespace groupctl::undeploy {

ExecuteRow execute_row() { return {kind_of<payload::Undeploy>(), reconcile_steps}; }

}  // namespace groupctl::undeploy
