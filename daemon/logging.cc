#include "daemon/logging.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "daemon/clock.h"

namespace groupctl {
namespace {

struct LevelWord {
  LogLevel level;
  std::string_view word;
  std::string_view journal_prefix;  // sd-daemon(3)
  spdlog::level::level_enum spdlog_level;
};
constexpr std::array<LevelWord, 4> kLevels = {{
    {LogLevel::kDebug, "debug", "<7>", spdlog::level::debug},
    {LogLevel::kInfo, "info", "<6>", spdlog::level::info},
    {LogLevel::kWarn, "warn", "<4>", spdlog::level::warn},
    {LogLevel::kError, "error", "<3>", spdlog::level::err},
}};

const LevelWord& row_of(LogLevel level) { return kLevels[static_cast<std::size_t>(level)]; }

// Written once, before there are threads.
LogFormat chosen_format = LogFormat::kText;

thread_local std::vector<LogField> fields_of_thread;
std::atomic<bool> thread_fields_shown = false;

Note with_thread_fields(const Note& note) {
  Note whole = note;
  if (!thread_fields_shown) return whole;
  for (const LogField& field : fields_of_thread) {
    const bool said = std::any_of(note.fields.begin(), note.fields.end(),
                                  [&](const LogField& one) { return one.key == field.key; });
    if (!said) whole.fields.push_back(field);
  }
  return whole;
}

// systemd sets JOURNAL_STREAM to "device:inode" of the stream that it made; a redirected stderr is
// another file.
bool stderr_is_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat info {};
  if (stream == nullptr || ::fstat(STDERR_FILENO, &info) != 0) return false;
  return fmt::format("{}:{}", info.st_dev, info.st_ino) == stream;
}

std::string json_line(std::string_view component, const Note& note, std::uint64_t wall_ms) {
  const std::string time =
      fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                  fmt::gmtime(static_cast<std::time_t>(wall_ms / 1000)), wall_ms % 1000);
  nlohmann::ordered_json line = {{"time", time},
                                 {"level", row_of(note.level).word},
                                 {"component", component},
                                 {"message", note.text}};
  for (const LogField& field : note.fields) {
    auto& value = line[std::string(field.key)];
    if (field.is_number) {
      value = std::stoull(field.value);
    } else {
      value = field.value;
    }
  }
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

Result<LogLevel> parse_log_level(std::string_view text) {
  for (const LevelWord& row : kLevels) {
    if (row.word == text) return row.level;
  }
  return fail(ErrorCode::kInvalid,
              "\"" + std::string(text) + "\" is no log level: debug, info, warn or error");
}

std::string_view to_word(LogLevel level) { return row_of(level).word; }

Result<LogFormat> log_format_for(std::string_view word) {
  if (word == "text") return LogFormat::kText;
  if (word == "json") return LogFormat::kJson;
  if (word == "journal") return LogFormat::kJournal;
  if (word != "auto") {
    return fail(ErrorCode::kInvalid,
                "\"" + std::string(word) + "\" is no log format: auto, text, json or journal");
  }
  if (stderr_is_journal()) return LogFormat::kJournal;
  return ::isatty(STDERR_FILENO) == 1 ? LogFormat::kText : LogFormat::kJson;
}

void start_logging(LogLevel least, LogFormat format) {
  chosen_format = format;
  auto logger =
      std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_level(row_of(least).spdlog_level);
  logger->set_pattern(format == LogFormat::kText ? "%Y-%m-%dT%H:%M:%S.%e%z %v" : "%v");
  spdlog::set_default_logger(std::move(logger));
}

void set_log_level(LogLevel least) {
  spdlog::default_logger_raw()->set_level(row_of(least).spdlog_level);
}

void log_line(LogLevel level, std::string_view component, std::string_view message,
              std::vector<LogField> fields) {
  log_line(component, {level, std::string(message), std::move(fields)});
}

void set_thread_fields(std::vector<LogField> fields) { fields_of_thread = std::move(fields); }
const std::vector<LogField>& thread_fields() { return fields_of_thread; }
void show_thread_fields() { thread_fields_shown = true; }

void log_line(std::string_view component, const Note& note) {
  spdlog::logger& logger = *spdlog::default_logger_raw();
  const auto spdlog_level = row_of(note.level).spdlog_level;
  if (!logger.should_log(spdlog_level)) return;
  logger.log(spdlog_level, spdlog::string_view_t(log_text(
                               chosen_format, component, with_thread_fields(note), wall_now_ms())));
}

std::string log_text(LogFormat format, std::string_view component, const Note& note,
                     std::uint64_t wall_ms) {
  if (format == LogFormat::kJson) return json_line(component, note, wall_ms);
  const LevelWord& level = row_of(note.level);
  return fmt::format("{}{} {} {}", format == LogFormat::kJournal ? level.journal_prefix : "",
                     level.word, component, text_of(note));
}

}  // namespace groupctl
