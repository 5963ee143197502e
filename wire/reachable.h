// Where a member subscribes: what an Offer says, and what a member makes of it.
#pragma once

#include <string>
#include <string_view>

#include "log/result.h"

namespace groupctl {

/// Whether members can be told this host: an IP address, an IPv6 one with or without brackets, or
/// a name, as far as check_endpoint() allows it; no wildcard, and nothing beside it. Errors:
/// kInvalid; those of check_endpoint().
Status check_advertised(std::string_view host);

/// What an Offer says of an endpoint that is bound so. A host that is given takes the place of the
/// bound one, behind which members may not be able to reach it; ipc stays as it is.
std::string advertised_endpoint(const std::string& bound, const std::string& host);

/// Where a member connects to that was told `told` by who was reached at `reached`. A wildcard
/// (0.0.0.0, [::] or *) is no place: it is bound at every address, so also at the one that was
/// reached, or on this machine if that was an ipc socket. All else stays as it is.
std::string reachable_endpoint(const std::string& told, const std::string& reached);

}  // namespace groupctl
