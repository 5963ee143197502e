#include "member/host/machine_host.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "daemon/file_digest.h"
#include "member/host/names.h"

namespace groupctl {
namespace {

std::string mismatch(const std::string& url, const ArtefactDigest& wanted,
                     const ArtefactDigest& found) {
  return "digest mismatch in " + url + " (wanted " + short_digest(wanted) + ", found " +
         short_digest(found) + ")";
}

}  // namespace

Result<std::unique_ptr<MachineHost>> MachineHost::open(const MachineHostConfig& config) {
  std::vector<FileRepository> repositories;
  for (const std::string& url : config.repositories) {
    auto repository = FileRepository::of(url);
    if (!repository) return tl::unexpected<Error>(repository.error());
    repositories.push_back(std::move(*repository));
  }
  std::error_code error;
  std::filesystem::create_directories(config.staging, error);
  if (!error && ::chmod(config.staging.c_str(), 0700) != 0) {
    error = std::error_code(errno, std::generic_category());
  }
  if (error) return fail(ErrorCode::kIo, config.staging + ": " + error.message());
  std::unique_ptr<MachineHost> host(new MachineHost(std::move(repositories), config.staging));
  ::unlink(host->staged_path_.c_str());
  return host;
}

MachineHost::MachineHost(std::vector<FileRepository> repositories, std::string staging)
    : repositories_(std::move(repositories)), staged_path_(std::move(staging) + "/archive") {}

void MachineHost::add_deployer(std::string name, std::unique_ptr<Deployer> deployer) {
  deployers_.insert_or_assign(std::move(name), std::move(deployer));
}

void MachineHost::on_progress(std::function<void(std::string_view, int)> told) {
  told_ = std::move(told);
}

Deployer* MachineHost::deployer(std::string_view name) {
  const auto found = deployers_.find(name);
  return found == deployers_.end() ? nullptr : found->second.get();
}

void MachineHost::progress(std::string_view step, int percent) {
  if (told_) told_(step, percent);
}

StepResult<ArtefactSource> MachineHost::fetch(const std::string& name, const Release& release) {
  ::unlink(staged_path_.c_str());
  std::string tried;
  for (const FileRepository& repository : repositories_) {
    auto found = repository.find(name, release.version);
    if (!found) return tl::unexpected<StepError>(found.error());
    if (*found) return take_over(**found, repository.url(), release.digest);
    tried += (tried.empty() ? "" : ", ") + repository.url();
  }
  return step_failed("fetch", name + "@" + release.version + " is in no repository (tried " +
                                  (tried.empty() ? "none" : tried) + ")");
}

StepResult<ArtefactSource> MachineHost::take_over(const FoundArchive& found, const std::string& url,
                                                  const ArtefactDigest& wanted) {
  const UniqueFd copy(
      ::open(staged_path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!copy) return step_failed("fetch", errno_error(staged_path_).value().text);
  std::uint64_t done = 0;
  int shown = -1;
  const auto digest = digest_of_open_file(found.file.get(), [&](ByteView piece) -> Status {
    done += piece.size();
    if (done > found.bytes) return fail(ErrorCode::kIo, "the archive grew while it was read");
    const int percent = static_cast<int>(done * 100 / found.bytes);
    if (percent != shown) progress("fetch", shown = percent);
    return write_all(copy, piece, staged_path_);
  });
  if (digest && *digest == wanted) return ArtefactSource{staged_path_, url};
  ::unlink(staged_path_.c_str());
  if (!digest) return step_failed("fetch", url + ": " + digest.error().text);
  return step_failed("verify", mismatch(url, wanted, *digest));
}

}  // namespace groupctl
