#include "daemon/signals.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace groupctl {
namespace {

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

Result<std::unique_ptr<Signals>> Signals::start(std::function<void()> wake) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  const sigset_t set = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  UniqueFd signal_fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signal_fd) return errno_error("signalfd");
  UniqueFd end_fd(::eventfd(0, EFD_CLOEXEC));
  if (!end_fd) return errno_error("eventfd");
  std::unique_ptr<Signals> signals(
      new Signals(std::move(signal_fd), std::move(end_fd), std::move(wake)));
  signals->thread_ = std::thread([s = signals.get()] { s->read_signals(); });
  return signals;
}

Signals::Signals(UniqueFd signal_fd, UniqueFd end_fd, std::function<void()> wake)
    : signal_fd_(std::move(signal_fd)), end_fd_(std::move(end_fd)), wake_(std::move(wake)) {}

Signals::~Signals() {
  const std::uint64_t one = 1;
  GROUPCTL_INVARIANT(::write(end_fd_.get(), &one, sizeof one) == sizeof one,
                     "eventfd refused a write");
  thread_.join();
}

void Signals::read_signals() {
  std::array<pollfd, 2> fds = {{{signal_fd_.get(), POLLIN, 0}, {end_fd_.get(), POLLIN, 0}}};
  while (true) {
    if (::poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) return;
    if ((fds[1].revents & POLLIN) != 0) return;
    signalfd_siginfo info{};
    while (::read(signal_fd_.get(), &info, sizeof info) == sizeof info) {
      stops_.fetch_add(1);
      if (wake_) wake_();
    }
  }
}

}  // namespace groupctl
