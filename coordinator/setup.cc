#include "coordinator/setup.h"

#include <sys/stat.h>

#include <filesystem>

#include "daemon/crash_mark.h"
#include "daemon/durable_file.h"
#include "daemon/random.h"
#include "daemon/state_dir.h"
#include "log/unique_fd.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

fs::path groups_folder(const std::string& state_dir) { return fs::path(state_dir) / "groups"; }
fs::path group_folder(const std::string& state_dir, const std::string& group) {
  return groups_folder(state_dir) / group;
}

/// A store whose first batch says which history it is.
Status make_log(const fs::path& folder, const std::string& group, const LogId& log_id) {
  auto store = LmdbStore::create(folder, {});
  if (!store) return tl::unexpected<Error>(store.error());
  Batch first;
  auto head = (*store)->head();
  if (!head) return tl::unexpected<Error>(head.error());
  first.head = *head;
  first.head.batch = head->batch.next();
  first.head.log_id = log_id;
  first.head.chain = chain_start(log_id, group);
  const CommitResult written = (*store)->commit(first);
  if (written.answer != CommitAnswer::kCommitted) return tl::unexpected<Error>(written.error);
  return {};
}

Status make_group(const fs::path& folder, const std::string& group, const LogId& log_id) {
  TagSecret secret;
  fill_random(secret.bytes);
  if (auto written = write_file_durably((folder / "secret").string(), secret.hex()); !written) {
    return written;
  }
  return make_log(folder / "log", group, log_id);
}

}  // namespace

Result<LogId> init_group(const std::string& state_dir, const std::string& group) {
  if (!is_name(group)) {
    return fail(ErrorCode::kInvalid, "not a group name: a-z, 0-9, '.', '_', '-', at most 64");
  }
  auto dir = StateDir::open_or_create(state_dir, "");
  if (!dir) return tl::unexpected<Error>(dir.error());
  const fs::path folder = group_folder(state_dir, group);
  std::error_code error;
  if (fs::exists(folder, error)) {
    return fail(ErrorCode::kConflict,
                "group " + group + " is there already, in " + folder.string());
  }
  LogId log_id;
  fill_random(log_id.bytes);
  auto made = make_folder_whole(
      folder, [&](const fs::path& unfinished) { return make_group(unfinished, group, log_id); });
  if (!made) return tl::unexpected<Error>(made.error());
  // The log is only as durable as the names on the way to it. What is above may be closed to us.
  if (auto synced = sync_names(state_dir); !synced) return tl::unexpected<Error>(synced.error());
  (void)sync_names((fs::path(state_dir) / "..").string());
  return log_id;
}

Result<std::string> choose_group(const std::string& state_dir, const std::string& wanted) {
  if (!wanted.empty()) return wanted;
  std::error_code error;
  std::string only;
  for (fs::directory_iterator it(groups_folder(state_dir), error), end; !error && it != end;
       it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (!is_name(name)) continue;
    if (!only.empty()) {
      return fail(ErrorCode::kInvalid,
                  "several groups in " + state_dir + ": name one with --group");
    }
    only = name;
  }
  if (only.empty()) {
    return fail(ErrorCode::kNotFound,
                "no group in " + state_dir +
                    "; make one: group-coordinator init --group NAME --state-dir " + state_dir);
  }
  return only;
}

Result<OpenedGroup> open_group(const std::string& state_dir, const std::string& group,
                               const LmdbOptions& options) {
  const fs::path folder = group_folder(state_dir, group);
  std::error_code error;
  if (!is_name(group) || !fs::is_directory(folder, error)) {
    return fail(ErrorCode::kNotFound, "no group " + group + " in " + state_dir);
  }
  OpenedGroup opened;
  opened.group = group;
  auto secret = read_small_file((folder / "secret").string());
  if (!secret) return fail("tag secret", secret.error());
  if (!opened.secret.assign_hex(*secret)) {
    return fail(ErrorCode::kCorrupt, (folder / "secret").string() + " is not a tag secret");
  }
  const std::string mark = (folder / "crashed").string();
  if (has_crash_mark(mark)) {
    if (auto sound = LmdbStore::verify_whole(folder / "log"); !sound) {
      return tl::unexpected<Error>(sound.error());
    }
    clear_crash_mark(mark);
  }
  auto store = LmdbStore::open(folder / "log", options);
  if (!store) return tl::unexpected<Error>(store.error());
  opened.store = *std::move(store);
  auto repository = Repository::open((folder / "repo").string());
  if (!repository) return tl::unexpected<Error>(repository.error());
  opened.repository = *std::move(repository);
  if (auto set = leave_crash_mark(mark); !set) return tl::unexpected<Error>(set.error());
  return opened;
}

Status write_endpoints(const std::string& state_dir, const std::string& group,
                       const CoordinatorEndpoints& endpoints) {
  return write_file_durably((group_folder(state_dir, group) / "endpoints").string(),
                            "member " + endpoints.member + "\ncommand " + endpoints.command +
                                "\nadmin " + endpoints.admin + "\n");
}

}  // namespace groupctl
