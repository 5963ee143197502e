#include "member/host/dir_deployer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "log/unique_fd.h"
#include "member/host/manifest.h"
#include "member/host/names.h"
#include "member/host/release_files.h"

namespace groupctl {
namespace {

constexpr std::string_view kUndeploy = "undeploy";

StepResult<void> as_step(std::string_view step, const Status& status) {
  if (status) return {};
  return step_failed(step, status.error().text);
}

/// One artefact's releases. Without a record a release is not trusted, and is only named.
nlohmann::json releases_json(const ReleaseFiles& files) {
  nlohmann::json releases = nlohmann::json::array();
  for (const auto& [id, record] : files.all()) {
    nlohmann::json release = {{"release", id}};
    if (record) {
      release["version"] = record->version;
      release["digest"] = "sha256:" + record->digest.hex();
      release["deployed"] = record->deployed;
    }
    releases.push_back(std::move(release));
  }
  return releases;
}

/// The artefacts below a root: folders whose names are names, ascending. No root: none yet.
StepResult<std::vector<std::string>> artefacts_below(const std::string& root) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator at(root, error);
  for (; !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    std::string name = at->path().filename().string();
    std::error_code gone;
    if (is_name(name) && at->is_directory(gone)) names.push_back(std::move(name));
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return step_failed("dump", root + ": " + error.message());
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// The path of the root may be no UTF-8.
std::string text_of(const nlohmann::json& object) {
  return object.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

/// Puts a whole tree where the release belongs. What stands there without a record is exchanged in
/// one step and removed with the staging folders, so that `current` never names nothing.
Status move_into_place(const std::string& staged, const std::string& place) {
  const bool moved =
      ::renameat2(AT_FDCWD, staged.c_str(), AT_FDCWD, place.c_str(), RENAME_NOREPLACE) == 0 ||
      (errno == EEXIST &&
       ::renameat2(AT_FDCWD, staged.c_str(), AT_FDCWD, place.c_str(), RENAME_EXCHANGE) == 0);
  if (!moved) return errno_error(place);
  return sync_names(std::filesystem::path(place).parent_path().string());
}

std::uint64_t next_deployed(const ReleaseFiles& files) {
  std::uint64_t last = 0;
  for (const auto& [id, record] : files.all()) {
    if (record) last = std::max(last, record->deployed);
  }
  return last + 1;
}

Status unpack_file(const std::string& archive, const std::string& into,
                   const UnpackLimits& limits) {
  const UniqueFd file(::open(archive.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return errno_error(archive);
  return unpack(file.get(), into, limits);
}

/// Whether this release is on disk whole, and as it was when it was put there.
bool is_whole(const ReleaseFiles& files, const std::string& id, const ArtefactDigest& digest) {
  const auto there = files.read(id);
  if (!there || there->digest != digest) return false;
  const auto altered = differences(files.release(id), files.manifest(id), at_once);
  return altered && altered->empty();
}

}  // namespace

DirDeployer::DirDeployer(std::string root, std::size_t keep_versions, UnpackLimits limits)
    : root_(std::move(root)), keep_versions_(keep_versions), limits_(limits) {}

void DirDeployer::clean_up() const { ReleaseFiles::remove_all_staging(root_); }

StepResult<std::optional<Placed>> DirDeployer::status(const std::string& name) {
  if (!is_name(name)) return step_failed("status", "not a name of an artefact");
  const ReleaseFiles files(root_, name);
  const auto id = files.current_id();
  const auto record = id ? files.read(*id) : std::nullopt;
  if (!record) return std::nullopt;
  return Placed{record->version, record->digest};
}

StepResult<Inspection> DirDeployer::inspect(const std::string& name, const Pace& pace) {
  auto placed = status(name);
  if (!placed) return tl::unexpected<StepError>(placed.error());
  Inspection found{std::move(*placed), {}};
  if (!found.placed) return found;
  const ReleaseFiles files(root_, name);
  const std::string id = release_id(found.placed->version, found.placed->digest);
  auto altered = differences(files.release(id), files.manifest(id), pace);
  if (!altered) return step_failed("inspect", altered.error().text);
  found.altered = std::move(*altered);
  return found;
}

StepResult<void> DirDeployer::deploy(const std::string& name, const Release& release,
                                     const ArtefactSource& source) {
  if (auto checked = check_names(name, release.version, "unpack"); !checked) return checked;
  if (!release.config.empty()) return step_failed("config", "deployer dir takes no configuration");
  const ReleaseFiles files(root_, name);
  if (Status made = files.make_folders(); !made) return as_step("unpack", made);
  files.remove_staging();
  if (auto placed = place(files, name, release, source); !placed) {
    files.remove_staging();
    return placed;
  }
  const std::string id = release_id(release.version, release.digest);
  if (Status switched = files.switch_to(id); !switched) return as_step("switch", switched);
  files.remove_staging();
  prune(files, id);
  return {};
}

StepResult<void> DirDeployer::place(const ReleaseFiles& files, const std::string& name,
                                    const Release& release, const ArtefactSource& source) const {
  const std::string id = release_id(release.version, release.digest);
  const ReleaseRecord record{name, release.version, release.digest, next_deployed(files)};
  if (is_whole(files, id, release.digest)) return as_step("place", files.write(record));
  const std::string staged = files.staging(id);
  if (Status unpacked = unpack_file(source.path, staged, limits_); !unpacked) {
    return as_step("unpack", unpacked);
  }
  const std::string manifest = files.staging("manifest");
  if (Status noted = write_manifest(staged, manifest); !noted) return as_step("unpack", noted);
  if (Status moved = move_into_place(staged, files.release(id)); !moved) {
    return as_step("place", moved);
  }
  if (::rename(manifest.c_str(), files.manifest(id).c_str()) != 0) {
    return step_failed("place", files.manifest(id) + ": " + std::strerror(errno));
  }
  return as_step("place", files.write(record));
}

/// A release that cannot be removed costs space, not the deploy: the next one tries again.
void DirDeployer::prune(const ReleaseFiles& files, const std::string& current) const {
  std::vector<std::pair<std::uint64_t, std::string>> others;  // oldest first
  for (const auto& [id, record] : files.all()) {
    if (id == current) continue;
    if (record) {
      others.emplace_back(record->deployed, id);
    } else if (!files.remove(id)) {
      return;
    }
  }
  std::sort(others.begin(), others.end());
  const std::size_t kept = keep_versions_ == 0 ? 0 : keep_versions_ - 1;
  const std::size_t surplus = others.size() > kept ? others.size() - kept : 0;
  for (std::size_t i = 0; i < surplus; ++i) {
    if (!files.remove(others[i].second)) return;
  }
}

StepResult<void> DirDeployer::undeploy(const std::string& name) {
  if (!is_name(name)) return step_failed(kUndeploy, "not a name of an artefact");
  const ReleaseFiles files(root_, name);
  if (::access(files.home().c_str(), F_OK) != 0 && errno == ENOENT) return {};
  if (Status removed = files.remove_current(); !removed) return as_step(kUndeploy, removed);
  if (Status removed = files.remove_all(); !removed) return as_step(kUndeploy, removed);
  ::rmdir(files.home().c_str());  // stays when somebody keeps files of their own there
  return as_step(kUndeploy, sync_names(root_));
}

StepResult<void> DirDeployer::dump(const std::string& folder) {
  const auto names = artefacts_below(root_);
  if (!names) return tl::unexpected<StepError>(names.error());
  for (const std::string& name : *names) {
    const ReleaseFiles files(root_, name);
    nlohmann::json artefact = {{"folder", files.home()}, {"releases", releases_json(files)}};
    if (const auto current = files.current_id()) artefact["current"] = *current;
    std::ofstream file(folder + "/" + name + ".json");
    file << text_of(artefact);
    if (!file.flush()) return step_failed("dump", name + ".json: cannot be written");
  }
  return {};
}

}  // namespace groupctl
