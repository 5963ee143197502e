// Rollouts of examples/site over real members.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/process/harness_group.h"

namespace groupctl::process_test {

class Rollout : public ::testing::Test {
 protected:
  /// So many members, m1, m2 ..., with site 1.0.
  void begin(int members, const CoordinatorOptions& options = {},
             const std::vector<std::string>& member_flags = {});
  /// `deploy site@VERSION` with these words.
  std::vector<std::string> rolling(const std::string& version,
                                   const std::vector<std::string>& more) const;
  Answer roll(const std::vector<std::string>& more) const {
    return group.ctl(rolling("2.0", more));
  }

  nlohmann::json last_rollout() const;
  std::string phase() const { return last_rollout().value("phase", ""); }
  std::string sequence() const { return std::to_string(last_rollout().value("seq", 0)); }
  /// How many targets of it ended like that.
  int ended(const std::string& how) const;
  /// The result of each target; a test has failed where one has no row, or two.
  std::map<std::string, std::string> rows_of(const nlohmann::json& answer) const;
  /// Whom a rollout comes to, the first first.
  std::vector<std::string> by_id() const;

  std::filesystem::path link_of(const std::string& name) {
    return group.member(name).files() / "site/current";
  }
  /// The next deploy fails on this member: something else stands where its link belongs.
  void break_it(const std::string& name);
  void mend(const std::string& name) { std::filesystem::remove(link_of(name)); }

  Group group;
  std::vector<std::string> names;
  std::string deployer = "dir";
  std::string one, two;  ///< archives of 1.0 and 2.0
};

}  // namespace groupctl::process_test
