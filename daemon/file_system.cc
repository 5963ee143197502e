#include "daemon/file_system.h"

#include <fcntl.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "log/unique_fd.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

// statfs(2), section "f_type"; <linux/magic.h> does not name all of them.
constexpr std::array<std::pair<std::uint64_t, std::string_view>, 10> kUnsafe = {{
    {0x6969, "NFS"},
    {0x517B, "SMB"},
    {0xFE534D42, "SMB"},
    {0xFF534D42, "CIFS"},
    {0x65735546, "FUSE"},
    {0x794C7630, "overlay"},
    {0x01021997, "9P"},
    {0x00C36400, "Ceph"},
    {0x5346414F, "AFS"},
    {0x0BD00BD0, "Lustre"},
}};

fs::path nearest_that_exists(fs::path path) {
  std::error_code error;
  while (!fs::exists(path, error) && path.has_relative_path()) path = path.parent_path();
  return path.empty() ? fs::path(".") : path;
}

}  // namespace

std::string_view unsafe_file_system(std::uint64_t type) {
  for (const auto& [known, name] : kUnsafe) {
    if (known == (type & 0xFFFFFFFF)) return name;  // some are negative in a signed field
  }
  return {};
}

Status check_file_system(const std::string& path, bool allowed) {
  if (allowed) return {};
  struct statfs about {};
  const std::string looked_at = nearest_that_exists(path).string();
  if (::statfs(looked_at.c_str(), &about) != 0) return errno_error(looked_at);
  const auto kind = unsafe_file_system(static_cast<std::uint64_t>(about.f_type));
  if (kind.empty()) return {};
  return fail(ErrorCode::kInvalid, path + ": the log is not safe on a file system of kind " +
                                       std::string(kind) +
                                       "; --allow-unsafe-fs takes it all the same");
}

FlagSpec allow_unsafe_fs_flag() {
  return {.name = "allow-unsafe-fs",
          .help = "keep state on a remote or layered file system (NFS, SMB, FUSE, overlay ...) too",
          .kind = FlagKind::kSwitch,
          .default_value = "false"};
}

Status try_folder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return fail(ErrorCode::kIo, "cannot make " + path + ": " + error.message());
  std::string name = (fs::path(path) / ".groupctl-XXXXXX").string();
  const UniqueFd file(::mkostemp(name.data(), O_CLOEXEC));
  if (!file) return fail(ErrorCode::kIo, "cannot write in " + path + ": " + std::strerror(errno));
  ::unlink(name.c_str());
  return {};
}

}  // namespace groupctl
