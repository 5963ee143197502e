#include "keeper/account.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>

#include "log/unique_fd.h"

namespace groupctl::keeper {
namespace {

constexpr int kMostGroups = 65536;  // NGROUPS_MAX
constexpr std::size_t kMostOfAnAccount = 64 << 10;

std::vector<gid_t> groups_of(const std::string& user, gid_t own) {
  std::vector<gid_t> groups(64);
  int count = static_cast<int>(groups.size());
  if (::getgrouplist(user.c_str(), own, groups.data(), &count) < 0) {
    count = kMostGroups;
    groups.resize(kMostGroups);
    ::getgrouplist(user.c_str(), own, groups.data(), &count);
  }
  groups.resize(static_cast<std::size_t>(count));
  return groups;
}

}  // namespace

Result<Owner> owner_of(const std::string& user) {
  if (user.empty()) return Owner{::geteuid(), ::getegid()};
  std::vector<char> text(kMostOfAnAccount);
  passwd entry{};
  passwd* found = nullptr;
  errno = ::getpwnam_r(user.c_str(), &entry, text.data(), text.size(), &found);
  if (errno != 0) return errno_error("user " + user);
  if (found == nullptr) return fail(ErrorCode::kInvalid, "user " + user + ": no such user");
  if (::geteuid() != 0 && ::geteuid() != entry.pw_uid) {
    return fail(ErrorCode::kInvalid,
                "user " + user + ": only root may start programs as somebody else");
  }
  return Owner{entry.pw_uid, entry.pw_gid};
}

Startable<std::optional<Account>> find_account(const std::string& user) {
  if (user.empty()) return std::nullopt;
  const auto owner = owner_of(user);
  if (!owner) return tl::unexpected(StartFailure{EndKind::kNotStarted, owner.error().text});
  if (owner->uid == ::geteuid()) return std::nullopt;
  return Account{owner->uid, owner->gid, groups_of(user, owner->gid)};
}

}  // namespace groupctl::keeper
