#include "tests/process/harness_link.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace groupctl::process_test {
namespace {

constexpr int kLinkPollMs = 5;
constexpr std::size_t kMostHeld = 1 << 16;
/// Less is no record: a heartbeat, a refusal. Of a record this far from its end are its entries.
constexpr std::size_t kLeastRecord = 448;
constexpr std::size_t kFromEnd = 48;

sockaddr_un address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.size() >= sizeof address.sun_path) throw std::runtime_error(text + " is too long");
  std::copy(text.begin(), text.end(), address.sun_path);
  return address;
}

int new_socket() { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }

// sockaddr is C's way to say "any of these".
sockaddr* any(sockaddr_un& address) { return reinterpret_cast<sockaddr*>(&address); }

int listen_at(const std::filesystem::path& path) {
  const int listener = new_socket();
  sockaddr_un address = address_of(path);
  if (::bind(listener, any(address), sizeof address) != 0 || ::listen(listener, 64) != 0) {
    throw std::runtime_error("the link cannot listen at " + path.string());
  }
  return listener;
}

using Buffer = std::vector<std::uint8_t>;

/// False: the connection has ended.
bool read_into(Buffer& held, int from) {
  std::array<std::uint8_t, 16384> piece;
  if (held.size() >= kMostHeld) return true;
  const ssize_t size = ::recv(from, piece.data(), piece.size(), MSG_DONTWAIT);
  if (size <= 0) return size < 0 && errno == EAGAIN;
  held.insert(held.end(), piece.begin(), piece.begin() + size);
  return true;
}

bool write_from(Buffer& held, int to) {
  if (held.empty()) return true;
  const ssize_t size = ::send(to, held.data(), held.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (size < 0) return errno == EAGAIN;
  held.erase(held.begin(), held.begin() + size);
  return true;
}

}  // namespace

/// Reads a ZMTP 3 stream (rfc.zeromq.org/spec/23): a greeting of 64 bytes, then frames.
class Link::Changer {
 public:
  /// Moves bytes on. In a record that is whole there one is changed, if `change`; then true. One
  /// that is longer than what is held at once goes on as it is.
  bool pass(Buffer& from, Buffer& to, bool change) {
    std::size_t at = std::min(inside_, from.size());
    inside_ -= at;
    bool changed = false;
    while (inside_ == 0) {
      const auto [head, size] = frame_at(from, at);
      if (head == 0) break;
      const std::size_t end = at + head + size;
      const bool record = (from[at] & 5) == 0 && size >= kLeastRecord;  // a message's last part
      if (record && change && !changed && head + size <= kMostHeld) {
        if (end > from.size()) break;  // the rest comes
        from[end - kFromEnd] = static_cast<std::uint8_t>(from[end - kFromEnd] ^ 0x10);
        changed = true;
      }
      at = std::min(end, from.size());
      inside_ = end - at;
    }
    to.insert(to.end(), from.begin(), from.begin() + static_cast<std::ptrdiff_t>(at));
    from.erase(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(at));
    return changed;
  }

 private:
  /// Sizes of a frame's head and body; zeroes while the head is not whole.
  static std::pair<std::size_t, std::size_t> frame_at(const Buffer& held, std::size_t at) {
    const std::size_t there = held.size() - at;
    if (there < 2) return {};
    const std::size_t head = (held[at] & 2) != 0 ? 9 : 2;
    if (there < head) return {};
    std::size_t size = 0;
    for (std::size_t i = 1; i < head; ++i) size = size << 8 | held[at + i];
    return {head, size};
  }

  std::size_t inside_ = 64;  ///< of what is passing, so much is still to come
};

struct Link::Connection {
  int client;
  int server;
  Buffer towards{};  ///< of the client
  Buffer back{};     ///< of the server, as it came
  Buffer ready{};    ///< of the server, to be passed on
  Changer changer{};

  ~Connection() {
    ::close(client);
    ::close(server);
  }
};

Link::Link(const std::string& endpoint)
    : path_(endpoint.substr(std::strlen("ipc://"))), server_path_(path_.string() + ".far") {
  std::filesystem::rename(path_, server_path_);
  listener_ = listen_at(path_);
  thread_ = std::thread([this] { run(); });
}

Link::~Link() {
  stopping_ = true;
  thread_.join();
  ::close(listener_);
}

void Link::cut(bool towards_server, bool from_server) {
  cut_towards_ = towards_server;
  cut_from_ = from_server;
}

void Link::accept_one() {
  const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (client < 0) return;
  const int server = new_socket();
  sockaddr_un address = address_of(server_path_);
  if (::connect(server, any(address), sizeof address) != 0) {
    ::close(client);
    ::close(server);
    return;
  }
  connections_.emplace_back(new Connection{client, server});
}

void Link::run() {
  while (!stopping_) {
    std::vector<pollfd> asked = {{listener_, POLLIN, 0}};
    for (const auto& one : connections_) {
      if (!cut_towards_) asked.push_back({one->client, POLLIN, 0});
      if (!cut_from_) asked.push_back({one->server, POLLIN, 0});
    }
    ::poll(asked.data(), asked.size(), kLinkPollMs);
    if (asked[0].revents != 0) accept_one();
    std::erase_if(connections_, [this](const auto& one) { return !serve(*one); });
  }
}

/// Moves what there is. False: the connection has ended.
bool Link::serve(Connection& one) {
  if (!cut_towards_) {
    if (!read_into(one.towards, one.client) || !write_from(one.towards, one.server)) return false;
  }
  if (cut_from_) return true;
  if (!read_into(one.back, one.server)) return false;
  if (one.changer.pass(one.back, one.ready, to_change_ > 0)) {
    --to_change_;
    ++changed_;
  }
  return write_from(one.ready, one.client);
}

}  // namespace groupctl::process_test
