#include "keeper/setting.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace groupctl::keeper {

Result<UniqueFd> become_keeper() {
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) return errno_error("cannot adopt");
  if (::chdir("/") != 0) return errno_error("/");  // so that it holds no file system
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t wanted;
  ::sigemptyset(&wanted);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) ::sigaddset(&wanted, signal);
  if (::sigprocmask(SIG_BLOCK, &wanted, nullptr) != 0) return errno_error("cannot block signals");
  UniqueFd signals(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals) return errno_error("cannot read signals");
  return signals;
}

int next_signal(const UniqueFd& signals) {
  signalfd_siginfo info{};
  const ssize_t got = ::read(signals.get(), &info, sizeof info);
  return got == static_cast<ssize_t>(sizeof info) ? static_cast<int>(info.ssi_signo) : 0;
}

Result<PipeEnds> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno_error("cannot make a pipe");
  PipeEnds pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
  // Ours alone: the other end belongs to a program, which expects it to block.
  if (::fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) return errno_error("cannot make a pipe");
  return pipe;
}

bool read_ready(const UniqueFd& stream, std::size_t most,
                const std::function<void(std::string_view piece)>& take) {
  std::array<char, 64 << 10> piece;  // not zeroed: this is where floods go through
  for (std::size_t taken = 0; taken < most;) {
    const ssize_t got = ::read(stream.get(), piece.data(), std::min(piece.size(), most - taken));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN;
    if (got == 0) return false;
    take({piece.data(), static_cast<std::size_t>(got)});
    taken += static_cast<std::size_t>(got);
  }
  return true;
}

Result<UniqueFd> input_of(std::string_view bytes) {
  if (bytes.empty()) {
    UniqueFd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!nothing) return errno_error("/dev/null");
    return nothing;
  }
  const UniqueFd file(::memfd_create("input", MFD_CLOEXEC));
  if (!file) return errno_error("cannot keep the input");
  if (Status written = write_all(file, as_bytes(bytes), "the input"); !written) {
    return tl::unexpected(written.error());
  }
  // Opened again, to be read from its beginning and not to be written.
  const std::string path = "/proc/self/fd/" + std::to_string(file.get());
  UniqueFd input(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!input) return errno_error("the input");
  return input;
}

Ended ended_by(int status) {
  Ended ended;
  if (WIFEXITED(status)) {
    ended.kind = EndKind::kExited;
    ended.code = WEXITSTATUS(status);
    ended.text = "exit code " + std::to_string(ended.code);
    return ended;
  }
  ended.kind = EndKind::kSignalled;
  ended.code = WTERMSIG(status);
  ended.core = WCOREDUMP(status);
  const char* name = ::sigabbrev_np(ended.code);
  ended.text = "killed by " + (name != nullptr ? "SIG" + std::string(name)
                                               : "signal " + std::to_string(ended.code));
  if (ended.core) ended.text += ", with a core file";
  return ended;
}

}  // namespace groupctl::keeper
