#include "daemon/exit_codes.h"

#include <sysexits.h>

#include <cstdio>

namespace groupctl {

int exit_code_for(ErrorCode code) {
  switch (code) {
    case ErrorCode::kOk:
      return EX_OK;
    case ErrorCode::kInvalid:
    case ErrorCode::kConflict:
    case ErrorCode::kWrongGroup:
      return kExitUsage;
    case ErrorCode::kCorrupt:
    case ErrorCode::kRollback:
    case ErrorCode::kUnsupported:
      return EX_DATAERR;
    case ErrorCode::kNotFound:
      return EX_NOINPUT;
    case ErrorCode::kUnreachable:
    case ErrorCode::kTimeout:
      return EX_UNAVAILABLE;
    case ErrorCode::kKeyRefused:
    case ErrorCode::kWrongServer:
    case ErrorCode::kKeysWanted:
    case ErrorCode::kNotAllowed:
    case ErrorCode::kRefused:
      return EX_NOPERM;
    case ErrorCode::kUnprotected:
      return kExitUnprotected;
    case ErrorCode::kInUse:
      return EX_CANTCREAT;
    case ErrorCode::kIo:
    case ErrorCode::kStorageFull:
    case ErrorCode::kLogFull:
      return kExitIo;
    default:
      return EX_SOFTWARE;
  }
}

int say_error(const Error& error) {
  std::fprintf(stderr, "error: %s\n", error.text.c_str());
  return exit_code_for(error.code);
}

}  // namespace groupctl
