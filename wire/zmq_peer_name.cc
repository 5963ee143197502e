#include "wire/zmq_peer_name.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>

namespace groupctl {
namespace {

constexpr std::size_t kNetworkBytes = 8;
constexpr std::size_t kMappedAt = 12;  // the IPv4 address in an IPv6 one that stands for it

std::string written(int family, const void* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(family, address, text.data(), text.size());
  return text.data();
}

}  // namespace

std::optional<PeerName> peer_name(const sockaddr_storage& storage) {
  // sockaddr is C's way to say "any of these".
  if (storage.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
    const std::string address = written(AF_INET, &v4.sin_addr);
    return PeerName{address, address, ntohs(v4.sin_port)};
  }
  if (storage.ss_family != AF_INET6) return std::nullopt;
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
  PeerName name{written(AF_INET6, &v6.sin6_addr), {}, ntohs(v6.sin6_port)};
  in6_addr network = v6.sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&network)) {
    name.network = written(AF_INET, network.s6_addr + kMappedAt);
    return name;
  }
  std::fill(network.s6_addr + kNetworkBytes, std::end(network.s6_addr), std::uint8_t{0});
  name.network = written(AF_INET6, &network) + "/64";
  return name;
}

}  // namespace groupctl
