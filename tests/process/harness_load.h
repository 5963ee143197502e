// Commands under way while processes are killed, and what must be true of the log afterwards.
#pragma once

#include <atomic>
#include <mutex>
#include <thread>

#include "tests/process/harness_group.h"

namespace groupctl::process_test {

/// One command that the coordinator said it had accepted.
struct Acknowledged {
  RequestId request;
  Sequence sequence;
  std::string text;  ///< the property that it set, "KEY=VALUE"
};

/// Sets properties one after the other, each until there is a clear answer, and keeps a record of
/// its own of what was acknowledged; it only ever grows.
class Submitter {
 public:
  Submitter(std::string endpoint, std::string name);
  ~Submitter();
  /// Ends after the command that is under way.
  void stop();
  std::size_t count() const;
  std::vector<Acknowledged> record() const;
  /// What was answered and should not have been.
  std::vector<std::string> failures() const;

 private:
  void run();
  void submit_next(Client& client, const ClientId& id, std::uint64_t number);

  const std::string endpoint_;
  const std::string name_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::vector<Acknowledged> record_;
  std::vector<std::string> failures_;
  std::thread thread_;
};

/// Several submitters at once, so that commands are gathered into batches.
class Load {
 public:
  Load(const Group& group, int submitters);
  std::size_t count() const;
  /// Whether so many more commands have been acknowledged within the limit.
  bool goes_on(std::size_t more, std::uint64_t limit_ms = 30000) const;
  void stop();
  /// Stops, and checks the record against the group's log: everything acknowledged is there at its
  /// sequence, sequences are contiguous, no request stands there twice, and every ledger closes.
  void expect_nothing_lost(Group& group);

 private:
  std::vector<std::unique_ptr<Submitter>> submitters_;
};

}  // namespace groupctl::process_test
