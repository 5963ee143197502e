#include "bench/coordinator_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>
#include <utility>
#include <vector>

namespace groupctl::bench {
namespace {

constexpr std::string_view kGroup = "bench";

pid_t spawn(const std::string& program, std::vector<std::string> words, const std::string& log) {
  words.insert(words.begin(), program);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t pid = fork();
  if (pid != 0) return pid;
  const int file = open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
  dup2(file, STDOUT_FILENO);
  dup2(file, STDERR_FILENO);
  execv(program.c_str(), argv.data());
  _exit(127);
}

/// The line "admin ENDPOINT" of the file that a running coordinator writes; empty until it is
/// there.
std::string admin_endpoint_in(const std::string& path) {
  std::ifstream file(path);
  std::string plane, endpoint;
  while (file >> plane >> endpoint) {
    if (plane == "admin") return endpoint;
  }
  return "";
}

}  // namespace

Result<CoordinatorProcess> CoordinatorProcess::start(const std::string& program,
                                                     const std::string& dir) {
  const std::string log = dir + ".log";
  const pid_t init =
      spawn(program, {"init", "--group", std::string(kGroup), "--state-dir", dir}, log);
  int status = 0;
  if (waitpid(init, &status, 0) < 0 || status != 0) {
    return fail(ErrorCode::kIo, program + " init failed, see " + log);
  }
  const std::string any = "tcp://127.0.0.1:*";
  const pid_t pid = spawn(program,
                          {"run", "--state-dir", dir, "--member-endpoint", any,
                           "--command-endpoint", any, "--admin-endpoint", any},
                          log);
  const std::string endpoints = dir + "/groups/" + std::string(kGroup) + "/endpoints";
  for (int tries = 0; tries < 1000; ++tries) {
    std::string admin = admin_endpoint_in(endpoints);
    if (!admin.empty()) return CoordinatorProcess(pid, std::move(admin));
    if (waitpid(pid, &status, WNOHANG) == pid) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  kill(pid, SIGKILL);
  return fail(ErrorCode::kTimeout, program + " does not say where it listens, see " + log);
}

CoordinatorProcess::CoordinatorProcess(CoordinatorProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), admin_(std::move(other.admin_)) {}

CoordinatorProcess::~CoordinatorProcess() { stop(); }

void CoordinatorProcess::stop() {
  if (pid_ <= 0) return;
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

}  // namespace groupctl::bench
