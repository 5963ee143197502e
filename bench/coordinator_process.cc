#include "bench/coordinator_process.h"

#include <signal.h>

#include <chrono>
#include <fstream>
#include <thread>

namespace groupctl::bench {
namespace {

constexpr int kTries = 1000;
constexpr std::chrono::milliseconds kBetweenTries(10);

/// From the file that a running coordinator writes; nullopt until it is there.
std::optional<CoordinatorEndpoints> endpoints_in(const std::string& path) {
  CoordinatorEndpoints found;
  std::ifstream file(path);
  std::string plane, endpoint;
  while (file >> plane >> endpoint) {
    if (plane == "member") found.member = endpoint;
    if (plane == "command") found.command = endpoint;
    if (plane == "admin") found.admin = endpoint;
  }
  if (found.member.empty() || found.command.empty() || found.admin.empty()) return std::nullopt;
  return found;
}

std::string group_dir(const std::string& dir) { return dir + "/groups/" + std::string(kGroup); }

}  // namespace

std::string CoordinatorProcess::log_dir() const { return group_dir(dir_) + "/log"; }

Status CoordinatorProcess::run() {
  std::vector<std::string> words = {program_,
                                    "run",
                                    "--state-dir",
                                    dir_,
                                    "--member-endpoint",
                                    endpoints_.member,
                                    "--command-endpoint",
                                    endpoints_.command,
                                    "--admin-endpoint",
                                    endpoints_.admin};
  words.insert(words.end(), flags_.begin(), flags_.end());
  auto child = Child::start(std::move(words), dir_ + ".log");
  if (!child) return tl::unexpected<Error>(child.error());
  child_.emplace(*std::move(child));
  return {};
}

Result<CoordinatorProcess> CoordinatorProcess::start(const std::string& program,
                                                     const std::string& dir,
                                                     std::vector<std::string> flags) {
  const std::string log = dir + ".log";
  auto init =
      Child::start({program, "init", "--group", std::string(kGroup), "--state-dir", dir}, log);
  if (!init) return tl::unexpected<Error>(init.error());
  if (init->wait() != 0) return fail(ErrorCode::kIo, program + " init failed, see " + log);
  CoordinatorProcess made(program, dir, std::move(flags));
  const std::string any = "tcp://127.0.0.1:*";
  made.endpoints_ = {any, any, any};
  if (auto started = made.run(); !started) return tl::unexpected<Error>(started.error());
  for (int tries = 0; tries < kTries && made.child_->runs(); ++tries) {
    if (auto found = endpoints_in(group_dir(dir) + "/endpoints")) {
      made.endpoints_ = *std::move(found);
      return made;
    }
    std::this_thread::sleep_for(kBetweenTries);
  }
  return fail(ErrorCode::kTimeout, program + " does not say where it listens, see " + log);
}

void CoordinatorProcess::kill() {
  child_->end(SIGKILL);
  child_.reset();
}

Status CoordinatorProcess::start_again() { return run(); }

}  // namespace groupctl::bench
