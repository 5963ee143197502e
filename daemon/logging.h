// The log of a daemon: lines on stderr, `level component message key=value ...`.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "log/note.h"
#include "log/result.h"
#include "log/types.h"

namespace groupctl {

using LogLevel = NoteLevel;
/// "debug", "info", "warn", "error". Error: kInvalid.
Result<LogLevel> parse_log_level(std::string_view text);
std::string_view to_word(LogLevel level);

/// One key=value of a line. Keys are stable words: seq epoch member artefact digest step ms ...
struct LogField {
  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, std::uint64_t v) : key(k), value(std::to_string(v)) {}
  template <class Meaning>
  LogField(std::string_view k, Number<Meaning> v) : LogField(k, v.value) {}

  std::string_view key;
  std::string value;
};

/// Call once, before threads. Under systemd (JOURNAL_STREAM names stderr) lines begin with their
/// priority as `<6>` and carry no time, since the journal has its own.
void start_logging(LogLevel least);

/// Any thread. `message` is one line; what came from outside belongs into fields, which are quoted.
void log_line(LogLevel level, std::string_view component, std::string_view message,
              std::initializer_list<LogField> fields = {});

/// The line without time. A value that is empty or holds blanks, quotes or control bytes is quoted,
/// and such bytes are escaped, so a line stays one line.
std::string log_text(LogLevel level, std::string_view component, std::string_view message,
                     std::initializer_list<LogField> fields, bool for_journal);

}  // namespace groupctl
