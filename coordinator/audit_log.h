// Who asked what of a group, and what became of it: DIR/groups/GROUP/audit.jsonl, one line each.
//
//   {"time":"2026-11-22T10:41:16.201Z","name":"ana","key":"k7qm-...","address":"10.0.0.5",
//    "verb":"submit","seq":412,"result":"ok"}
//
// A file that has grown to kMaxBytes becomes audit.1.jsonl, that one audit.2.jsonl and so on; of
// these kMaxKept stay. It is not synced: what is durable of a command is its entry, which has the
// issuer's key.
#pragma once

#include <map>
#include <string>

#include "coordinator/core.h"
#include "log/unique_fd.h"

namespace groupctl {

/// One thread.
class AuditLog {
 public:
  static constexpr std::size_t kMaxBytes = 16 << 20;
  static constexpr unsigned kMaxKept = 8;
  /// Records a second of one key of what changes nothing: what was refused, and what only reads.
  /// Others of it are counted in its next one. So a flood of these does not soon push out what
  /// others did.
  static constexpr unsigned kMaxIdle = 20;

  /// Writes into `folder`. Errors: kIo.
  static Result<AuditLog> open(const std::string& folder);

  void note(const AuditRecord& record, std::uint64_t wall_ms);
  /// Writes what was noted. What cannot be written is said in the log and lost; the next lines are
  /// tried again, and begin one of their own behind a part of one.
  void flush();

 private:
  explicit AuditLog(std::string file) : file_(std::move(file)) {}
  Status reopen();
  Status write();
  std::uint64_t held_back(const AuditRecord& record, std::uint64_t wall_ms);
  Status rotate();

  std::string file_;
  UniqueFd fd_;  // none after an error: what is there then is looked at anew
  std::size_t bytes_ = 0;
  bool within_line_ = false;  // the file's last one has no end
  std::string noted_;
  std::uint64_t second_ = 0;  // of the counts
  struct Idle {
    unsigned noted = 0;
    std::uint64_t held_back = 0;
  };
  std::map<PublicKey, Idle> idle_;
  bool failed_ = false;
};

/// The line without its end. `held_back`: records of that key that have no line of their own.
std::string audit_line(const AuditRecord& record, std::uint64_t wall_ms, std::uint64_t held_back);

}  // namespace groupctl
