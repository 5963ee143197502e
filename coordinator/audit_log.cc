#include "coordinator/audit_log.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "daemon/file_io.h"
#include "daemon/logging.h"

namespace groupctl {
namespace {

constexpr std::size_t kFlushBytes = 64 * 1024;

std::string kept_name(const std::string& file, unsigned number) {
  const std::size_t end = file.rfind(".jsonl");
  return number == 0 ? file : fmt::format("{}.{}.jsonl", file.substr(0, end), number);
}

UniqueFd open_to_append(const std::string& file) {
  return UniqueFd(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
}

/// A JSON text; what came from outside may hold anything.
std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void add(std::string& line, std::string_view key, const std::string& text) {
  if (!text.empty()) line += fmt::format(",\"{}\":{}", key, quoted(text));
}

void add(std::string& line, std::string_view key, std::uint64_t number) {
  if (number != 0) line += fmt::format(",\"{}\":{}", key, number);
}

}  // namespace

std::string audit_line(const AuditRecord& record, std::uint64_t wall_ms, std::uint64_t held_back) {
  std::string line =
      fmt::format("{{\"time\":\"{:%Y-%m-%dT%H:%M:%S}.{:03}Z\"",
                  fmt::gmtime(static_cast<std::time_t>(wall_ms / 1000)), wall_ms % 1000);
  add(line, "name", record.name);
  if (record.key) add(line, "key", fingerprint(record.key));
  add(line, "address", record.address);
  add(line, "verb", record.verb);
  add(line, "seq", record.first.value);
  if (record.last != record.first) add(line, "lastSeq", record.last.value);
  add(line, "result", record.result);
  add(line, "text", record.text);
  add(line, "heldBack", held_back);
  return line + "}";
}

AuditLog::AuditLog(std::string file, UniqueFd fd, std::size_t bytes)
    : file_(std::move(file)), fd_(std::move(fd)), bytes_(bytes) {}

Result<AuditLog> AuditLog::open(const std::string& folder) {
  const std::string file = folder + "/audit.jsonl";
  UniqueFd fd = open_to_append(file);
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0) return errno_error("cannot open " + file);
  return AuditLog(file, std::move(fd), static_cast<std::size_t>(info.st_size));
}

/// What is said with this record of those before it that were not; kMaxIdle of a second are.
std::uint64_t AuditLog::held_back(const AuditRecord& record, std::uint64_t wall_ms) {
  if (wall_ms / 1000 != second_) {
    second_ = wall_ms / 1000;
    std::erase_if(idle_, [](const auto& one) { return one.second.held_back == 0; });
    for (auto& [key, counts] : idle_) counts.noted = 0;
  }
  const auto of_key = idle_.find(record.key);
  return of_key == idle_.end() ? 0 : std::exchange(of_key->second.held_back, 0);
}

void AuditLog::note(const AuditRecord& record, std::uint64_t wall_ms) {
  const std::uint64_t before = held_back(record, wall_ms);
  if (record.idle) {
    Idle& counts = idle_[record.key];
    if (counts.noted >= kMaxIdle) {
      counts.held_back = before + 1;
      return;
    }
    ++counts.noted;
  }
  noted_ += audit_line(record, wall_ms, before) + "\n";
  if (noted_.size() >= kFlushBytes) flush();
}

void AuditLog::flush() {
  if (noted_.empty()) return;
  if (bytes_ >= kMaxBytes) rotate();
  const Status written = fd_ ? write_all(fd_, as_bytes(noted_), "cannot write " + file_)
                             : fail(ErrorCode::kIo, "cannot open " + file_);
  if (!written && !failed_) {
    log_line(LogLevel::kError, "audit", "lines are lost", {{"why", written.error().text}});
  }
  failed_ = !written.has_value();
  bytes_ += noted_.size();
  noted_.clear();
}

void AuditLog::rotate() {
  for (unsigned number = kMaxKept; number > 0; --number) {
    // Where there are fewer yet there is nothing to move.
    (void)std::rename(kept_name(file_, number - 1).c_str(), kept_name(file_, number).c_str());
  }
  fd_ = open_to_append(file_);
  bytes_ = 0;
}

}  // namespace groupctl
