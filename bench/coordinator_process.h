// A real group-coordinator as a child, on a group of its own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/child.h"
#include "bench/door.h"
#include "wire/zmq_bus.h"

namespace groupctl::bench {

inline constexpr std::string_view kGroup = "bench";

class CoordinatorProcess {
 public:
  /// Makes a group in `dir`, starts the program with `flags` beside the necessary ones, and waits
  /// until it has said where it listens. What it writes goes to `dir`.log.
  static Result<CoordinatorProcess> start(const std::string& program, const std::string& dir,
                                          Security security = Security::kKeys,
                                          std::vector<std::string> flags = {});

  const std::string& member_endpoint() const { return endpoints_.member; }
  const std::string& command_endpoint() const { return endpoints_.command; }
  /// For its admin.
  const PlaneDoor& admin() const { return admin_; }
  /// Where the secret one of its admin is.
  std::string admin_key_file() const;
  /// nullopt: it has no keys.
  std::optional<PublicKey> server_key() const;
  /// Lets members in that have not asked, by name and key; nothing to do where there are no keys.
  using MemberKeys = std::vector<std::pair<std::string, PublicKey>>;
  Status let_in(const MemberKeys& members) const;
  /// Where its log lies.
  std::string log_dir() const;
  pid_t pid() const { return child_->pid(); }

  /// Asks it to end and waits.
  void stop() { child_.reset(); }
  /// SIGKILL.
  void kill();
  /// After stop() or kill(): on the same directory and ports, without waiting for anything.
  Status start_again();

 private:
  CoordinatorProcess(std::string program, std::string dir, Security security,
                     std::vector<std::string> flags);
  std::vector<std::string> protection() const;
  Status init() const;
  Status read_admin_keys();
  Status run();
  Status wait_until_bound();

  std::string program_;
  std::string dir_;
  Security security_;
  std::vector<std::string> flags_;
  CoordinatorEndpoints endpoints_;
  PlaneDoor admin_;
  std::optional<Child> child_;
};

}  // namespace groupctl::bench
