#include "member/host/machine_host.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "daemon/file_digest.h"
#include "daemon/logging.h"
#include "member/host/names.h"
#include "wire/repository_url.h"

namespace groupctl {
namespace {

/// How long a coordinator that does not answer is waited for when other repositories follow, and
/// when none does: then it is the only one that can have the artefact.
constexpr std::uint64_t kShortPatienceMs = 10'000;
constexpr std::uint64_t kLongPatienceMs = 600'000;

std::string mismatch(const std::string& url, const ArtefactDigest& wanted,
                     const ArtefactDigest& found) {
  return "digest mismatch in " + url + " (wanted " + short_digest(wanted) + ", found " +
         short_digest(found) + ")";
}

std::string in_no_repository(const std::string& name, const Release& release,
                             const std::string& tried) {
  return name + "@" + release.version + " is in no repository (tried " +
         (tried.empty() ? "none" : tried) + ")";
}

}  // namespace

Result<std::unique_ptr<MachineHost>> MachineHost::open(const MachineHostConfig& config,
                                                       ArtefactDesk& desk) {
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
  auto cache = ArtefactCache::open(config.cache, config.cache_bytes);
  if (!cache) return tl::unexpected<Error>(cache.error());
  std::unique_ptr<MachineHost> host(
      new MachineHost(std::move(repositories), config.allow_override, config.staging,
                      GroupRepository(*std::move(cache), desk), desk));
  ::unlink(host->staged_path_.c_str());
  return host;
}

MachineHost::MachineHost(std::vector<FileRepository> repositories, bool allow_override,
                         std::string staging, GroupRepository group, ArtefactDesk& desk)
    : private_(std::move(repositories)),
      allow_override_(allow_override),
      staged_path_(std::move(staging) + "/archive"),
      group_(std::move(group)),
      desk_(desk) {}

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

std::vector<std::string> MachineHost::deployer_names() {
  std::vector<std::string> names;
  for (const auto& [name, deployer] : deployers_) names.push_back(name);
  return names;
}

StepResult<LeftFile> MachineHost::write_bundle(Sequence at, const MemberView& view) {
  if (bundles_ == nullptr) return step_failed("dump", "this member keeps no dumps");
  return bundles_->write(at, view, *this);
}

StepResult<ProgramEnd> MachineHost::run_program(Sequence at,
                                                const std::vector<std::string>& words) {
  if (runner_ == nullptr) return step_failed("exec", "this member runs no programs");
  return runner_->run(at, words);
}

StepResult<void> MachineHost::may_run(const std::vector<std::string>& words) {
  if (runner_ == nullptr) return step_failed("exec", "this member runs no programs");
  return runner_->may_run(words);
}

void MachineHost::progress(std::string_view step, int percent) {
  if (told_) told_(step, percent);
}

// ---- private repositories

StepResult<std::optional<Override>> MachineHost::override_of(const std::string& name,
                                                             const Release& release) {
  Override own{release, {}, {}};
  if (auto looked = find_own_build(name, release, own); !looked) {
    return tl::unexpected<StepError>(looked.error());
  }
  if (auto looked = find_own_config(name, release, own); !looked) {
    return tl::unexpected<StepError>(looked.error());
  }
  if (own.why.empty()) return std::nullopt;
  if (allow_override_) return own;
  return step_failed("verify", own.why + "; overrides are not allowed on this member");
}

StepResult<void> MachineHost::find_own_build(const std::string& name, const Release& wanted,
                                             Override& own) {
  for (const FileRepository& repository : private_) {
    auto found = repository.find(name, wanted.version);
    if (!found) return tl::unexpected<StepError>(found.error());
    if (!*found) continue;
    const auto digest = digests_.digest_of((*found)->file.get());
    if (!digest) return step_failed("fetch", repository.url() + ": " + digest.error().text);
    if (*digest == wanted.digest) return {};
    own.release.digest = *digest;
    own.repository = repository.url();
    own.why = repository.url() + " has another archive of " + name + "@" + wanted.version + " (" +
              short_digest(*digest) + ", not " + short_digest(wanted.digest) + ")";
    return {};
  }
  return {};
}

StepResult<void> MachineHost::find_own_config(const std::string& name, const Release& wanted,
                                              Override& own) {
  for (const FileRepository& repository : private_) {
    auto config = repository.find_config(name, wanted.version);
    if (!config) return tl::unexpected<StepError>(config.error());
    if (!*config) continue;
    if (**config == wanted.config) return {};
    own.release.config = **std::move(config);
    if (own.repository.empty()) own.repository = repository.url();
    own.why += (own.why.empty() ? "" : "; ") + repository.url() + " has a configuration of its own";
    return {};
  }
  return {};
}

// ---- fetching

StepResult<ArtefactSource> MachineHost::fetch(const std::string& name, const Release& release) {
  ::unlink(staged_path_.c_str());
  std::string tried;
  for (const FileRepository& repository : private_) {
    auto found = repository.find(name, release.version);
    if (!found) return tl::unexpected<StepError>(found.error());
    if (!*found) {
      tried += (tried.empty() ? "" : ", ") + repository.url();
      continue;
    }
    auto taken = take_over(**found, repository.url(), release.digest);
    if (taken) return *std::move(taken);
    return step_failed(taken.error().why == Miss::Why::kDamaged ? "verify" : "fetch",
                       taken.error().text);
  }
  auto shared = fetch_shared(name, release, tried);
  if (shared) return *std::move(shared);
  if (shared.error().why == Miss::Why::kFailed) return step_failed("fetch", shared.error().text);
  return step_failed("fetch", in_no_repository(name, release, tried));
}

StepResult<Located> MachineHost::locate(const std::string& name, const Release& release) {
  std::vector<std::string> chain;
  for (const FileRepository& repository : private_) chain.push_back(repository.url());
  const std::vector<std::string> tail = desk_.shared_tail();
  chain.insert(chain.end(), tail.begin(), tail.end());
  std::string tried;
  for (const std::string& url : chain) {
    auto located = locate_in(url, name, release);
    if (located) return *std::move(located);
    const Miss& miss = located.error();
    if (miss.why == Miss::Why::kFailed) return step_failed("fetch", miss.text);
    tried += (tried.empty() ? "" : ", ") + url + (miss.text.empty() ? "" : ": " + miss.text);
  }
  return step_failed("fetch", in_no_repository(name, release, tried));
}

tl::expected<Located, Miss> MachineHost::locate_in(const std::string& url, const std::string& name,
                                                   const Release& release) {
  if (url == kGroupRepository) return group_.locate(release.digest, kShortPatienceMs);
  auto repository = FileRepository::of(url);
  if (!repository) return tl::unexpected<Miss>(Miss{Miss::Why::kAbsent, repository.error().text});
  auto found = repository->find(name, release.version);
  if (!found) return tl::unexpected<Miss>(Miss{Miss::Why::kUnreachable, found.error().text});
  if (!*found) return tl::unexpected<Miss>(Miss{Miss::Why::kAbsent, {}});
  return Located{url, (*found)->bytes, true};
}

/// Whoever does not answer is waited for a little while others may have it, and long when not.
MachineHost::Fetched MachineHost::fetch_shared(const std::string& name, const Release& release,
                                               std::string& tried) {
  const std::vector<std::string> tail = desk_.shared_tail();
  bool again = false;
  for (std::size_t i = 0; i < tail.size(); ++i) {
    auto fetched = fetch_from(tail[i], i + 1 == tail.size(), name, release);
    if (fetched || fetched.error().why == Miss::Why::kFailed) return fetched;
    const Miss& miss = fetched.error();
    if (miss.why != Miss::Why::kAbsent) {
      log_line(LogLevel::kWarn, "member", "a shared repository cannot give an artefact",
               {{"repository", tail[i]},
                {"artefact", name + "@" + release.version},
                {"why", miss.text}});
    }
    again = again || (tail[i] == kGroupRepository && miss.why == Miss::Why::kUnreachable &&
                      i + 1 != tail.size());
    tried += (tried.empty() ? "" : ", ") + tail[i];
    if (miss.why != Miss::Why::kAbsent) tried += ": " + miss.text;
  }
  if (again) return fetch_from(std::string(kGroupRepository), true, name, release);
  return tl::unexpected<Miss>(Miss{Miss::Why::kAbsent, {}});
}

MachineHost::Fetched MachineHost::fetch_from(const std::string& url, bool last,
                                             const std::string& name, const Release& release) {
  if (url == kGroupRepository) {
    return group_
        .fetch(release.digest, last ? kLongPatienceMs : kShortPatienceMs,
               [this](int percent) { progress("fetch", percent); })
        .map([&](std::string path) {
          return ArtefactSource{std::move(path), url};
        });
  }
  auto repository = FileRepository::of(url);
  if (!repository) return tl::unexpected<Miss>(Miss{Miss::Why::kAbsent, repository.error().text});
  auto found = repository->find(name, release.version);
  if (!found) return tl::unexpected<Miss>(Miss{Miss::Why::kUnreachable, found.error().text});
  if (!*found) return tl::unexpected<Miss>(Miss{Miss::Why::kAbsent, {}});
  return take_over(**found, url, release.digest);
}

MachineHost::Fetched MachineHost::take_over(const FoundArchive& found, const std::string& url,
                                            const ArtefactDigest& wanted) {
  const UniqueFd copy(
      ::open(staged_path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!copy) {
    return tl::unexpected<Miss>(Miss{Miss::Why::kFailed, errno_error(staged_path_).value().text});
  }
  Status written;
  std::uint64_t done = 0;
  int shown = -1;
  const auto digest = digest_of_open_file(found.file.get(), [&](ByteView piece) -> Status {
    if (done + piece.size() > found.bytes) {
      return fail(ErrorCode::kIo, "the archive grew while it was read");
    }
    written = write_all(copy, piece, staged_path_);
    done += piece.size();
    const int percent = static_cast<int>(done * 100 / found.bytes);
    if (percent != shown) progress("fetch", shown = percent);
    return written;
  });
  if (digest && *digest == wanted) return ArtefactSource{staged_path_, url};
  ::unlink(staged_path_.c_str());
  if (!written) return tl::unexpected<Miss>(Miss{Miss::Why::kFailed, written.error().text});
  if (!digest) {
    return tl::unexpected<Miss>(Miss{Miss::Why::kUnreachable, url + ": " + digest.error().text});
  }
  return tl::unexpected<Miss>(Miss{Miss::Why::kDamaged, mismatch(url, wanted, *digest)});
}

}  // namespace groupctl
