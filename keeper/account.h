// Whose rights a program has.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "keeper/program_file.h"

namespace groupctl::keeper {

struct Account {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
};

/// Whom the files belong to that a program writes.
struct Owner {
  uid_t uid = 0;
  gid_t gid = 0;
};
/// This process, when no user is named. From any thread. Errors: kInvalid for an unknown user, and
/// for another one unless this process is root's; those of errno_error.
Result<Owner> owner_of(const std::string& user);

/// nullopt: the rights of this process, since no user is named or it is its own. Failures:
/// kNotStarted for what owner_of() refuses.
Startable<std::optional<Account>> find_account(const std::string& user);

}  // namespace groupctl::keeper
