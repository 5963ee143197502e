#include "member/host/data_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "daemon/file_io.h"
#include "keeper/account.h"
#include "log/unique_fd.h"

namespace groupctl {

Status make_data_folder(const std::string& path, const std::string& user) {
  const auto owner = keeper::owner_of(user);
  if (!owner) return tl::unexpected<Error>(owner.error());
  if (Status made = make_folders_durably(path); !made) return made;
  const UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct stat info {};
  if (!folder || ::fstat(folder.get(), &info) != 0) return errno_error(path);
  if (info.st_uid == owner->uid || owner->uid == 0) return {};
  std::error_code error;
  const bool empty = std::filesystem::is_empty(path, error);
  if (error) return fail(ErrorCode::kIo, path + ": " + error.message());
  if (!empty) {
    return fail(ErrorCode::kInvalid, path + " is not " +
                                         (user.empty() ? "the member's" : user + "'s") +
                                         ", and something is in it: it has to be given by hand");
  }
  if (::fchown(folder.get(), owner->uid, owner->gid) != 0) return errno_error(path);
  return {};
}

}  // namespace groupctl
