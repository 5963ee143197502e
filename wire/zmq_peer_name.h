// Who is at the other end of a TCP connection.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>

namespace groupctl {

struct PeerName {
  std::string address;  ///< as numbers
  std::string network;  ///< network_of() it
  std::uint16_t port = 0;
};

/// nullopt: it is no TCP address.
std::optional<PeerName> peer_name(const sockaddr_storage& storage);

}  // namespace groupctl
