// A real group-coordinator as a child, on a fresh group.
#pragma once

#include <sys/types.h>

#include <string>

#include "log/result.h"

namespace groupctl::bench {

class CoordinatorProcess {
 public:
  /// Makes a group in `dir`, starts the program, and waits until it has said where it listens.
  static Result<CoordinatorProcess> start(const std::string& program, const std::string& dir);
  CoordinatorProcess(CoordinatorProcess&& other) noexcept;
  CoordinatorProcess& operator=(CoordinatorProcess&&) = delete;
  ~CoordinatorProcess();

  const std::string& admin_endpoint() const { return admin_; }
  /// Asks it to end and waits.
  void stop();

 private:
  CoordinatorProcess(pid_t pid, std::string admin) : pid_(pid), admin_(std::move(admin)) {}
  pid_t pid_;
  std::string admin_;
};

}  // namespace groupctl::bench
