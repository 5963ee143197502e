#include "tests/process/harness_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "daemon/random.h"

namespace groupctl::process_test {
namespace {

constexpr int kBacklog = 1024;
constexpr std::size_t kOtherFiles = 256;

sockaddr_in system_address(const TcpAddress& address) {
  sockaddr_in made{};
  made.sin_family = AF_INET;
  made.sin_port = htons(address.port);
  if (::inet_pton(AF_INET, address.host.c_str(), &made.sin_addr) != 1) {
    throw std::runtime_error(address.host + " is no IPv4 address");
  }
  return made;
}

// sockaddr is C's way to say "any of these".
sockaddr* any(sockaddr_in& address) { return reinterpret_cast<sockaddr*>(&address); }

UniqueFd new_socket() {
  UniqueFd made(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!made) throw std::runtime_error(std::string("no socket: ") + std::strerror(errno));
  return made;
}

UniqueFd bound_to(const TcpAddress& address) {
  UniqueFd made = new_socket();
  const int yes = 1;
  ::setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in wanted = system_address(address);
  if (::bind(made.get(), any(wanted), sizeof wanted) != 0) {
    throw std::runtime_error(address.endpoint() + " cannot be bound: " + std::strerror(errno));
  }
  return made;
}

}  // namespace

TcpAddress address_of(const std::string& endpoint) {
  const std::size_t begin = std::strlen("tcp://");
  const std::size_t colon = endpoint.rfind(':');
  return {endpoint.substr(begin, colon - begin),
          static_cast<std::uint16_t>(std::stoul(endpoint.substr(colon + 1)))};
}

std::string drawn_host() {
  const std::uint64_t number = random_number();
  const auto part = [number](int which) {
    return "." + std::to_string(1 + (number >> (16 * which)) % 254);
  };
  return "127" + part(0) + part(1) + part(2);
}

std::vector<std::uint16_t> free_ports(const std::string& host, std::size_t count) {
  std::vector<UniqueFd> held;
  std::vector<std::uint16_t> ports;
  while (held.size() < count) {
    held.push_back(bound_to({host, 0}));
    ports.push_back(own_address(held.back()).port);
  }
  return ports;
}

UniqueFd listen_at(const TcpAddress& address) {
  UniqueFd listener = bound_to(address);
  if (::listen(listener.get(), kBacklog) != 0) {
    throw std::runtime_error("cannot listen at " + address.endpoint());
  }
  return listener;
}

UniqueFd accept_from(const UniqueFd& listener) {
  return UniqueFd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
}

namespace {

UniqueFd begin_to_connect(UniqueFd made, const TcpAddress& address) {
  sockaddr_in wanted = system_address(address);
  const int begun = ::connect(made.get(), any(wanted), sizeof wanted);
  if (begun != 0 && errno != EINPROGRESS) made.reset();
  return made;
}

}  // namespace

UniqueFd connect_to(const TcpAddress& address) { return begin_to_connect(new_socket(), address); }

UniqueFd connect_from(const std::string& host, const TcpAddress& address) {
  UniqueFd made = new_socket();
  // The port is chosen when it connects: the same one does for many targets.
  const int yes = 1;
  ::setsockopt(made.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
  sockaddr_in own = system_address({host, 0});
  if (::bind(made.get(), any(own), sizeof own) != 0) {
    throw std::runtime_error(host + " cannot be connected from: " + std::strerror(errno));
  }
  return begin_to_connect(std::move(made), address);
}

void make_room_for_files(std::size_t count) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::max<rlim_t>(limit.rlim_cur, count + kOtherFiles);
  if (limit.rlim_cur > limit.rlim_max || ::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    throw std::runtime_error(std::to_string(count) + " files more may not be open");
  }
}

TcpAddress own_address(const UniqueFd& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(socket.get(), any(address), &size);
  std::string host(INET_ADDRSTRLEN, '\0');
  ::inet_ntop(AF_INET, &address.sin_addr, host.data(), INET_ADDRSTRLEN);
  host.resize(std::strlen(host.c_str()));
  return {host, ntohs(address.sin_port)};
}

}  // namespace groupctl::process_test
