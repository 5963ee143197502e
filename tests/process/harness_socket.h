// TCP sockets of the tests' own, at loopback addresses that nobody else has.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "log/unique_fd.h"

namespace groupctl::process_test {

struct TcpAddress {
  std::string host;  ///< as numbers: "127.1.2.3"
  std::uint16_t port = 0;
  std::string endpoint() const { return "tcp://" + host + ":" + std::to_string(port); }
};
/// What endpoint() gives.
TcpAddress address_of(const std::string& endpoint);

/// 127.A.B.C, drawn. Nobody else has a port there, so that who is started again finds its own.
std::string drawn_host();
/// So many ports that are free there now.
std::vector<std::uint16_t> free_ports(const std::string& host, std::size_t count);

/// Sockets that do not block. They throw where the system has none.
UniqueFd listen_at(const TcpAddress& address);
/// None: nobody has come.
UniqueFd accept_from(const UniqueFd& listener);
/// Begins to connect; none: refused at once. Who is refused later finds it when reading.
UniqueFd connect_to(const TcpAddress& address);
/// The same, from an address of this machine.
UniqueFd connect_from(const std::string& host, const TcpAddress& address);
/// Lets this process have so many more open than it has of its own. Throws where it may not.
void make_room_for_files(std::size_t count);
/// Where it is bound.
TcpAddress own_address(const UniqueFd& socket);

}  // namespace groupctl::process_test
