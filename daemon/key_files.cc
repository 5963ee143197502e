#include "daemon/key_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "daemon/durable_file.h"
#include "daemon/file_io.h"
#include "log/unique_fd.h"

namespace groupctl {
namespace {

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string key_line(const KeyPair& keys) { return keys.secret_key.hex() + "\n"; }

/// A file of its own name, on disk: what it is called.
Result<std::string> write_beside(const std::string& file, const std::string& text) {
  std::string name = file + ".XXXXXX";
  const UniqueFd fd(::mkostemp(name.data(), O_CLOEXEC));
  if (!fd) return errno_error("cannot create " + file);
  const std::string writing = "cannot write " + file;
  Status written = write_all(fd, as_bytes(text), writing);
  if (written && ::fsync(fd.get()) != 0) written = errno_error(writing);
  if (written) return name;
  ::unlink(name.c_str());
  return tl::unexpected<Error>(written.error());
}

/// Who else may read a key is it, too.
Status check_mode(const std::string& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) return errno_error("cannot open " + file);
  if (S_ISDIR(info.st_mode)) return fail(ErrorCode::kInvalid, file + " is a folder, and no key");
  constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
  if ((info.st_mode & kOthers) == 0) return {};
  return fail(
      ErrorCode::kRefused,
      fmt::format("{} may be read or written by others (mode {:04o}); mend it: chmod 600 {}", file,
                  info.st_mode & 07777U, file));
}

std::string folder_of(const std::string& file) {
  return std::filesystem::path(file).parent_path().string();
}

Result<KeyPair> read_or_make(const std::string& file) {
  auto there = read_secret_key(file);
  if (there || there.error().code != ErrorCode::kNotFound) return there;
  const KeyPair keys = draw_keys();
  const Status written = write_new_secret_key(file, keys);
  if (!written && written.error().code == ErrorCode::kConflict) return read_secret_key(file);
  if (!written) return tl::unexpected<Error>(written.error());
  return keys;
}

}  // namespace

std::string secret_file(const std::string& key_dir, const std::string& name) {
  return key_dir + "/" + name + ".secret";
}
std::string public_file(const std::string& key_dir, const std::string& name) {
  return key_dir + "/" + name + ".public";
}

Result<KeyPair> read_secret_key(const std::string& file) {
  if (auto private_ = check_mode(file); !private_) return tl::unexpected<Error>(private_.error());
  const auto text = read_small_file(file);
  if (!text) return tl::unexpected<Error>(text.error());
  const auto secret = parse_secret_key(first_line(*text));
  if (!secret) return fail(ErrorCode::kCorrupt, file + " is no key: " + secret.error().text);
  return pair_of(*secret);
}

Status write_new_secret_key(const std::string& file, const KeyPair& keys) {
  if (auto made = make_folders_durably(folder_of(file)); !made) return made;
  auto temporary = write_beside(file, key_line(keys));
  if (!temporary) return tl::unexpected<Error>(temporary.error());
  Status linked;
  if (::link(temporary->c_str(), file.c_str()) != 0) {
    linked = errno == EEXIST
                 ? fail(ErrorCode::kConflict, file + " is there already, and is never overwritten")
                 : errno_error("cannot create " + file);
  }
  ::unlink(temporary->c_str());
  if (!linked) return linked;
  return sync_names(folder_of(file));
}

Result<KeyPair> read_or_make_key(const std::string& key_dir, const std::string& name) {
  return read_or_make(secret_file(key_dir, name));
}

std::string former_key_file(const std::string& file) { return file + ".old"; }
std::string next_key_file(const std::string& file) { return file + ".new"; }

bool has_next_key(const std::string& file) {
  return ::access(next_key_file(file).c_str(), F_OK) == 0;
}

void drop_next_key(const std::string& file) { ::unlink(next_key_file(file).c_str()); }

Result<KeyPair> read_or_make_next_key(const std::string& file) {
  return read_or_make(next_key_file(file));
}

Status take_next_key(const std::string& file) {
  const auto former = read_secret_key(file);
  if (!former) return tl::unexpected<Error>(former.error());
  if (auto kept = write_file_durably(former_key_file(file), key_line(*former)); !kept) return kept;
  // Never written anew: the coordinator may know of it already, and nobody else has it.
  if (std::rename(next_key_file(file).c_str(), file.c_str()) != 0) {
    return errno_error("cannot replace " + file);
  }
  return sync_names(folder_of(file));
}

Result<PublicKey> read_public_key(const std::string& file) {
  const auto text = read_small_file(file);
  if (!text) return tl::unexpected<Error>(text.error());
  const auto key = parse_public_key(first_line(*text));
  if (!key) return fail(ErrorCode::kCorrupt, file + " is no key: " + key.error().text);
  return key;
}

Status write_public_key(const std::string& file, const PublicKey& key) {
  if (auto made = make_folders_durably(folder_of(file)); !made) return made;
  return write_file_durably(file, key.hex() + "\n");
}

Result<std::optional<PublicKey>> pinned_server_key(const std::string& given,
                                                   const std::string& key_dir) {
  if (!given.empty()) {
    auto key = parse_public_key(given);
    if (!key) return fail("the server key", key.error());
    return std::optional(*key);
  }
  auto key = read_public_key(public_file(key_dir, kCoordinatorKey));
  if (key) return std::optional(*key);
  if (key.error().code == ErrorCode::kNotFound) return std::optional<PublicKey>();
  return tl::unexpected<Error>(key.error());
}

}  // namespace groupctl
