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

sigset_t signals_for(SignalsFor whom, const StopAndGo& job) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  if (whom == SignalsFor::kDaemon) {
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGUSR1);
  }
  if (job.before_stop) sigaddset(&set, SIGTSTP);
  if (job.going_on) sigaddset(&set, SIGCONT);
  return set;
}

}  // namespace

Result<std::unique_ptr<Signals>> Signals::start(SignalsFor whom, std::function<void()> wake,
                                                StopAndGo job) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  const sigset_t set = signals_for(whom, job);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  UniqueFd signal_fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signal_fd) return errno_error("signalfd");
  UniqueFd end_fd(::eventfd(0, EFD_CLOEXEC));
  if (!end_fd) return errno_error("eventfd");
  std::unique_ptr<Signals> signals(
      new Signals(std::move(signal_fd), std::move(end_fd), std::move(wake), std::move(job)));
  signals->thread_ = std::thread([s = signals.get()] { s->read_signals(); });
  return signals;
}

Signals::Signals(UniqueFd signal_fd, UniqueFd end_fd, std::function<void()> wake, StopAndGo job)
    : signal_fd_(std::move(signal_fd)),
      end_fd_(std::move(end_fd)),
      wake_(std::move(wake)),
      job_(std::move(job)) {}

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
      note(static_cast<int>(info.ssi_signo));
    }
  }
}

void Signals::note(int signal) {
  if (signal == SIGTSTP) return stop();
  if (signal == SIGCONT) return job_.going_on();
  if (signal == SIGHUP) {
    reread_ = true;
  } else if (signal == SIGUSR1) {
    summary_ = true;
  } else {
    note_end(signal);
  }
  if (wake_) wake_();
}

// As by default: a process that nobody could have go on does not stop.
void Signals::stop() const {
  job_.before_stop();
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTSTP);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  std::raise(SIGTSTP);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  if (job_.going_on) job_.going_on();
}

void Signals::note_end(int signal) {
  constexpr int kEndedBySignal = 128;  // as shells have it
  if (stops_.fetch_add(1) > 0) {
    // What is durable is durable, and the next start takes up the rest as after a crash.
    ::_exit(kEndedBySignal + signal);
  }
}

}  // namespace groupctl
