#include "keeper/starter.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace groupctl::keeper {
namespace {

constexpr std::size_t kMostWaiting = 256 << 10;

}  // namespace

Result<Packet> Starter::hear() {
  std::array<char, 64 << 10> piece;
  for (;;) {
    auto packet = packets_.next();
    if (!packet) return tl::unexpected(packet.error());
    if (*packet) return std::move(**packet);
    const ssize_t got = ::read(socket_.get(), piece.data(), piece.size());
    if (got == 0) return fail(ErrorCode::kUnreachable, "the starter is gone");
    if (got < 0 && errno != EINTR) return errno_error("cannot hear the starter");
    if (got > 0) packets_.add({piece.data(), static_cast<std::size_t>(got)});
  }
}

void Starter::unblock() { ::fcntl(socket_.get(), F_SETFL, O_NONBLOCK); }

pollfd Starter::waiting() const {
  const bool sends = !waiting_to_go_.empty() && !gone_;
  return {gone_ ? -1 : socket_.get(), static_cast<short>(sends ? POLLIN | POLLOUT : POLLIN), 0};
}

bool Starter::serve(short ready) {
  if ((ready & POLLOUT) != 0) send();
  if ((ready & (POLLIN | POLLHUP | POLLERR)) == 0) return !gone_;
  std::array<char, 256> ignored;
  const ssize_t got = ::read(socket_.get(), ignored.data(), ignored.size());
  const bool nothing_yet = got < 0 && (errno == EAGAIN || errno == EINTR);
  return got > 0 || nothing_yet;
}

bool Starter::is_full() const { return waiting_to_go_.size() >= kMostWaiting; }

void Starter::send() {
  const ssize_t sent =
      ::send(socket_.get(), waiting_to_go_.data(), waiting_to_go_.size(), MSG_NOSIGNAL);
  if (sent >= 0) {
    waiting_to_go_.erase(0, static_cast<std::size_t>(sent));
  } else if (errno != EAGAIN && errno != EINTR) {
    gone_ = true;
    waiting_to_go_.clear();
  }
}

bool Starter::finish() {
  ::fcntl(socket_.get(), F_SETFL, 0);
  while (!waiting_to_go_.empty()) send();
  return !gone_;
}

}  // namespace groupctl::keeper
