// Where a plane may be bound or reached.
#pragma once

#include <string_view>

#include "log/result.h"

namespace groupctl {

inline constexpr std::string_view kTcp = "tcp://";

/// "tcp://HOST:PORT" or "ipc:///ABSOLUTE/PATH" that fits a socket's name; PORT is 1 to 65535.
/// Error: kInvalid.

/// To reach: HOST is an IPv4 address, [an IPv6 address] or a name.
Status check_endpoint(std::string_view endpoint);
/// To bind: HOST is an address, "*" or 0.0.0.0 or [::] for all, and PORT may be "*" for a free one.
Status check_bind_endpoint(std::string_view endpoint);

/// Whether only this machine gets there: ipc, 127.x.y.z and [::1] of a valid endpoint.
bool is_this_machine(std::string_view endpoint);
bool is_ipc(std::string_view endpoint);

/// Error: kRefused for an address that others reach, with what is missing.
Status check_without_keys(std::string_view endpoint);

}  // namespace groupctl
