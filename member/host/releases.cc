#include "member/host/releases.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "daemon/file_io.h"
#include "log/unique_fd.h"
#include "member/host/manifest.h"
#include "member/host/names.h"

namespace groupctl {
namespace {

constexpr std::string_view kUndeploy = "undeploy";
constexpr std::string_view kGoBack = "go back";

/// One artefact's releases. Without a record a release is not trusted, and is only named.
nlohmann::json releases_json(const ReleaseFiles& files) {
  nlohmann::json releases = nlohmann::json::array();
  for (const auto& [id, record] : files.all()) {
    nlohmann::json release = {{"release", id}};
    if (record) {
      release["version"] = record->version;
      release["digest"] = "sha256:" + record->digest.hex();
      release["deployed"] = record->deployed;
      release["deployer"] = record->deployer;
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

Releases::Releases(std::string root, std::string deployer, std::size_t keep_versions,
                   UnpackLimits limits)
    : root_(std::move(root)),
      deployer_(std::move(deployer)),
      keep_versions_(keep_versions),
      limits_(limits) {}

std::optional<std::uint64_t> Releases::room() const {
  const auto free = free_bytes(root_);
  return free ? std::optional(*free) : std::nullopt;
}

void Releases::clean_up(const std::string& root) { ReleaseFiles::remove_all_staging(root); }

Placed placed_of(const ReleaseRecord& record) {
  return {record.version, record.digest, recipe_of(record)};
}

StepResult<std::optional<ReleaseRecord>> Releases::current(const std::string& name) const {
  if (!is_name(name)) return step_failed("status", "not a name of an artefact");
  const ReleaseFiles files(root_, name);
  const auto id = files.current_id();
  auto record = id ? files.read(*id) : std::nullopt;
  if (record && record->deployer != deployer_) return std::nullopt;
  return record;
}

std::string Releases::folder(const ReleaseRecord& record) const {
  return ReleaseFiles(root_, record.name).release(release_id(record.version, record.digest));
}

StepResult<std::string> Releases::altered(const ReleaseRecord& record, const Pace& pace) const {
  const ReleaseFiles files(root_, record.name);
  const std::string id = release_id(record.version, record.digest);
  auto altered = differences(files.release(id), files.manifest(id), pace);
  if (!altered) return step_failed("inspect", altered.error().text);
  return *std::move(altered);
}

StepResult<void> Releases::put(const std::string& name, const Release& release,
                               const ArtefactSource& source) const {
  const auto record = unpack(name, release, source);
  if (!record) return tl::unexpected<StepError>(record.error());
  return make_current(*record);
}

StepResult<ReleaseRecord> Releases::unpack(const std::string& name, const Release& release,
                                           const ArtefactSource& source) const {
  if (auto checked = check_names(name, release.version, "unpack"); !checked) {
    return tl::unexpected<StepError>(checked.error());
  }
  const ReleaseFiles files(root_, name);
  if (Status made = files.make_folders(); !made) return step_failed("unpack", made.error().text);
  files.remove_staging();
  ReleaseRecord record{name,      release.version, release.digest, next_deployed(files),
                       deployer_, release.config,  release.health};
  const auto placed = place_files(files, record, source);
  files.remove_staging();
  if (!placed) return tl::unexpected<StepError>(placed.error());
  return record;
}

StepResult<void> Releases::place_files(const ReleaseFiles& files, const ReleaseRecord& record,
                                       const ArtefactSource& source) const {
  const std::string id = release_id(record.version, record.digest);
  if (is_whole(files, id, record.digest)) return {};
  // Opened first: syncfs tells of the writes that have failed since.
  const UniqueFd disk(::open(files.home().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!disk) return as_step("unpack", errno_error(files.home()));
  const std::string staged = files.staging(id);
  if (Status unpacked = unpack_file(source.path, staged, limits_); !unpacked) {
    return as_step("unpack", unpacked);
  }
  const std::string manifest = files.staging("manifest");
  if (Status noted = write_manifest(staged, manifest); !noted) return as_step("unpack", noted);
  // One call for all files and folders: far fewer waits than one for each.
  if (::syncfs(disk.get()) != 0) return as_step("unpack", errno_error(staged));
  if (Status moved = move_into_place(staged, files.release(id)); !moved) {
    return as_step("place", moved);
  }
  if (::rename(manifest.c_str(), files.manifest(id).c_str()) != 0) {
    return step_failed("place", files.manifest(id) + ": " + std::strerror(errno));
  }
  return {};
}

/// The former record is kept before the new one, which may be of the same files, is written. Where
/// one is kept already, what is current has not come up, and nobody goes back to that.
StepResult<void> Releases::make_current(const ReleaseRecord& record) const {
  const ReleaseFiles files(root_, record.name);
  const auto was = files.current_id();
  if (const auto former = was ? files.read(*was) : std::nullopt;
      former && placed_of(*former) != placed_of(record) && !files.read_former()) {
    if (Status kept = files.keep_as_former(*former); !kept) return as_step("place", kept);
  }
  if (Status written = files.write(record); !written) return as_step("place", written);
  const std::string id = release_id(record.version, record.digest);
  if (Status switched = files.switch_to(id); !switched) return as_step("switch", switched);
  files.remove_staging();
  prune(files, id);
  return {};
}

std::optional<Former> Releases::former(const std::string& name) const {
  if (!is_name(name)) return std::nullopt;
  const ReleaseFiles files(root_, name);
  const auto record = files.read_former();
  const auto now = files.current_id();
  const auto current = now ? files.read(*now) : std::nullopt;
  if (!record || (current && placed_of(*current) == placed_of(*record))) return std::nullopt;
  return Former{record->deployer, placed_of(*record)};
}

void Releases::forget_former(const std::string& name) const {
  if (is_name(name)) ReleaseFiles(root_, name).forget_former();
}

StepResult<ReleaseRecord> Releases::find_again(const std::string& name,
                                               const Placed& former) const {
  if (!is_name(name)) return step_failed(kGoBack, "not a name of an artefact");
  const ReleaseFiles files(root_, name);
  const auto now = files.current_id();
  for (auto record : {files.read_former(), now ? files.read(*now) : std::nullopt}) {
    if (!record || record->version != former.version || record->digest != former.digest ||
        recipe_of(*record) != former.recipe) {
      continue;
    }
    record->deployed = next_deployed(files);
    return *std::move(record);
  }
  return step_failed(kGoBack, "nothing is left of " + former.version);
}

StepResult<void> Releases::go_back(const std::string& name, const Placed& former) const {
  const auto record = find_again(name, former);
  if (!record) return tl::unexpected<StepError>(record.error());
  const ReleaseFiles files(root_, name);
  Status back = files.write(*record);
  if (back) back = files.switch_to(release_id(record->version, record->digest));
  if (back) files.forget_former();
  return as_step(kGoBack, back);
}

/// A release that cannot be removed costs space, not the deploy: the next one tries again.
void Releases::prune(const ReleaseFiles& files, const std::string& current) const {
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

StepResult<void> Releases::remove(const std::string& name) const {
  if (!is_name(name)) return step_failed(kUndeploy, "not a name of an artefact");
  const ReleaseFiles files(root_, name);
  if (::access(files.home().c_str(), F_OK) != 0 && errno == ENOENT) return {};
  if (Status removed = files.remove_current(); !removed) return as_step(kUndeploy, removed);
  if (Status removed = files.remove_all(); !removed) return as_step(kUndeploy, removed);
  ::rmdir(files.home().c_str());  // stays when somebody keeps files of their own there
  return as_step(kUndeploy, sync_names(root_));
}

StepResult<void> Releases::dump(const std::string& folder) const {
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
