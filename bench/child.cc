#include "bench/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <cstring>

namespace groupctl::bench {
namespace {

/// Not fork(): copying the page tables of a large parent would be in the measured time.
int spawn(std::vector<std::string>& words, const std::string& log, const UniqueFd& talk,
          pid_t& pid) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(),
                                   O_CREAT | O_WRONLY | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, talk ? talk.get() : STDERR_FILENO, STDOUT_FILENO);
  if (talk) posix_spawn_file_actions_adddup2(&actions, talk.get(), STDIN_FILENO);
  const int failed = posix_spawn(&pid, argv.front(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return failed;
}

}  // namespace

Result<Child> Child::start(std::vector<std::string> words, const std::string& log, Output output) {
  std::array<int, 2> ends = {-1, -1};
  if (output == Output::kLines &&
      socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return errno_error("socketpair");
  }
  UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  pid_t pid = 0;
  if (const int failed = spawn(words, log, theirs, pid); failed != 0) {
    return fail(ErrorCode::kIo, words.front() + ": " + std::strerror(failed));
  }
  return Child(pid, std::move(ours));
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      talk_(std::move(other.talk_)),
      heard_(std::move(other.heard_)) {}

Child::~Child() { end(SIGTERM); }

bool Child::runs() {
  if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = 0;
  return pid_ > 0;
}

int Child::wait() {
  int status = 0;
  if (pid_ <= 0 || waitpid(std::exchange(pid_, 0), &status, 0) < 0) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void Child::end(int signal) {
  if (pid_ <= 0) return;
  ::kill(pid_, signal);
  wait();
}

Status Child::say(const std::string& line) {
  const std::string text = line + "\n";
  const auto size = static_cast<ssize_t>(text.size());
  if (::send(talk_.get(), text.data(), text.size(), MSG_NOSIGNAL) == size) return {};
  return errno_error("speaking to a child");
}

Result<std::string> Child::hear(std::uint64_t timeout_ms) {
  std::size_t end = heard_.find('\n');
  while (end == std::string::npos) {
    pollfd readable{talk_.get(), POLLIN, 0};
    if (poll(&readable, 1, static_cast<int>(timeout_ms)) == 0) {
      return fail(ErrorCode::kTimeout, "a child says nothing");
    }
    std::array<char, 4096> bytes{};
    const ssize_t got = recv(talk_.get(), bytes.data(), bytes.size(), 0);
    if (got <= 0) return fail(ErrorCode::kIo, "a child has ended");
    heard_.append(bytes.data(), static_cast<std::size_t>(got));
    end = heard_.find('\n');
  }
  std::string line = heard_.substr(0, end);
  heard_.erase(0, end + 1);
  return line;
}

}  // namespace groupctl::bench
