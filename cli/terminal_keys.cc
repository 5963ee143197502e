#include "cli/terminal_keys.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace groupctl {
namespace {

// For a handler of a signal, so no object has them: as the terminal was found, and whether it is
// otherwise now.
termios g_found{};
volatile std::sig_atomic_t g_taken = 0;

bool in_foreground() { return ::tcgetpgrp(STDIN_FILENO) == ::getpgrp(); }

void give_back_now() {
  // In the background this would stop the process, and the terminal is another's.
  if (g_taken != 0 && in_foreground()) ::tcsetattr(STDIN_FILENO, TCSANOW, &g_found);
  g_taken = 0;
}

extern "C" void on_fatal_signal(int signal) {
  give_back_now();
  ::raise(signal);  // handled once: the second one ends the process
}

/// SIGTERM and SIGINT are read by a thread (daemon/signals.h); these end the process where it is.
void catch_fatal_signals() {
  for (const int signal : {SIGHUP, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE}) {
    struct sigaction now {};
    if (::sigaction(signal, nullptr, &now) != 0 || now.sa_handler != SIG_DFL) continue;
    struct sigaction ours {};
    ours.sa_handler = on_fatal_signal;
    ours.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(signal, &ours, nullptr);
  }
}

}  // namespace

class TerminalKeys::Open : public Keyboard {
 public:
  explicit Open(TerminalKeys& keys) : keys_(keys) {}
  Open(const Open&) = delete;
  Open& operator=(const Open&) = delete;
  ~Open() override { keys_.close(); }
  std::string typed() override { return keys_.read_keys(); }
  bool take_gone_on() override { return keys_.gone_on_.exchange(false); }

 private:
  TerminalKeys& keys_;
};

std::unique_ptr<Keyboard> TerminalKeys::open() {
  if (::isatty(STDIN_FILENO) == 0 || ::tcgetattr(STDIN_FILENO, &g_found) != 0) return nullptr;
  catch_fatal_signals();
  {
    const std::lock_guard lock(mutex_);
    open_ = true;
  }
  take();
  return std::make_unique<Open>(*this);
}

void TerminalKeys::take() {
  const std::lock_guard lock(mutex_);
  if (!open_ || stopping_ || for_good_ || !in_foreground()) return;
  if (g_taken != 0 && !again_) return;
  again_ = false;
  termios mode = g_found;
  mode.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  mode.c_cc[VMIN] = 0;
  mode.c_cc[VTIME] = 0;
  g_taken = 1;
  ::tcsetattr(STDIN_FILENO, TCSANOW, &mode);
}

std::string TerminalKeys::read_keys() {
  take();
  if (g_taken == 0 || !in_foreground()) return "";
  std::array<char, 256> bytes{};
  pollfd in{STDIN_FILENO, POLLIN, 0};
  if (::poll(&in, 1, 0) <= 0) return "";
  const ssize_t n = ::read(STDIN_FILENO, bytes.data(), bytes.size());
  return n <= 0 ? "" : std::string(bytes.data(), static_cast<std::size_t>(n));
}

void TerminalKeys::give_back() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  give_back_now();
}

void TerminalKeys::note_going_on() {
  const std::lock_guard lock(mutex_);
  stopping_ = false;
  again_ = true;
  gone_on_ = true;
}

void TerminalKeys::give_back_for_good() {
  const std::lock_guard lock(mutex_);
  for_good_ = true;
  give_back_now();
}

void TerminalKeys::close() {
  const std::lock_guard lock(mutex_);
  open_ = false;
  give_back_now();
}

}  // namespace groupctl
