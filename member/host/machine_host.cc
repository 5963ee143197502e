#include "member/host/machine_host.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "daemon/logging.h"
#include "member/host/file_repository.h"
#include "member/host/folder_repository.h"
#include "member/host/http_repository.h"
#include "member/host/names.h"
#include "wire/http_url.h"
#include "wire/repository_url.h"

namespace groupctl {
namespace {

/// How long a coordinator that does not answer is waited for when other repositories follow, and
/// when none does: then it is the only one that can have the artefact.
constexpr std::uint64_t kShortPatienceMs = 10'000;
constexpr std::uint64_t kLongPatienceMs = 600'000;

tl::unexpected<StepError> cannot_fetch(const Miss& miss) {
  return step_failed(miss.why == Miss::Why::kDamaged ? "verify" : "fetch", miss.text);
}

std::string in_no_repository(const std::string& name, const Release& release,
                             const std::string& tried) {
  return name + "@" + release.version + " is in no repository (tried " +
         (tried.empty() ? "none" : tried) + ")";
}

}  // namespace

Result<std::unique_ptr<MachineHost>> MachineHost::open(const MachineHostConfig& config,
                                                       ArtefactDesk& desk,
                                                       std::unique_ptr<HttpGet> http) {
  std::error_code error;
  std::filesystem::create_directories(config.staging, error);
  if (!error && ::chmod(config.staging.c_str(), 0700) != 0) {
    error = std::error_code(errno, std::generic_category());
  }
  if (error) return fail(ErrorCode::kIo, config.staging + ": " + error.message());
  auto cache = ArtefactCache::open(config.cache, config.cache_bytes);
  if (!cache) return tl::unexpected<Error>(cache.error());
  std::unique_ptr<MachineHost> host(
      new MachineHost(config, *std::move(cache), desk, std::move(http)));
  for (const std::string& url : config.repositories) {
    auto repository = host->repository_at(url);
    if (!repository) return tl::unexpected<Error>(repository.error());
    host->private_.push_back(*std::move(repository));
  }
  ::unlink(host->staged_path_.c_str());
  return host;
}

MachineHost::MachineHost(const MachineHostConfig& config, ArtefactCache cache, ArtefactDesk& desk,
                         std::unique_ptr<HttpGet> http)
    : allow_override_(config.allow_override),
      staged_path_(config.staging + "/archive"),
      cache_(std::move(cache)),
      group_(cache_, desk),
      desk_(desk),
      http_(std::move(http)),
      fetching_([this](int percent) { progress("fetch", percent); }) {}

Result<std::unique_ptr<ArtefactRepository>> MachineHost::repository_at(const std::string& url) {
  if (is_http_url(url)) {
    if (auto valid = check_http_url(url); !valid) return tl::unexpected<Error>(valid.error());
    return std::make_unique<HttpRepository>(url, *http_, cache_, desk_);
  }
  return FileRepository::of(url).map([&](FileRepository files) {
    return std::unique_ptr<ArtefactRepository>(
        new FolderRepository(std::move(files), staged_path_));
  });
}

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
  for (const auto& repository : private_) {
    const auto digest = repository->digest_of(name, wanted, fetching_);
    if (!digest) return cannot_fetch(digest.error());
    if (!*digest) continue;
    if (**digest == wanted.digest) return {};
    own.release.digest = **digest;
    own.repository = repository->url();
    own.why = repository->url() + " has another archive of " + name + "@" + wanted.version + " (" +
              short_digest(**digest) + ", not " + short_digest(wanted.digest) + ")";
    return {};
  }
  return {};
}

StepResult<void> MachineHost::find_own_config(const std::string& name, const Release& wanted,
                                              Override& own) {
  for (const auto& repository : private_) {
    auto config = repository->config_of(name, wanted.version);
    if (!config) return cannot_fetch(config.error());
    if (!*config) continue;
    if (**config == wanted.config) return {};
    own.release.config = **std::move(config);
    if (own.repository.empty()) own.repository = repository->url();
    own.why +=
        (own.why.empty() ? "" : "; ") + repository->url() + " has a configuration of its own";
    return {};
  }
  return {};
}

// ---- fetching

StepResult<ArtefactSource> MachineHost::fetch(const std::string& name, const Release& release) {
  ::unlink(staged_path_.c_str());
  std::string tried;
  for (const auto& repository : private_) {
    auto path = repository->fetch(name, release, Patience::kLong, fetching_);
    if (path) return ArtefactSource{*std::move(path), repository->url()};
    if (path.error().why != Miss::Why::kAbsent) return cannot_fetch(path.error());
    tried += (tried.empty() ? "" : ", ") + repository->url();
  }
  auto shared = fetch_shared(name, release, tried);
  if (shared) return *std::move(shared);
  if (shared.error().why == Miss::Why::kFailed) return step_failed("fetch", shared.error().text);
  return step_failed("fetch", in_no_repository(name, release, tried));
}

StepResult<Located> MachineHost::locate(const std::string& name, const Release& release) {
  std::string tried;
  const auto note = [&](const std::string& url, const Miss& miss) {
    tried += (tried.empty() ? "" : ", ") + url + (miss.text.empty() ? "" : ": " + miss.text);
  };
  for (const auto& repository : private_) {
    auto located = repository->locate(name, release);
    if (located) return *std::move(located);
    // fetch() would end there as well.
    if (located.error().why != Miss::Why::kAbsent) return cannot_fetch(located.error());
    note(repository->url(), located.error());
  }
  for (const std::string& url : desk_.shared_tail()) {
    auto located = locate_in(url, name, release);
    if (located) return *std::move(located);
    const Miss& miss = located.error();
    if (miss.why == Miss::Why::kFailed) return step_failed("fetch", miss.text);
    note(url, miss);
  }
  return step_failed("fetch", in_no_repository(name, release, tried));
}

tl::expected<Located, Miss> MachineHost::locate_in(const std::string& url, const std::string& name,
                                                   const Release& release) {
  if (url == kGroupRepository) return group_.locate(release.digest, kShortPatienceMs);
  auto repository = repository_at(url);
  if (repository) return (*repository)->locate(name, release);
  return tl::unexpected<Miss>(Miss{Miss::Why::kAbsent, repository.error().text});
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
  tl::expected<std::string, Miss> path;
  if (url == kGroupRepository) {
    path = group_.fetch(release.digest, last ? kLongPatienceMs : kShortPatienceMs, fetching_);
  } else if (auto repository = repository_at(url); !repository) {
    path = tl::unexpected<Miss>(Miss{Miss::Why::kAbsent, repository.error().text});
  } else {
    path =
        (*repository)->fetch(name, release, last ? Patience::kLong : Patience::kShort, fetching_);
  }
  return path.map([&](const std::string& at) { return ArtefactSource{at, url}; });
}

}  // namespace groupctl
