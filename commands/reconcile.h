// Desired minus actual is work: how `execute` does it.
#pragma once

#include "commands/host.h"

namespace groupctl {

/// Reconciles every step of the request, also behind one that failed. The outcome is the first bad
/// one with its step and text, else kUnchanged when nothing had to be done, else kDone. A request
/// that had started before a crash is never kUnchanged: its own start may have done it.
ExecuteResult reconcile_steps(const ExecuteRequest& request, Host& host);

}  // namespace groupctl
