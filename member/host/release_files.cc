#include "member/host/release_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "daemon/durable_file.h"
#include "log/unique_fd.h"
#include "member/host/names.h"

namespace groupctl {
namespace {

constexpr std::string_view kReleases = "releases/";
constexpr std::string_view kStaging = ".staging-";
constexpr std::size_t kIdDigits = 12;

std::optional<std::string> read_link(const std::string& path) {
  std::array<char, PATH_MAX> target{};
  const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
  if (length <= 0) return std::nullopt;
  return std::string(target.data(), static_cast<std::size_t>(length));
}

bool is_folder(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

/// Makes one folder if it is not there, and syncs it into its parent.
Status make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0755) == 0) {
    return sync_names(std::filesystem::path(path).parent_path().string());
  }
  if (errno == EEXIST && is_folder(path)) return {};
  return errno_error(path);
}

/// Whether a link of ours may stand at `path`, or already does.
Status check_is_link(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0 || S_ISLNK(info.st_mode)) return {};
  return fail(ErrorCode::kConflict, path + " is no symbolic link of ours");
}

/// The names in a folder; none when it cannot be read.
std::vector<std::string> names_in(const std::string& path) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator at(path, error);
  for (; !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    names.push_back(at->path().filename().string());
  }
  return names;
}

/// False: it is there and is none.
bool read_health(const nlohmann::json& record, HealthCheck& health) {
  const auto stored = record.find("health");
  if (stored == record.end()) return true;
  if (!stored->is_object()) return false;
  const auto number = [&](const char* key, std::uint64_t& into) {
    const auto at = stored->find(key);
    if (at == stored->end() || !at->is_number_unsigned()) return false;
    into = at->get<std::uint64_t>();
    return true;
  };
  const auto command = stored->find("command");
  if (command == stored->end() || !command->is_array()) return false;
  for (const nlohmann::json& word : *command) {
    if (!word.is_string()) return false;
    health.command.push_back(word.get<std::string>());
  }
  return !health.command.empty() && number("everyMs", health.every_ms) &&
         number("withinMs", health.within_ms);
}

/// Whatever the bytes are: nullopt unless they are a whole record.
std::optional<ReleaseRecord> parse_record(const std::string& text) {
  const auto stored = nlohmann::json::parse(text, nullptr, false);
  if (!stored.is_object()) return std::nullopt;
  const auto word = [&](const char* key, const char* missing) {
    const auto at = stored.find(key);
    return at != stored.end() && at->is_string() ? at->get<std::string>() : std::string(missing);
  };
  ReleaseRecord record;
  record.name = word("name", "");
  record.version = word("version", "");
  record.deployer = word("deployer", "dir");
  const auto deployed = stored.find("deployed");
  if (deployed == stored.end() || !deployed->is_number_unsigned()) return std::nullopt;
  record.deployed = deployed->get<std::uint64_t>();
  const std::string config = word("config", "");
  record.config.resize(config.size() / 2);
  if (!from_hex(config, record.config) || !read_health(stored, record.health)) return std::nullopt;
  if (!is_version(record.version) || !record.digest.assign_hex(word("digest", ""))) {
    return std::nullopt;
  }
  return record;
}

