#include "deployers/kit_stage.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "deployers/call_about.h"
#include "keeper/exec_words.h"

namespace groupctl::deployers {
namespace {

namespace fs = std::filesystem;

constexpr const char* kArtefact = "conformance";
constexpr const char* kConfig = "{}";
constexpr const char* kRun = "#!/bin/sh\nwhile :; do sleep 1; done\n";

bool write_release(const std::string& folder, const std::string& version) {
  std::error_code error;
  fs::create_directories(folder + "/data", error);
  std::ofstream(folder + "/run") << kRun;
  fs::permissions(folder + "/run", fs::perms::owner_all, error);
  std::ofstream(folder + "/data/version") << version << "\n";
  return !error && fs::exists(folder + "/data/version");
}

/// Of no archive: a deployer has to take any.
std::string digest_of(const std::string& version) {
  return "sha256:" + std::string(64, version.front());
}

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

Status KitStage::set_up() const {
  bool made = true;
  for (const char* version : {"1.0", "2.0"}) {
    made = made && write_release(config_->folder + "/releases/" + version, version);
  }
  std::error_code error;
  fs::create_directories(config_->folder + "/state", error);
  fs::create_directory_symlink("releases/1.0", config_->folder + "/current", error);
  std::ofstream(config_->folder + "/config") << kConfig;
  if (made && !error) return {};
  return fail(ErrorCode::kIo, config_->folder + ": cannot be written");
}

Call KitStage::call_of(const std::string& command, const std::string& version) const {
  const std::string& at = config_->folder;
  Call call =
      call_about(command, {kArtefact, version, digest_of(version), at + "/releases/" + version,
                           at + "/current", at + "/config", kConfig, at + "/state", handle_});
  call.environment.insert({{"PATH", std::string(keeper::kDefaultPath)},
                           {"LANG", "C.UTF-8"},
                           {"HOME", call.folder},
                           {"GROUP_NAME", "conformance"},
                           {"GROUP_MEMBER", "conformance"}});
  if (!only_asks(command)) call.timeout_ms = config_->timeout_ms;
  return call;
}

CallEnd KitStage::run(const Call& call, bool checked) {
  CallEnd end = deployers::call({config_->keeper, config_->path, checked}, call, {}, *cancelled_);
  if (end.done() && !end.result.handle.empty()) handle_ = end.result.handle;
  return end;
}

CallEnd KitStage::call(const std::string& command, const std::string& version) {
  return run(call_of(command, version), false);
}

CallEnd KitStage::call_checked(const std::string& command) {
  return run(call_of(command, "1.0"), true);
}

CallEnd KitStage::call_killed(const std::string& command, const std::string& version,
                              std::uint64_t after_ms) {
  Call call = call_of(command, version);
  call.timeout_ms = after_ms;
  call.grace_ms = 0;
  return run(call, false);
}

Result<std::string> KitStage::status(const std::string& version) {
  const CallEnd end = call("status", version);
  if (end.verdict == Verdict::kNotSupported) return std::string("nothing");
  if (!end.done()) return fail(ErrorCode::kInvalid, "status: " + end.why);
  for (const char* state : {"running", "stopped", "failed", "nothing"}) {
    if (end.result.state == state) {
      return end.result.state + (end.result.version.empty() ? "" : " " + end.result.version);
    }
  }
  return fail(ErrorCode::kInvalid,
              "status says no state that there is: \"" + end.result.state + "\"");
}

std::map<std::string, std::string> KitStage::releases() const {
  std::map<std::string, std::string> files;
  std::error_code error;
  fs::recursive_directory_iterator at(config_->folder + "/releases", error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    files[at->path().string()] = at->is_regular_file(error) ? content(at->path()) : std::string();
  }
  return files;
}

}  // namespace groupctl::deployers
