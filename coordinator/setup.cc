#include "coordinator/setup.h"

#include <sys/stat.h>

#include <filesystem>

#include "coordinator/access.h"
#include "coordinator/hosting/folders.h"
#include "daemon/durable_file.h"
#include "daemon/random.h"
#include "daemon/state_dir.h"
#include "log/unique_fd.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

/// A store whose first batch says which history it is.
Status make_log(const fs::path& folder, const std::string& group, const LogId& log_id,
                const std::vector<KeyInfo>& keys) {
  auto store = LmdbStore::create(folder, {});
  if (!store) return tl::unexpected<Error>(store.error());
  Batch first;
  auto head = (*store)->head();
  if (!head) return tl::unexpected<Error>(head.error());
  first.head = *head;
  first.head.batch = head->batch.next();
  first.head.log_id = log_id;
  first.head.chain = chain_start(log_id, group);
  for (const KeyInfo& key : keys) first.rows[key_row(key.key)] = encode(key);
  const CommitResult written = (*store)->commit(first);
  if (written.answer != CommitAnswer::kCommitted) return tl::unexpected<Error>(written.error);
  return {};
}

Status fill_folder(const fs::path& folder, const CreateGroup& wanted, const LogId& log_id,
                   const std::vector<KeyInfo>& keys) {
  TagSecret secret;
  fill_random(secret.bytes);
  if (auto written = write_file_durably((folder / "secret").string(), secret.hex()); !written) {
    return written;
  }
  const std::string planes = planes_text(wanted.endpoints);
  const std::string request = request_text(wanted.request);
  for (const auto& [name, text] : {std::pair{"planes", &planes}, std::pair{"made-for", &request}}) {
    if (text->empty()) continue;
    if (auto written = write_file_durably((folder / name).string(), *text); !written) {
      return written;
    }
  }
  return make_log(folder / "log", wanted.name, log_id, keys);
}

tl::unexpected<Error> no_group_name() {
  return fail(ErrorCode::kInvalid, "not a group name: a-z, 0-9, '.', '_', '-', at most 64");
}

}  // namespace

Result<LogId> init_group(const std::string& state_dir, const std::string& group,
                         const PlaneEndpoints& planes, const std::vector<KeyInfo>& keys) {
  if (!is_name(group)) return no_group_name();
  auto dir = StateDir::open_or_create(state_dir, "");
  if (!dir) return tl::unexpected<Error>(dir.error());
  return make_group(state_dir, {group, planes, {}}, keys);
}

KeyInfo guest_key(const PublicKey& server) {
  return accepted_key(guest_keys(server).public_key, "guest", KeyRole::kGuest);
}

Result<LogId> make_group(const std::string& state_dir, const CreateGroup& wanted,
                         const std::vector<KeyInfo>& keys) {
  const std::string& group = wanted.name;
  if (!is_name(group)) return no_group_name();
  const fs::path folder = group_folder(state_dir, group);
  std::error_code error;
  if (fs::exists(folder, error)) {
    return fail(ErrorCode::kConflict,
                "group " + group + " is there already, in " + folder.string());
  }
  LogId log_id;
  fill_random(log_id.bytes);
  auto made = make_folder_whole(folder, [&](const fs::path& unfinished) {
    return fill_folder(unfinished, wanted, log_id, keys);
  });
  if (!made) return tl::unexpected<Error>(made.error());
  // The log is only as durable as the names on the way to it. What is above may be closed to us.
  if (auto synced = sync_names(state_dir); !synced) return tl::unexpected<Error>(synced.error());
  (void)sync_names((fs::path(state_dir) / "..").string());
  return log_id;
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
  const std::string mark = crash_mark_of(state_dir, group);
  auto place = CrashPlace::open(mark);
  if (!place) return tl::unexpected<Error>(place.error());
  opened.crash_place = std::make_unique<CrashPlace>(*std::move(place));
  if (has_crash_mark(mark) || has_crash_mark(crash_mark_of(state_dir))) {
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
  return opened;
}

Status write_endpoints(const std::string& state_dir, const std::string& group,
                       const PlaneEndpoints& endpoints) {
  return write_file_durably((group_folder(state_dir, group) / "endpoints").string(),
                            planes_text(endpoints));
}

}  // namespace groupctl
