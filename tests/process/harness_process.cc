#include "tests/process/harness_process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "daemon/file_system.h"
#include "keeper/exec_words.h"

namespace groupctl::process_test {
namespace {

constexpr std::uint64_t kBetweenLooksMs = 5;
constexpr std::uint64_t kProgramMs = 60000;

void pause_ms(std::uint64_t ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

/// The test's own, but for what is given.
std::vector<std::string> environment(
    const std::vector<std::pair<std::string, std::string>>& given) {
  std::vector<std::string> all;
  for (const auto& [name, value] : given) all.push_back(name + "=" + value);
  for (char** one = environ; *one != nullptr; ++one) {
    const std::string_view line = *one;
    const bool is_given = std::any_of(given.begin(), given.end(), [&](const auto& setting) {
      return line.substr(0, line.find('=')) == setting.first;
    });
    if (!is_given) all.emplace_back(line);
  }
  return all;
}

int open_output(const std::filesystem::path& path) {
  const char* name = path.empty() ? "/dev/null" : path.c_str();
  return ::open(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

}  // namespace

Process Process::start(const std::vector<std::string>& words, const SpawnOptions& options) {
  std::vector<std::string> arguments = words;
  std::vector<std::string> settings = environment(options.env);
  const std::vector<char*> argv = keeper::pointers_to(arguments);
  const std::vector<char*> envp = keeper::pointers_to(settings);
  const int out = open_output(options.out);
  const int err = open_output(options.err);
  const pid_t parent = ::getpid();
  Process child;
  child.pid_ = ::fork();
  if (child.pid_ == 0) {
    // The test has threads, so nothing here may take a lock.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    ::execve(argv.front(), argv.data(), envp.data());
    ::_exit(127);
  }
  ::close(out);
  ::close(err);
  if (child.pid_ < 0) throw std::runtime_error("cannot fork");
  return child;
}

Process& Process::operator=(Process&& other) noexcept {
  if (this == &other) return *this;
  kill_nine();
  pid_ = std::exchange(other.pid_, 0);
  ended_ = other.ended_;
  return *this;
}

Process::~Process() { kill_nine(); }

bool Process::running() {
  if (pid_ == 0 || ended_) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
  ended_ = WIFSIGNALED(status) ? Ended{-1, WTERMSIG(status)} : Ended{WEXITSTATUS(status), 0};
  return false;
}

void Process::send(int signal) const {
  if (pid_ != 0 && !ended_) ::kill(pid_, signal);
}

std::uint64_t Process::private_memory() const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  std::string word;
  while (status >> word) {
    std::uint64_t kib = 0;
    if (word == "RssAnon:" && status >> kib) return kib << 10;
  }
  return 0;
}

std::optional<Ended> Process::wait(std::uint64_t limit_ms) {
  eventually([this] { return !running(); }, limit_ms);
  return ended_;
}

void Process::kill_nine() {
  if (!running()) return;
  send(SIGKILL);
  while (running()) pause_ms(1);
}

Said run_program(const std::vector<std::string>& words,
                 const std::vector<std::pair<std::string, std::string>>& env) {
  const TempDir dir;
  Process program = Process::start(words, {dir.path() / "out", dir.path() / "err", env});
  const auto ended = program.wait(kProgramMs);
  program.kill_nine();
  return {ended.value_or(Ended{-1, SIGKILL}), read_file(dir.path() / "out"),
          read_file(dir.path() / "err")};
}

bool can_trace() {
  static const bool can =
      run_program({"/usr/bin/strace", "-o", "/dev/null", "/bin/true"}).ended == Ended{0, 0};
  return can;
}

bool eventually(const std::function<bool()>& condition, std::uint64_t limit_ms) {
  const std::uint64_t until = now_ms() + limit_ms;
  while (!condition()) {
    if (now_ms() >= until) return condition();
    pause_ms(kBetweenLooksMs);
  }
  return true;
}

std::uint64_t now_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::size_t count_in(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

TempDir::TempDir() {
  std::string pattern = (std::filesystem::temp_directory_path() / "gcp-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
  path_ = pattern;
  // In a container the folder for temporary files can be on an overlay. F14 has one of its own.
  if (!check_file_system(path_, false)) ::setenv("GROUPCTL_ALLOW_UNSAFE_FS", "true", 1);
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace groupctl::process_test
