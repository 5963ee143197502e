#include "keeper/account.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace groupctl::keeper {
namespace {

constexpr int kMostGroups = 65536;  // NGROUPS_MAX

std::vector<gid_t> groups_of(const passwd& entry) {
  std::vector<gid_t> groups(64);
  int count = static_cast<int>(groups.size());
  if (::getgrouplist(entry.pw_name, entry.pw_gid, groups.data(), &count) < 0) {
    count = kMostGroups;
    groups.resize(kMostGroups);
    ::getgrouplist(entry.pw_name, entry.pw_gid, groups.data(), &count);
  }
  groups.resize(static_cast<std::size_t>(count));
  return groups;
}

tl::unexpected<StartFailure> no_account(const std::string& user, const std::string& why) {
  return tl::unexpected(StartFailure{EndKind::kNotStarted, "user " + user + ": " + why});
}

}  // namespace

Startable<std::optional<Account>> find_account(const std::string& user) {
  if (user.empty()) return std::nullopt;
  // The process has one thread.
  const passwd* entry = ::getpwnam(user.c_str());
  if (entry == nullptr) return no_account(user, "no such user");
  if (entry->pw_uid == ::geteuid()) return std::nullopt;
  if (::geteuid() != 0) return no_account(user, "only root may start programs as somebody else");
  return Account{entry->pw_uid, entry->pw_gid, groups_of(*entry)};
}

}  // namespace groupctl::keeper
