// What of an address is one host's.
#pragma once

#include <string>
#include <string_view>

namespace groupctl {

/// Whoever may have one address of it may have them all. IPv4, in an IPv6 address too
/// ("::ffff:10.0.0.1"): the address; IPv6: 64 bits, "2001:db8:0:1::/64". What is no address is its
/// own.
std::string network_of(std::string_view address);

}  // namespace groupctl
