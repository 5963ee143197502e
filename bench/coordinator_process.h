// A real group-coordinator as a child, on a group of its own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/child.h"
#include "wire/zmq_bus.h"

namespace groupctl::bench {

inline constexpr std::string_view kGroup = "bench";

class CoordinatorProcess {
 public:
  /// Makes a group in `dir`, starts the program with `flags` beside the necessary ones, and waits
  /// until it has said where it listens. What it writes goes to `dir`.log.
  static Result<CoordinatorProcess> start(const std::string& program, const std::string& dir,
                                          std::vector<std::string> flags = {});

  const std::string& member_endpoint() const { return endpoints_.member; }
  const std::string& admin_endpoint() const { return endpoints_.admin; }
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
  CoordinatorProcess(std::string program, std::string dir, std::vector<std::string> flags)
      : program_(std::move(program)), dir_(std::move(dir)), flags_(std::move(flags)) {}
  Status run();

  std::string program_;
  std::string dir_;
  std::vector<std::string> flags_;
  CoordinatorEndpoints endpoints_;
  std::optional<Child> child_;
};

}  // namespace groupctl::bench