std::string record_text(const ReleaseRecord& record) {
  nlohmann::json stored = {{"name", record.name},
                           {"version", record.version},
                           {"digest", record.digest.hex()},
                           {"deployed", record.deployed},
                           {"deployer", record.deployer}};
  if (!record.config.empty()) stored["config"] = to_hex(record.config);
  if (!record.health.command.empty()) {
    stored["health"] = {{"command", record.health.command},
                        {"everyMs", record.health.every_ms},
                        {"withinMs", record.health.within_ms}};
  }
  return stored.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string recipe_of(const ReleaseRecord& record) {
  return recipe_of(Release{{}, {}, record.deployer, record.config, {}, record.health});
}

std::string release_id(const std::string& version, const ArtefactDigest& digest) {
  return version + "-" + digest.hex().substr(0, kIdDigits);
}

Status ReleaseFiles::make_folders() const {
  std::error_code error;
  std::filesystem::create_directories(root_, error);
  if (error) return fail(ErrorCode::kIo, root_ + ": " + error.message());
  if (Status made = make_folder(home_); !made) return made;
  return make_folder(releases());
}

void ReleaseFiles::remove_staging() const {
  for (const std::string& name : names_in(home_)) {
    std::error_code ignored;  // what stays is in nobody's way, and is tried again next time
    if (name.starts_with(kStaging)) std::filesystem::remove_all(home_ + "/" + name, ignored);
  }
}

void ReleaseFiles::remove_all_staging(const std::string& root) {
  for (const std::string& name : names_in(root)) {
    if (is_name(name)) ReleaseFiles(root, name).remove_staging();
  }
}

std::optional<std::string> ReleaseFiles::current_id() const {
  const auto target = read_link(current());
  if (!target || !target->starts_with(kReleases)) return std::nullopt;
  const std::string id = target->substr(kReleases.size());
  if (id.empty() || id.front() == '.' || id.find('/') != std::string::npos) return std::nullopt;
  return id;
}

std::optional<ReleaseRecord> ReleaseFiles::read(const std::string& id) const {
  if (!is_folder(release(id))) return std::nullopt;
  const auto text = read_small_file(record(id));
  if (!text) return std::nullopt;
  const auto found = parse_record(*text);
  if (!found || found->name != name_ || release_id(found->version, found->digest) != id) {
    return std::nullopt;
  }
  return found;
}

std::map<std::string, std::optional<ReleaseRecord>> ReleaseFiles::all() const {
  std::map<std::string, std::optional<ReleaseRecord>> found;
  for (const std::string& id : names_in(releases())) {
    if (id.front() != '.') found.emplace(id, read(id));
  }
  return found;
}

Status ReleaseFiles::write(const ReleaseRecord& added) const {
  return write_file_durably(record(release_id(added.version, added.digest)), record_text(added));
}

Status ReleaseFiles::keep_as_former(const ReleaseRecord& was) const {
  return write_file_durably(former(), record_text(was));
}

std::optional<ReleaseRecord> ReleaseFiles::read_former() const {
  const auto text = read_small_file(former());
  auto found = text ? parse_record(*text) : std::nullopt;
  if (!found || !read(release_id(found->version, found->digest))) return std::nullopt;
  return found;
}

void ReleaseFiles::forget_former() const { ::unlink(former().c_str()); }

Status ReleaseFiles::switch_to(const std::string& id) const {
  if (Status ours = check_is_link(current()); !ours) return ours;
  const std::string next = staging("current");
  ::unlink(next.c_str());
  if (::symlink((std::string(kReleases) + id).c_str(), next.c_str()) != 0) return errno_error(next);
  if (::rename(next.c_str(), current().c_str()) != 0) return errno_error(current());
  return sync_names(home_);
}

Status ReleaseFiles::remove(const std::string& id) const {
  if (::unlink(record(id).c_str()) != 0 && errno != ENOENT) return errno_error(record(id));
  if (::unlink(manifest(id).c_str()) != 0 && errno != ENOENT) return errno_error(manifest(id));
  if (Status synced = sync_names(releases()); !synced) return synced;
  std::error_code error;
  std::filesystem::remove_all(release(id), error);
  if (error) return fail(ErrorCode::kIo, release(id) + ": " + error.message());
  return {};
}

Status ReleaseFiles::remove_current() const {
  if (Status ours = check_is_link(current()); !ours) return ours;
  if (::unlink(current().c_str()) != 0 && errno != ENOENT) return errno_error(current());
  return sync_names(home_);
}

Status ReleaseFiles::remove_all() const {
  remove_staging();
  const std::string aside = staging("removed");
  if (::rename(releases().c_str(), aside.c_str()) != 0 && errno != ENOENT) {
    return errno_error(releases());
  }
  if (Status synced = sync_names(home_); !synced) return synced;
  std::error_code error;
  std::filesystem::remove_all(aside, error);
  if (error) return fail(ErrorCode::kIo, aside + ": " + error.message());
  return {};
}

}  // namespace groupctl
