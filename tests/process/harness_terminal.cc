#include "tests/process/harness_terminal.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>

#include "keeper/exec_words.h"

namespace groupctl::process_test {
namespace {

/// The test's own, but for what a terminal and a locale set.
std::vector<std::string> environment_of(const TerminalOptions& options) {
  std::vector<std::string> all = {"TERM=" + options.term, "LC_ALL=" + options.locale};
  for (char** one = environ; *one != nullptr; ++one) {
    const std::string text = *one;
    const std::string name = text.substr(0, text.find('='));
    if (name != "TERM" && name != "LC_ALL" && name != "NO_COLOR") all.push_back(text);
  }
  return all;
}

}  // namespace

bool same_mode(const termios& a, const termios& b) {
  return a.c_iflag == b.c_iflag && a.c_oflag == b.c_oflag && a.c_cflag == b.c_cflag &&
         a.c_lflag == b.c_lflag && std::equal(a.c_cc, a.c_cc + NCCS, b.c_cc);
}

Terminal::Terminal(const std::vector<std::string>& words, const TerminalOptions& options) {
  std::vector<std::string> arguments = words;
  std::vector<std::string> settings = environment_of(options);
  const std::vector<char*> argv = keeper::pointers_to(arguments);
  const std::vector<char*> envp = keeper::pointers_to(settings);
  const winsize size{options.lines, options.columns, 0, 0};
  const pid_t parent = ::getpid();
  int fd = -1;
  pid_ = ::forkpty(&fd, nullptr, nullptr, &size);
  if (pid_ == 0) {
    // The test has threads, so nothing here may take a lock.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    ::execve(argv.front(), argv.data(), envp.data());
    ::_exit(127);
  }
  if (pid_ < 0) throw std::runtime_error("cannot make a terminal");
  fd_ = UniqueFd(fd);
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

Terminal::~Terminal() {
  if (ended_) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

const std::string& Terminal::screen() {
  std::array<char, 4096> bytes{};
  // Once the program has ended a read fails with EIO, after all it wrote.
  for (ssize_t n = 1; n > 0;) {
    n = ::read(fd_.get(), bytes.data(), bytes.size());
    if (n > 0) screen_.append(bytes.data(), static_cast<std::size_t>(n));
  }
  return screen_;
}

bool Terminal::shows(const std::string& text, std::uint64_t limit_ms) {
  return eventually([&] { return screen().find(text) != std::string::npos; }, limit_ms);
}

void Terminal::type(const std::string& keys) const {
  if (::write(fd_.get(), keys.data(), keys.size()) != static_cast<ssize_t>(keys.size())) {
    throw std::runtime_error("cannot type");
  }
}

std::size_t Terminal::unread() const {
  const UniqueFd program_end(::open(::ptsname(fd_.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
  int bytes = 0;
  if (!program_end || ::ioctl(program_end.get(), FIONREAD, &bytes) != 0) {
    throw std::runtime_error("cannot ask the terminal");
  }
  return static_cast<std::size_t>(bytes);
}

void Terminal::send(int signal) const { ::kill(pid_, signal); }

std::optional<Ended> Terminal::wait(std::uint64_t limit_ms) {
  eventually(
      [this] {
        screen();  // a full terminal would hold the program up
        int status = 0;
        if (ended_ || ::waitpid(pid_, &status, WNOHANG) != pid_) return ended_.has_value();
        ended_ = WIFSIGNALED(status) ? Ended{-1, WTERMSIG(status)} : Ended{WEXITSTATUS(status), 0};
        return true;
      },
      limit_ms);
  screen();
  return ended_;
}

termios Terminal::mode() const {
  termios mode{};
  if (::tcgetattr(fd_.get(), &mode) != 0) throw std::runtime_error("no mode of the terminal");
  return mode;
}

}  // namespace groupctl::process_test
