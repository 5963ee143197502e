#include "member/host/data_folder.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <vector>

#include "daemon/file_io.h"
#include "log/unique_fd.h"

namespace groupctl {
namespace {

constexpr std::size_t kMostOfAnAccount = 64 << 10;

struct Owner {
  uid_t user;
  gid_t group;
};

Result<Owner> owner_of(const std::string& user) {
  if (user.empty()) return Owner{::geteuid(), ::getegid()};
  std::vector<char> text(kMostOfAnAccount);
  passwd entry{};
  passwd* found = nullptr;
  const int error = ::getpwnam_r(user.c_str(), &entry, text.data(), text.size(), &found);
  errno = error;
  if (error != 0) return errno_error("user " + user);
  if (found == nullptr) return fail(ErrorCode::kInvalid, "user " + user + ": no such user");
  if (::geteuid() != 0 && ::geteuid() != entry.pw_uid) {
    return fail(ErrorCode::kInvalid,
                "user " + user + ": only root may start programs as somebody else");
  }
  return Owner{entry.pw_uid, entry.pw_gid};
}

}  // namespace

Status make_data_folder(const std::string& path, const std::string& user) {
  const auto owner = owner_of(user);
  if (!owner) return tl::unexpected<Error>(owner.error());
  if (Status made = make_folders_durably(path); !made) return made;
  const UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct stat info {};
  if (!folder || ::fstat(folder.get(), &info) != 0) return errno_error(path);
  if (info.st_uid == owner->user || owner->user == 0) return {};
  std::error_code error;
  const bool empty = std::filesystem::is_empty(path, error);
  if (error) return fail(ErrorCode::kIo, path + ": " + error.message());
  if (!empty) {
    return fail(ErrorCode::kInvalid, path + " is not " +
                                         (user.empty() ? "the member's" : user + "'s") +
                                         ", and something is in it: it has to be given by hand");
  }
  if (::fchown(folder.get(), owner->user, owner->group) != 0) return errno_error(path);
  return {};
}

}  // namespace groupctl
