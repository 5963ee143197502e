// The process of a member, seen from outside: it is started in a session of its own, outlives who
// started it, and is the only one that a signal ever goes to.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/record.h"
#include "log/result.h"
#include "log/unique_fd.h"

namespace groupctl {

class MemberProcess {
 public:
  struct Program {
    std::string path;                ///< absolute, of group-member
    std::vector<std::string> words;  ///< behind its name
    std::string folder;              ///< in which it runs
    std::string log;                 ///< file that its stdout and stderr are appended to
    std::vector<std::pair<std::string, std::string>> env;  ///< beside PATH, LANG and TZ: all of it
  };
  /// Starts it, but the program does not begin before go(): until then it ends with this. So a
  /// process that runs is always on record. Errors: kNotFound, kIo.
  static Result<MemberProcess> start(const Program& program);
  Status go();
  /// Instead of go(): it ends, and nothing is left of it.
  void drop();

  /// The one that an earlier agent has started. Error: kNotFound: it has ended.
  static Result<MemberProcess> attach(const MemberRecord& record);

  pid_t pid() const { return pid_; }
  /// Readable once it has ended.
  int descriptor() const { return process_.get(); }
  /// As it goes on record.
  MemberRecord record() const;
  Status send(int signal) const;

  struct Ended {
    std::string how;       ///< "exit code 74", "signal 9"; empty: nobody can tell
    bool cleanly = false;  ///< with exit code 0
  };
  /// nullopt: it has not. Once it has, it is reaped.
  std::optional<Ended> ended() const;

 private:
  MemberProcess(pid_t pid, std::uint64_t start_time, UniqueFd process, UniqueFd gate)
      : pid_(pid), start_time_(start_time), process_(std::move(process)), gate_(std::move(gate)) {}

  pid_t pid_;
  std::uint64_t start_time_;
  UniqueFd process_;
  UniqueFd gate_;  // what is written here lets it begin
};

}  // namespace groupctl
