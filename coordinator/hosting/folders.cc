#include "coordinator/hosting/folders.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "daemon/crash_mark.h"
#include "daemon/durable_file.h"
#include "daemon/file_io.h"
#include "log/unique_fd.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

std::string deletion_mark(const std::string& state_dir, const std::string& group) {
  return (group_folder(state_dir, group) / "deleted").string();
}

fs::path deleted_folder(const std::string& state_dir) { return fs::path(state_dir) / "deleted"; }

std::vector<std::string> folders_below(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    names.push_back(it->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> names_below(const fs::path& folder) {
  std::vector<std::string> names = folders_below(folder);
  std::erase_if(names, [](const std::string& name) { return !is_name(name); });
  return names;
}

struct DeletionMark {
  std::string folder;   // below DIR/deleted
  std::string request;  // empty: without a key
};

Result<DeletionMark> read_mark(const std::string& file) {
  const auto text = read_small_file(file);
  if (!text) return tl::unexpected<Error>(text.error());
  std::istringstream lines(*text);
  DeletionMark mark;
  lines >> mark.folder >> mark.request;
  const bool dots = mark.folder.find_first_not_of('.') == std::string::npos;
  if (!dots && mark.folder.find('/') == std::string::npos) return mark;
  return fail(ErrorCode::kCorrupt, file + " names no folder");
}

std::string absolute_folder(const std::string& state_dir, const DeletionMark& mark) {
  return (fs::absolute(state_dir) / "deleted" / mark.folder).string();
}

}  // namespace

Result<std::vector<std::string>> groups_in(const std::string& state_dir) {
  auto names = names_below(groups_folder(state_dir));
  if (!names.empty()) return names;
  return fail(ErrorCode::kNotFound,
              "no group in " + state_dir +
                  "; make one: group-coordinator init --group NAME --state-dir " + state_dir);
}

Result<PlaneEndpoints> read_planes(const std::string& file) {
  const auto text = read_small_file(file);
  if (!text && text.error().code == ErrorCode::kNotFound) return PlaneEndpoints{};
  if (!text) return tl::unexpected<Error>(text.error());
  PlaneEndpoints planes;
  std::istringstream words(*text);
  for (std::string plane, endpoint; words >> plane >> endpoint;) {
    if (plane == "member") planes.member = endpoint;
    if (plane == "command") planes.command = endpoint;
    if (plane == "admin") planes.admin = endpoint;
  }
  return planes;
}

Status keep_planes(const std::string& state_dir, const std::string& group,
                   const PlaneEndpoints& planes) {
  const std::string file = (group_folder(state_dir, group) / "planes").string();
  const auto kept = read_planes(file);
  if (!kept) return tl::unexpected<Error>(kept.error());
  return *kept == planes ? Status{} : write_file_durably(file, planes_text(planes));
}

std::string planes_text(const PlaneEndpoints& planes) {
  std::string text;
  for (const auto& [plane, endpoint] :
       {std::pair{"member", &planes.member}, std::pair{"command", &planes.command},
        std::pair{"admin", &planes.admin}}) {
    if (!endpoint->empty()) text += fmt::format("{} {}\n", plane, *endpoint);
  }
  return text;
}

std::string request_text(const ClientId& request) {
  if (request == ClientId{}) return "";
  return fmt::format("{:016x}{:016x}", request.high, request.low);
}

bool made_for(const std::string& state_dir, const std::string& group, const ClientId& request) {
  const auto kept = read_small_file((group_folder(state_dir, group) / "made-for").string());
  return kept && !kept->empty() && *kept == request_text(request);
}

Result<std::string> mark_deleted(const std::string& state_dir, const DeleteGroup& deletion,
                                 std::uint64_t wall_ms) {
  const std::string mark = deletion_mark(state_dir, deletion.name);
  std::error_code error;
  if (!fs::exists(mark, error)) {
    const auto seconds = static_cast<std::time_t>(wall_ms / 1000);
    const std::string lines =
        fmt::format("{}-{:%Y%m%dT%H%M%S}.{:03}Z\n{}\n", deletion.name, fmt::gmtime(seconds),
                    wall_ms % 1000, request_text(deletion.request));
    if (auto written = write_file_durably(mark, lines); !written) {
      return tl::unexpected<Error>(written.error());
    }
  }
  const auto kept = read_mark(mark);
  if (!kept) return tl::unexpected<Error>(kept.error());
  return absolute_folder(state_dir, *kept);
}

std::optional<std::string> deleted_by(const std::string& state_dir, const DeleteGroup& deletion) {
  const std::string wanted = request_text(deletion.request);
  if (wanted.empty()) return std::nullopt;
  std::vector<std::string> marks = {deletion_mark(state_dir, deletion.name)};
  for (const std::string& folder : folders_below(deleted_folder(state_dir))) {
    if (!folder.starts_with(deletion.name + "-")) continue;
    marks.push_back((deleted_folder(state_dir) / folder / "deleted").string());
  }
  for (const std::string& mark : marks) {
    const auto kept = read_mark(mark);
    if (kept && kept->request == wanted) return absolute_folder(state_dir, *kept);
  }
  return std::nullopt;
}

Status put_aside(const std::string& state_dir, const std::string& group) {
  const auto kept = read_mark(deletion_mark(state_dir, group));
  if (!kept) return tl::unexpected<Error>(kept.error());
  const fs::path deleted = deleted_folder(state_dir);
  if (auto made = make_folders_durably(deleted.string()); !made) return made;
  const fs::path from = group_folder(state_dir, group);
  std::error_code error;
  fs::rename(from, deleted / kept->folder, error);
  if (error) return fail(ErrorCode::kIo, "cannot move " + from.string() + ": " + error.message());
  if (auto synced = sync_names(deleted.string()); !synced) return synced;
  return sync_names(groups_folder(state_dir).string());
}

std::map<std::string, Error> finish_deletions(const std::string& state_dir) {
  std::map<std::string, Error> faults;
  for (const std::string& group : names_below(groups_folder(state_dir))) {
    std::error_code error;
    if (!fs::exists(deletion_mark(state_dir, group), error)) continue;
    if (auto moved = put_aside(state_dir, group); !moved) {
      faults.emplace(group, Error{moved.error().code, "it is deleted; " + moved.error().text});
    }
  }
  return faults;
}

std::string crash_mark_of(const std::string& state_dir) {
  return (fs::path(state_dir) / "crashed").string();
}

std::string crash_mark_of(const std::string& state_dir, const std::string& group) {
  return (group_folder(state_dir, group) / "crashed").string();
}

void spread_crash_mark(const std::string& state_dir) {
  const std::string mark = crash_mark_of(state_dir);
  if (!has_crash_mark(mark)) return;
  bool all = true;
  for (const std::string& group : names_below(groups_folder(state_dir))) {
    all &= write_file_durably(crash_mark_of(state_dir, group), "").has_value();
  }
  if (all) clear_crash_mark(mark);
}

}  // namespace groupctl
