#include "commands/reconcile.h"
#include "commands/system/rows.h"
#include "commands/system/system.h"

namespace groupctl {

std::vector<ExecuteRow> system::execute_rows() {
  return {{kLabelledKind, reconcile_steps},
          {kReleaseKind, reconcile_steps},
          {kFinishKind, reconcile_steps},
          {kSteerKind, reconcile_steps}};
}

}  // namespace groupctl
