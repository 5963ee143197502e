#include "bench/coordinator_process.h"

#include <signal.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "bench/submit.h"
#include "daemon/key_files.h"

namespace groupctl::bench {
namespace {

constexpr const char* kAnyPort = "tcp://127.0.0.1:*";
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

std::string key_dir(const std::string& dir) { return dir + ".keys"; }
std::string group_dir(const std::string& dir) { return dir + "/groups/" + std::string(kGroup); }

}  // namespace

CoordinatorProcess::CoordinatorProcess(std::string program, std::string dir, Security security,
                                       std::vector<std::string> flags)
    : program_(std::move(program)),
      dir_(std::move(dir)),
      security_(security),
      flags_(std::move(flags)),
      endpoints_{kAnyPort, kAnyPort, kAnyPort} {}

std::vector<std::string> CoordinatorProcess::protection() const {
  if (security_ == Security::kOpen) return {"--open"};
  return {"--key-dir", key_dir(dir_)};
}

std::string CoordinatorProcess::log_dir() const { return group_dir(dir_) + "/log"; }

Status CoordinatorProcess::init() const {
  std::vector<std::string> words = {program_,      "init", "--group", std::string(kGroup),
                                    "--state-dir", dir_};
  for (std::string& word : protection()) words.push_back(std::move(word));
  const std::string log = dir_ + ".log";
  auto init = Child::start(std::move(words), log);
  if (!init) return tl::unexpected<Error>(init.error());
  if (init->wait() != 0) return fail(ErrorCode::kIo, program_ + " init failed, see " + log);
  return {};
}

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
  for (std::string& word : protection()) words.push_back(std::move(word));
  words.insert(words.end(), flags_.begin(), flags_.end());
  auto child = Child::start(std::move(words), dir_ + ".log");
  if (!child) return tl::unexpected<Error>(child.error());
  child_.emplace(*std::move(child));
  return {};
}

Status CoordinatorProcess::wait_until_bound() {
  for (int tries = 0; tries < kTries && child_->runs(); ++tries) {
    if (auto found = endpoints_in(group_dir(dir_) + "/endpoints")) {
      endpoints_ = *std::move(found);
      return {};
    }
    std::this_thread::sleep_for(kBetweenTries);
  }
  return fail(ErrorCode::kTimeout,
              program_ + " does not say where it listens, see " + dir_ + ".log");
}

Result<CoordinatorProcess> CoordinatorProcess::start(const std::string& program,
                                                     const std::string& dir, Security security,
                                                     std::vector<std::string> flags) {
  CoordinatorProcess made(program, dir, security, std::move(flags));
  if (auto ready = made.init(); !ready) return tl::unexpected<Error>(ready.error());
  if (auto started = made.run(); !started) return tl::unexpected<Error>(started.error());
  if (auto bound = made.wait_until_bound(); !bound) return tl::unexpected<Error>(bound.error());
  made.admin_.endpoint = made.endpoints_.admin;
  if (security == Security::kOpen) return made;
  if (auto read = made.read_admin_keys(); !read) return tl::unexpected<Error>(read.error());
  return made;
}

Status CoordinatorProcess::read_admin_keys() {
  auto own = read_secret_key(admin_key_file());
  if (!own) return tl::unexpected<Error>(own.error());
  auto server = read_public_key(public_file(key_dir(dir_), kCoordinatorKey));
  if (!server) return tl::unexpected<Error>(server.error());
  admin_.keys = ClientKeys{*own, *server};
  return {};
}

std::string CoordinatorProcess::admin_key_file() const {
  return secret_file(key_dir(dir_), kGroupctlKey);
}

std::optional<PublicKey> CoordinatorProcess::server_key() const {
  if (!admin_.keys) return std::nullopt;
  return admin_.keys->server;
}

Status CoordinatorProcess::let_in(const MemberKeys& members) const {
  if (!admin_.keys) return {};
  auto client = admin_.open();
  if (!client) return tl::unexpected<Error>(client.error());
  for (const auto& [name, key] : members) {
    ChangeKey add;
    add.key = key;
    add.name = name;
    add.role = KeyRole::kMember;
    auto reply = ask(**client, add);
    if (!reply) return tl::unexpected<Error>(reply.error());
    if (const auto* refused = std::get_if<QueryRefused>(&*reply)) {
      return fail(refused->code, refused->text);
    }
  }
  return {};
}

void CoordinatorProcess::kill() {
  child_->end(SIGKILL);
  child_.reset();
}

Status CoordinatorProcess::start_again() { return run(); }

}  // namespace groupctl::bench
