// deployer test: no coordinator is asked; what is checked runs on this machine.
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

#include "cli/deployer_report.h"
#include "cli/exit_code.h"
#include "cli/run.h"
#include "daemon/paths.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

/// Gone at the end, with all that is in it.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::error_code error;
    path_ = (fs::temp_directory_path(error) / "groupctl-deployer-XXXXXX").string();
    if (::mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Where it is installed, and where it is built.
Result<std::string> find_keeper(const std::string& given) {
  if (!given.empty()) return fs::absolute(given).string();
  for (const char* place : {"/group-keeper", "/../member/group-keeper"}) {
    std::string path = program_dir() + place;
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return fail(ErrorCode::kNotFound, "no group-keeper beside groupctl; --keeper FILE says where");
}

Result<DeployerReport> tested(const DeployerTestCall& call, const Client& client) {
  auto keeper = find_keeper(call.keeper);
  if (!keeper) return tl::unexpected(keeper.error());
  const ScratchFolder scratch;
  if (scratch.path().empty()) return fail(ErrorCode::kIo, "no folder for temporary files");
  DeployerReport report{fs::absolute(call.path).lexically_normal().string(), {}};
  if (::access(report.path.c_str(), F_OK) != 0) {
    return fail(ErrorCode::kNotFound, report.path + ": no such file");
  }
  auto checks = deployers::run_kit({*std::move(keeper), report.path, scratch.path()},
                                   [&client] { return client.stopped(); });
  if (!checks) return tl::unexpected(checks.error());
  report.checks = *std::move(checks);
  return report;
}

}  // namespace

Done run_deployer_test(const GlobalOptions& global, const DeployerTestCall& call,
                       const Client& client) {
  const auto report = tested(call, client);
  if (!report) return tl::unexpected(failure_of(report.error()));
  Said shown = said(*report, global.format);
  shown.exit_code = report->passed() ? kExitDone : kExitBad;
  return shown;
}

}  // namespace groupctl
