#include "log/result.h"

#include <cstdio>
#include <cstdlib>

namespace groupctl {

std::string_view to_word(ErrorCode code) {
  switch (code) {
    case ErrorCode::kOk:
      return "ok";
    case ErrorCode::kInvalid:
      return "invalid";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kNoTarget:
      return "no_target";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kRefused:
      return "refused";
    case ErrorCode::kWrongGroup:
      return "wrong_group";
    case ErrorCode::kStaleEpoch:
      return "stale_epoch";
    case ErrorCode::kUnknownSession:
      return "unknown_session";
    case ErrorCode::kDiverged:
      return "diverged";
    case ErrorCode::kAhead:
      return "ahead";
    case ErrorCode::kReadOnly:
      return "read_only";
    case ErrorCode::kTooOldToKnow:
      return "too_old_to_know";
    case ErrorCode::kNeverAccepted:
      return "never_accepted";
    case ErrorCode::kCompacted:
      return "compacted";
    case ErrorCode::kStorageFull:
      return "storage_full";
    case ErrorCode::kLogFull:
      return "log_full";
    case ErrorCode::kIo:
      return "io";
    case ErrorCode::kCorrupt:
      return "corrupt";
    case ErrorCode::kRollback:
      return "rollback";
    case ErrorCode::kInUse:
      return "in_use";
    case ErrorCode::kBusy:
      return "busy";
    case ErrorCode::kDigestMismatch:
      return "digest_mismatch";
    case ErrorCode::kUnsafe:
      return "unsafe";
    case ErrorCode::kTimeout:
      return "timeout";
    case ErrorCode::kUnreachable:
      return "unreachable";
    case ErrorCode::kInternal:
      return "internal";
    case ErrorCode::kNotAllowed:
      return "not_allowed";
    case ErrorCode::kKeyRefused:
      return "key_refused";
    case ErrorCode::kWrongServer:
      return "wrong_server";
    case ErrorCode::kKeysWanted:
      return "keys_wanted";
    case ErrorCode::kUnprotected:
      return "unprotected";
  }
  return "unknown_code";  // a number that came from elsewhere
}

void broken_invariant(std::string_view what, const char* file, int line) {
  std::fprintf(stderr, "broken invariant: %.*s (%s:%d)\n", static_cast<int>(what.size()),
               what.data(), file, line);
  std::abort();
}

}  // namespace groupctl
