#include "coordinator/audit_log.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
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

/// Whether the last line has no end: its writing was cut short.
bool ends_within_a_line(const UniqueFd& file, off_t bytes) {
  char last = '\n';
  return bytes > 0 && ::pread(file.get(), &last, 1, bytes - 1) == 1 && last != '\n';
}

/// A JSON text; what came from outside may hold anything.
std::string quoted(const std::string& text) {
  // Nearly all are so: a library would take longer for the line than the command does.
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
  });
  if (plain) return '"' + text + '"';
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void add(std::string& line, std::string_view key, const std::string& text) {
  if (!text.empty()) line.append(",\"").append(key).append("\":").append(quoted(text));
}

void add(std::string& line, std::string_view key, std::uint64_t number) {
  if (number != 0) line.append(",\"").append(key).append("\":").append(std::to_string(number));
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

Result<AuditLog> AuditLog::open(const std::string& folder) {
  AuditLog log(folder + "/audit.jsonl");
  if (auto opened = log.reopen(); !opened) return tl::unexpected<Error>(opened.error());
  return log;
}

Status AuditLog::reopen() {
  fd_ = UniqueFd(::open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  struct stat info {};
  if (!fd_ || ::fstat(fd_.get(), &info) != 0) return errno_error("cannot open " + file_);
  bytes_ = static_cast<std::size_t>(info.st_size);
  within_line_ = ends_within_a_line(fd_, info.st_size);
  return {};
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
  const Status written = write();
  if (!written) fd_.reset();
  if (!written && !failed_) {
    log_line(LogLevel::kError, "audit", "lines are lost", {{"why", written.error().text}});
  }
  failed_ = !written.has_value();
  noted_.clear();
}

Status AuditLog::write() {
  if (!fd_) {
    if (auto opened = reopen(); !opened) return opened;
  }
  if (bytes_ >= kMaxBytes) {
    if (auto rotated = rotate(); !rotated) return rotated;
  }
  if (within_line_) noted_.insert(0, "\n");
  if (auto written = write_all(fd_, as_bytes(noted_), "cannot write " + file_); !written) {
    return written;
  }
  within_line_ = false;
  bytes_ += noted_.size();
  return {};
}

/// Without a current file the kept ones stay: each try would push out the oldest.
Status AuditLog::rotate() {
  const bool current = ::access(file_.c_str(), F_OK) == 0;
  for (unsigned number = current ? kMaxKept : 0; number > 0; --number) {
    // Where there are fewer yet there is nothing to move.
    (void)std::rename(kept_name(file_, number - 1).c_str(), kept_name(file_, number).c_str());
  }
  return reopen();
}

}  // namespace groupctl
