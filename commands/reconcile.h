// Desired minus actual is work: how `execute` does it.
#pragma once

#include "commands/host.h"

namespace groupctl {

/// Reconciles every step of the request, also behind one that failed: what is to stop in the
/// reverse of the start order, then what is to run in that order. The outcome is the first bad one
/// with its step and text, else kUnchanged when nothing had to be done, else kDone. A request that
/// had started before a crash is never kUnchanged: its own start may have done it.
ExecuteResult reconcile_steps(const ExecuteRequest& request, Host& host);

/// The same for what runs already: it is started anew, or reads its configuration again. What is
/// not in place, or not to run, is skipped.
ExecuteResult restart_steps(const ExecuteRequest& request, Host& host);
ExecuteResult refresh_steps(const ExecuteRequest& request, Host& host);

}  // namespace groupctl
