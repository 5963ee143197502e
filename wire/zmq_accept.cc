// The accept4() of this program.
#include "wire/zmq_accept.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <limits>
#include <mutex>

#include "wire/zmq_peer_name.h"
#include "wire/zmq_sockets.h"

namespace {

using groupctl::zmq_shell::steady_time;

std::atomic<std::size_t> kept_from = std::numeric_limits<std::size_t>::max();

std::atomic<bool> strangers_stay_out = false;

struct Strangers {
  std::mutex mutex;
  groupctl::PenaltyBox box;
};

/// libzmq's threads may come here until the process has ended: never destroyed.
Strangers& strangers() {
  static auto& all = *new Strangers;
  return all;
}

bool enters(const std::string& network) {
  if (!strangers_stay_out) return true;
  const std::lock_guard lock(strangers().mutex);
  return strangers().box.enter(steady_time(), network);
}

/// With a reset: a close would keep the port of each for a minute.
int send_away(int connection) {
  const linger none{1, 0};
  ::setsockopt(connection, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  ::close(connection);
  errno = ECONNABORTED;
  return -1;
}

}  // namespace

void groupctl::keep_descriptors_from(std::size_t first) { kept_from = first; }

void groupctl::keep_strangers_out() { strangers_stay_out = true; }

void groupctl::redeem_stranger(const std::string& network) {
  const std::lock_guard lock(strangers().mutex);
  strangers().box.redeem(steady_time(), network);
}

std::optional<groupctl::PenaltyBox::News> groupctl::strangers_sent_away() {
  const std::lock_guard lock(strangers().mutex);
  return strangers().box.news(steady_time());
}

extern "C" int accept4(int listener, sockaddr* address, socklen_t* size, int flags) {
  sockaddr_storage from{};
  socklen_t from_size = sizeof from;
  const auto made = static_cast<int>(::syscall(SYS_accept4, listener, &from, &from_size, flags));
  if (made < 0) return made;
  if (const auto peer = groupctl::peer_name(from)) {
    if (static_cast<std::size_t>(made) >= kept_from) return send_away(made);
    if (!enters(peer->network)) return send_away(made);
  }
  if (address != nullptr && size != nullptr) {
    std::memcpy(address, &from, std::min(*size, from_size));
    *size = from_size;
  }
  return made;
}
