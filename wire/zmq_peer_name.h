// Who is at the other end of a TCP connection.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>

namespace groupctl {

struct PeerName {
  std::string address;  ///< as numbers
  /// Whoever may have one address of it may have them all. IPv4, in an IPv6 address too: the
  /// address; IPv6: 64 bits, "2001:db8:0:1::/64".
  std::string network;
  std::uint16_t port = 0;
};

/// nullopt: it is no TCP address.
std::optional<PeerName> peer_name(const sockaddr_storage& storage);

}  // namespace groupctl
