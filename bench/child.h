// A program started as a child, and spoken to line by line.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "log/result.h"
#include "log/unique_fd.h"

namespace groupctl::bench {

class Child {
 public:
  enum class Output : std::uint8_t {
    kLog,    ///< all that it writes goes to the log file
    kLines,  ///< its standard input and output are ours, its errors go to the log file
  };
  /// `words`: the program and its arguments. Errors: kIo.
  static Result<Child> start(std::vector<std::string> words, const std::string& log,
                             Output output = Output::kLog);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  /// Asks it to end (SIGTERM) and waits.
  ~Child();

  pid_t pid() const { return pid_; }
  bool runs();
  /// Waits for its end: its exit code, or -1 when a signal ended it.
  int wait();
  /// Sends the signal and waits for its end.
  void end(int signal);

  /// One line. Errors: kIo when it has ended.
  Status say(const std::string& line);
  /// The next line without its end. Errors: kTimeout; kIo when it has ended.
  Result<std::string> hear(std::uint64_t timeout_ms);

 private:
  Child(pid_t pid, UniqueFd talk) : pid_(pid), talk_(std::move(talk)) {}
  pid_t pid_;  // 0: it has ended
  UniqueFd talk_;
  std::string heard_;  // behind the last whole line
};

}  // namespace groupctl::bench
