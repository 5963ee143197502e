// A program at a terminal of its own, as somebody sits before it.
#pragma once

#include <termios.h>

#include "log/unique_fd.h"
#include "tests/process/harness_process.h"

namespace groupctl::process_test {

struct TerminalOptions {
  unsigned short columns = 80;
  unsigned short lines = 24;
  std::string term = "xterm";
  std::string locale = "C.UTF-8";
};

/// The program gets SIGKILL when this is destroyed, and when the thread ends that started it.
class Terminal {
 public:
  Terminal(const std::vector<std::string>& words, const TerminalOptions& options);
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal();

  /// All that has been written to the terminal so far, with its control sequences.
  const std::string& screen();
  /// Whether this text comes up within a time.
  bool shows(const std::string& text, std::uint64_t limit_ms = 20000);
  void type(const std::string& keys) const;
  /// Bytes that were typed and that the program has not read, in a mode without lines.
  std::size_t unread() const;
  void send(int signal) const;
  /// nullopt: it still runs after so long.
  std::optional<Ended> wait(std::uint64_t limit_ms = 20000);
  /// How the terminal takes and echoes keys.
  termios mode() const;

 private:
  UniqueFd fd_;
  pid_t pid_ = 0;
  std::string screen_;
  std::optional<Ended> ended_;
};

bool same_mode(const termios& a, const termios& b);

/// A key that a terminal makes SIGINT of.
inline const std::string kCtrlC = "\x03";

}  // namespace groupctl::process_test
