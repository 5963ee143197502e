// Real group-members as children.
#pragma once

#include <string>
#include <vector>

#include "bench/child.h"
#include "bench/coordinator_process.h"
#include "bench/works.h"

namespace groupctl::bench {

/// Members of a coordinator, each with a key, a state directory and releases of its own.
class RealMembers {
 public:
  /// What they keep and write begins with `prefix`.
  RealMembers(std::string program, const CoordinatorProcess& coordinator, std::string prefix);
  /// Lets them in, where there are keys.
  Status let_in(const std::vector<std::string>& names);
  /// One that was let in, with these flags beside the necessary ones.
  Result<Child> start(const std::string& name, const std::vector<std::string>& flags = {}) const;
  /// So many, all in step with a new group.
  static Result<std::vector<Child>> started(const Bench& bench,
                                            const CoordinatorProcess& coordinator,
                                            const std::string& prefix, std::uint64_t count,
                                            const std::vector<std::string>& flags = {});

 private:
  std::string key_dir() const { return prefix_ + "keys"; }

  const std::string program_;
  const CoordinatorProcess& coordinator_;
  const std::string prefix_;
};

}  // namespace groupctl::bench
