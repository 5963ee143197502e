// A mark that a process leaves when reading its data ended it, or ended the part of it that had the
// data: the next start looks at that with suspicion first.
#pragma once

#include <string>

#include "log/result.h"
#include "log/unique_fd.h"

namespace groupctl {

/// Where it is left: the file `path`, and PATH-count, which counts those with less than ten minutes
/// between them.
class CrashPlace {
 public:
  /// Errors: kIo when the folder cannot be opened, and after three crashes: what ends it is not in
  /// the data, and it is not started until somebody has removed PATH-count.
  static Result<CrashPlace> open(const std::string& path);
  /// Makes the file and counts. A signal handler may call this.
  void mark() const;

 private:
  CrashPlace(UniqueFd folder, std::string mark, std::string count)
      : folder_(std::move(folder)), mark_(std::move(mark)), count_(std::move(count)) {}

  UniqueFd folder_;
  std::string mark_;
  std::string count_;
};

/// From now on SIGBUS (what is mapped cannot be read), SIGSEGV and SIGABRT are marked at `path`.
/// SIGBUS then ends the process with exit code 74, the others as they would have. Call once.
/// Errors: those of CrashPlace::open().
Status leave_crash_mark(const std::string& path);
/// Those of the calling thread are marked there instead; nullptr: no longer. It outlives that.
void mark_crashes_at(const CrashPlace* place);
/// As the calling thread has said it.
const CrashPlace* crash_place();
/// Marks it as one of this thread's: what it serves is to end because of a read error.
void mark_crash();
/// Whether the last one that was marked there ended so.
bool has_crash_mark(const std::string& path);
void clear_crash_mark(const std::string& path);

}  // namespace groupctl
