// The accept4() of this program. libzmq calls it in threads of its own, accepts for as long as
// there are descriptors, and offers no place to say no; this is the one.
#include "wire/zmq_accept.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <limits>

namespace {

std::atomic<std::size_t> kept_from = std::numeric_limits<std::size_t>::max();

bool is_local(int listener) {
  int domain = AF_UNSPEC;
  socklen_t size = sizeof domain;
  return ::getsockopt(listener, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
}

}  // namespace

void groupctl::keep_descriptors_from(std::size_t first) { kept_from = first; }

extern "C" int accept4(int listener, sockaddr* address, socklen_t* size, int flags) {
  const auto made = static_cast<int>(::syscall(SYS_accept4, listener, address, size, flags));
  if (made < 0 || static_cast<std::size_t>(made) < kept_from || is_local(listener)) return made;
  ::close(made);
  errno = ECONNABORTED;
  return -1;
}
