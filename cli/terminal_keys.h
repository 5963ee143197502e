// The mode of stdin's terminal: each key at once and no echo, and given back however the process
// ends.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "cli/keyboard.h"

namespace groupctl {

/// One a process. Ctrl-C, Ctrl-Z and Ctrl-S keep their meaning. Only a process in the foreground
/// has the terminal: another one neither switches its mode nor reads.
class TerminalKeys {
 public:
  TerminalKeys() = default;
  TerminalKeys(const TerminalKeys&) = delete;
  TerminalKeys& operator=(const TerminalKeys&) = delete;

  /// nullptr: stdin is no terminal. One at a time.
  std::unique_ptr<Keyboard> open();

  // From any thread, also when no keyboard is open.

  /// The process is about to be stopped.
  void give_back();
  /// It goes on: the keys are taken again when they are asked for.
  void note_going_on();
  /// It is about to end: the mode is not switched any more.
  void give_back_for_good();

 private:
  class Open;
  std::string read_keys();
  void take();
  void close();

  std::mutex mutex_;  // whoever switches the mode
  bool open_ = false;
  bool stopping_ = false;  // from give_back() to note_going_on()
  bool for_good_ = false;
  bool again_ = false;  // the mode may have been switched by somebody else meanwhile
  std::atomic<bool> gone_on_{false};
};

}  // namespace groupctl
