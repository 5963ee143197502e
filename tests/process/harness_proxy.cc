#include "tests/process/harness_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <vector>

namespace groupctl::process_test {
namespace {

constexpr int kProxyPollMs = 20;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

// sockaddr is C's way to say "any of these".
sockaddr* any(sockaddr_in& address) { return reinterpret_cast<sockaddr*>(&address); }

int listen_on_free_port() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  if (::bind(listener, any(address), sizeof address) != 0 || ::listen(listener, 16) != 0) {
    throw std::runtime_error("the proxy cannot listen");
  }
  return listener;
}

bool readable(int socket) {
  pollfd asked{socket, POLLIN, 0};
  return ::poll(&asked, 1, kProxyPollMs) > 0;
}

bool write_all(int socket, const std::uint8_t* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::send(socket, bytes, size, MSG_NOSIGNAL);
    if (written <= 0) return false;
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

/// Reads a ZMTP 3 stream (rfc.zeromq.org/spec/23): a greeting of 64 bytes, then frames.
class ZmtpReader {
 public:
  void take(const std::uint8_t* bytes, std::size_t size) {
    held_.insert(held_.end(), bytes, bytes + size);
  }
  struct Frame {
    std::vector<std::uint8_t> bytes;
    bool message = false;
  };
  /// The greeting as it comes, since each side waits for the other's first bytes; then one frame
  /// each; nullopt: not whole yet.
  std::optional<Frame> next() {
    if (held_.empty()) return std::nullopt;
    if (greeting_left_ > 0) {
      const std::size_t size = std::min(greeting_left_, held_.size());
      greeting_left_ -= size;
      return cut(size, false);
    }
    if (held_.size() < 2) return std::nullopt;
    const bool is_long = (held_[0] & 2) != 0;
    const bool is_command = (held_[0] & 4) != 0;
    const std::size_t head = is_long ? 9 : 2;
    if (held_.size() < head) return std::nullopt;
    std::size_t size = 0;
    for (std::size_t i = 1; i < head; ++i) size = size << 8 | held_[i];
    return cut(head + size, !is_command);
  }

 private:
  std::optional<Frame> cut(std::size_t size, bool message) {
    if (held_.size() < size) return std::nullopt;
    const auto end = held_.begin() + static_cast<std::ptrdiff_t>(size);
    Frame frame{{held_.begin(), end}, message};
    held_.erase(held_.begin(), end);
    return frame;
  }
  std::vector<std::uint8_t> held_;
  std::size_t greeting_left_ = 64;
};

}  // namespace

CuttingProxy::CuttingProxy(const std::string& server, int messages)
    : server_port_(std::stoi(server.substr(server.rfind(':') + 1))),
      listener_(listen_on_free_port()),
      left_(messages),
      thread_([this] { run(); }) {}

CuttingProxy::~CuttingProxy() {
  stopping_ = true;
  thread_.join();
  ::close(listener_);
}

std::string CuttingProxy::endpoint() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(listener_, any(address), &size);
  return "tcp://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

void CuttingProxy::run() {
  while (!stopping_) {
    if (!readable(listener_)) continue;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    serve(client);
    ::close(client);
  }
}

/// One connection at a time: groupctl has no more.
void CuttingProxy::serve(int client) {
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(server_port_);
  bool open = ::connect(server, any(address), sizeof address) == 0;
  ZmtpReader answers;
  std::array<std::uint8_t, 65536> buffer{};
  while (open && !stopping_) {
    std::array<pollfd, 2> asked = {pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
    ::poll(asked.data(), asked.size(), kProxyPollMs);
    if (asked[0].revents != 0) {
      const ssize_t size = ::recv(client, buffer.data(), buffer.size(), 0);
      open = size > 0 && write_all(server, buffer.data(), static_cast<std::size_t>(size));
    }
    if (!open || asked[1].revents == 0) continue;
    const ssize_t size = ::recv(server, buffer.data(), buffer.size(), 0);
    open = size > 0;
    if (open) answers.take(buffer.data(), static_cast<std::size_t>(size));
    while (auto frame = open ? answers.next() : std::nullopt) {
      if (frame->message && !healed_ && left_-- <= 0) {
        ++cuts_;
        open = false;
      } else {
        open = write_all(client, frame->bytes.data(), frame->bytes.size());
      }
    }
  }
  ::close(server);
}

}  // namespace groupctl::process_test
