// A fixture for command lines as somebody types them, with a scripted coordinator behind them.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "cli/parser.h"
#include "cli/run.h"
#include "tests/unit/cli/scripted_coordinator.h"

namespace groupctl {

class TypedLines : public ::testing::Test {
 protected:
  /// Nothing of the tester's own surroundings counts.
  explicit TypedLines(ScriptedCoordinator::Script script) : coordinator(std::move(script)) {
    for (const char* name : {"GROUPCTL_ENDPOINT", "GROUPCTL_CONTEXT", "GROUPCTL_GROUP",
                             "GROUPCTL_KEY", "GROUPCTL_SERVER_KEY", "GROUPCTL_CONFIRM_ABOVE"}) {
      ::unsetenv(name);
    }
    ::setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
  }

  /// What else the line is typed in; `around` is what every fixture has.
  virtual void surround(Surroundings& around) { static_cast<void>(around); }
  /// Whether somebody has typed Ctrl-C.
  virtual bool stopped() { return stop; }

  /// What is printed and the exit code; what goes to stderr is in `err`, behind what was there.
  Said run_words(const std::vector<std::string>& words) {
    Parsed parsed = parse_command_line(words, syntax_table());
    if (const auto* error = std::get_if<UsageError>(&parsed)) {
      return said_of(error->failure, error->format);
    }
    const auto& invocation = std::get<Invocation>(parsed);
    Client client(coordinator, [this] { return stopped(); });
    Surroundings around{"ana@bastion", [] { return WallClock{}; },
                        [this](std::string_view text) { err += text; },
                        [this](std::string_view question) {
                          err += question;
                          return typed;
                        }};
    surround(around);
    const Done done = run(invocation, client, around);
    return done ? *done : said_of(done.error(), invocation.global.format);
  }

  ScriptedCoordinator coordinator;
  bool stop = false;
  std::optional<std::string> typed;  ///< at the terminal; nullopt: there is none
  std::string err;

 private:
  Said said_of(const Failure& failure, Format format) {
    const ShownFailure shown = show(failure, format);
    err += shown.err;
    return {shown.out, failure.exit_code};
  }
};

}  // namespace groupctl
