#include "wire/zmq_peer_name.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>

#include "wire/network.h"

namespace groupctl {
namespace {

PeerName named(int family, const void* address, std::uint16_t port) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(family, address, text.data(), text.size());
  return {text.data(), network_of(text.data()), ntohs(port)};
}

}  // namespace

std::optional<PeerName> peer_name(const sockaddr_storage& storage) {
  // sockaddr is C's way to say "any of these".
  if (storage.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
    return named(AF_INET, &v4.sin_addr, v4.sin_port);
  }
  if (storage.ss_family != AF_INET6) return std::nullopt;
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
  return named(AF_INET6, &v6.sin6_addr, v6.sin6_port);
}

}  // namespace groupctl
