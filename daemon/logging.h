// The log of a daemon: lines on stderr, for people `level component message key=value ...`, for
// programs one JSON object each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "log/note.h"
#include "log/result.h"

namespace groupctl {

using LogLevel = NoteLevel;
/// "debug", "info", "warn", "error". Error: kInvalid.
Result<LogLevel> parse_log_level(std::string_view text);
std::string_view to_word(LogLevel level);

using LogField = NoteField;

enum class LogFormat : std::uint8_t {
  kText,     ///< "TIME info core joined member=web-01 seq=412", local time
  kJson,     ///< {"time":"...Z","level":"info","component":"core","message":"joined","seq":412}
  kJournal,  ///< as text, with the priority as `<6>` in front and no time: the journal has its own
};
/// "text", "json", "journal"; of "auto" what suits stderr: journal if it is the journal's
/// (JOURNAL_STREAM names it), text on a terminal, else json. Error: kInvalid.
Result<LogFormat> log_format_for(std::string_view word);

/// Call once, before threads.
void start_logging(LogLevel least, LogFormat format);
/// Any thread, from now on.
void set_log_level(LogLevel least);

/// Fields of every line of the calling thread that does not say them itself, as `group` where a
/// process has several. A new thread has none: give it those of who starts it.
void set_thread_fields(std::vector<LogField> fields);
const std::vector<LogField>& thread_fields();
/// They are left out until this is called, by any thread.
void show_thread_fields();

/// Any thread. `message` is one line; what came from outside belongs into fields, which are quoted.
void log_line(LogLevel level, std::string_view component, std::string_view message,
              std::vector<LogField> fields = {});
void log_line(std::string_view component, const Note& note);

/// The line, of text without its time. `wall_ms`: since 1970.
std::string log_text(LogFormat format, std::string_view component, const Note& note,
                     std::uint64_t wall_ms = 0);

}  // namespace groupctl
