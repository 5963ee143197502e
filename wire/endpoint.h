// Where a plane may be bound or reached.
#pragma once

#include <string_view>

#include "log/result.h"

namespace groupctl {

/// Allowed: "tcp://127.x.y.z:PORT", "tcp://[::1]:PORT" (PORT 1 to 65535, or "*" to bind a free one)
/// and "ipc:///ABSOLUTE/PATH" that fits a socket's name. Errors: kUnsupported for a tcp address
/// that is not loopback, since there is no secure transport; kInvalid for anything else.
Status check_endpoint(std::string_view endpoint);

}  // namespace groupctl
