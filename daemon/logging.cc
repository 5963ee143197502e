#include "daemon/logging.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>

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

std::atomic<bool> journal_reads_stderr{false};

// systemd sets JOURNAL_STREAM to "device:inode" of the stream that it made; a redirected stderr is
// another file.
bool stderr_is_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat info {};
  if (stream == nullptr || ::fstat(STDERR_FILENO, &info) != 0) return false;
  return fmt::format("{}:{}", info.st_dev, info.st_ino) == stream;
}

bool is_plain(char c) { return c > ' ' && c != '"' && c != '\\' && c != 0x7f; }
// Bytes of UTF-8 beyond ASCII are left as they are.
bool is_control(char c) { return (c >= 0 && c < ' ') || c == 0x7f; }

void append_value(std::string& line, std::string_view value) {
  const auto plain = [](char c) { return static_cast<signed char>(c) < 0 || is_plain(c); };
  if (!value.empty() && std::all_of(value.begin(), value.end(), plain)) {
    line += value;
    return;
  }
  line += '"';
  for (const char c : value) {
    if (is_control(c)) {
      line += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    } else {
      if (c == '"' || c == '\\') line += '\\';
      line += c;
    }
  }
  line += '"';
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

void start_logging(LogLevel least) {
  journal_reads_stderr = stderr_is_journal();
  auto logger =
      std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_level(row_of(least).spdlog_level);
  logger->set_pattern(journal_reads_stderr ? "%v" : "%Y-%m-%dT%H:%M:%S.%e%z %v");
  spdlog::set_default_logger(std::move(logger));
}

void log_line(LogLevel level, std::string_view component, std::string_view message,
              std::initializer_list<LogField> fields) {
  spdlog::logger& logger = *spdlog::default_logger_raw();
  const auto spdlog_level = row_of(level).spdlog_level;
  if (!logger.should_log(spdlog_level)) return;
  logger.log(spdlog_level, spdlog::string_view_t(
                               log_text(level, component, message, fields, journal_reads_stderr)));
}

std::string log_text(LogLevel level, std::string_view component, std::string_view message,
                     std::initializer_list<LogField> fields, bool for_journal) {
  std::string line;
  if (for_journal) line += row_of(level).journal_prefix;
  line += fmt::format("{} {} {}", row_of(level).word, component, message);
  for (const LogField& field : fields) {
    line += fmt::format(" {}=", field.key);
    append_value(line, field.value);
  }
  return line;
}

}  // namespace groupctl
