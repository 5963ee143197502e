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

/// nullopt: the rights of this process, since no user is named or it is its own. Failures:
/// kNotStarted for an unknown one, and for another one unless this process is root's.
Startable<std::optional<Account>> find_account(const std::string& user);

}  // namespace groupctl::keeper
