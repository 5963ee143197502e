#include "member/host/programs.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "daemon/clock.h"
#include "deployers/call.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kStopLookMs = 50;

/// "bin/server", but neither absolute nor with ".." in it.
bool stays_beneath(const std::filesystem::path& path) {
  if (path.is_absolute()) return false;
  for (const auto& part : path) {
    if (part == "..") return false;
  }
  return true;
}

bool is_program(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

Result<std::string> looked_up(const std::string& name) {
  std::string_view rest = Programs::kPath;
  for (;;) {
    const std::size_t colon = rest.find(':');
    std::string path = std::string(rest.substr(0, colon)) + "/" + name;
    if (is_program(path)) return path;
    if (colon == std::string_view::npos) break;
    rest.remove_prefix(colon + 1);
  }
  return fail(ErrorCode::kNotFound, "there is no program " + name + " on this machine");
}

Result<std::string> program_path(const std::string& word, const std::string& folder) {
  if (word.empty()) return fail(ErrorCode::kInvalid, "a command without a program");
  if (word.find('/') == std::string::npos) return looked_up(word);
  if (!stays_beneath(word)) {
    return fail(ErrorCode::kInvalid, word + " is no path beneath the release");
  }
  std::string path = folder + "/" + word;
  if (is_program(path)) return path;
  return fail(ErrorCode::kNotFound, "the release has no program " + word);
}

/// What may stand in a variable's name.
std::string variable_of(std::string_view label) {
  std::string name = "GROUP_LABEL_";
  for (const char c : label) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name += plain ? c : '_';
  }
  return name;
}

}  // namespace

Environment Programs::environment(const std::string& folder, Environment given) const {
  given.insert({{"PATH", std::string(kPath)},
                {"LANG", "C.UTF-8"},
                {"HOME", folder},
                {"GROUP_NAME", world_.group},
                {"GROUP_MEMBER", world_.member}});
  if (const char* zone = std::getenv("TZ")) given.emplace("TZ", zone);
  for (const auto& [label, value] : world_.labels) given.emplace(variable_of(label), value);
  return given;
}

void Programs::rest(std::uint64_t ms) const {
  const LocalTime until(local_now().value + ms);
  for (LocalTime now = local_now(); now < until && !stopping(); now = local_now()) {
    std::this_thread::sleep_for(
        std::chrono::milliseconds(std::min(kStopLookMs, until.value - now.value)));
  }
}

Result<keeper::ProgramSpec> Programs::spec_for(const std::vector<std::string>& argv,
                                               const std::string& folder,
                                               Environment environment) const {
  if (argv.empty()) return fail(ErrorCode::kInvalid, "a command without a program");
  auto path = program_path(argv.front(), folder);
  if (!path) return tl::unexpected<Error>(path.error());
  keeper::ProgramSpec spec;
  spec.path = *std::move(path);
  spec.argv = argv;
  spec.folder = folder;
  spec.environment = this->environment(folder, std::move(environment));
  return spec;
}

Result<keeper::Ended> Programs::run(keeper::ProgramSpec spec, std::uint64_t timeout_ms) const {
  if (spec.limits.tasks == 0) spec.limits.tasks = deployers::kTasks;
  if (spec.limits.files == 0) spec.limits.files = deployers::kOpenFiles;
  return keeper::run_once(world_.keeper, spec, {}, timeout_ms, {}, stopping_);
}

}  // namespace groupctl
