// Errors are values up to the daemons' edge.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace groupctl {

/// What went wrong, in words a program can switch on. The text beside it is for people.
enum class ErrorCode : std::uint16_t {
  kOk = 0,          ///< never in an Error
  kInvalid,         ///< malformed input: bytes, names, arguments
  kUnsupported,     ///< well-formed, but of a kind or version that this build does not know
  kNotFound,        ///< no such object
  kNoTarget,        ///< a selector that matches nobody
  kConflict,        ///< contradicts what is there: same id with other content, a taken name
  kRefused,         ///< understood and denied
  kWrongGroup,      ///< another group's business; nothing more is said
  kStaleEpoch,      ///< the sender's epoch is older than one already heard
  kUnknownSession,  ///< JOIN again
  kDiverged,        ///< same sequence, different history
  kAhead,           ///< claims more than this log holds, and cannot prove it
  kReadOnly,        ///< the coordinator writes nothing until it is recovered
  kTooOldToKnow,    ///< the row or the entries that could tell are gone
  kNeverAccepted,   ///< this request was not accepted and never will be
  kCompacted,       ///< below the floor of the log
  kStorageFull,     ///< the disk or a limit refused the write; nothing was written
  kLogFull,         ///< the map or the cap is reached; nothing was written
  kIo,              ///< reading or writing failed
  kCorrupt,         ///< stored bytes do not verify
  kRollback,        ///< the log ends before what its HEAD file says was durable
  kInUse,           ///< locked by another process
  kBusy,            ///< a bound is reached; later may do
  kDigestMismatch,  ///< content is not what its digest says
  kUnsafe,          ///< an archive or path that would write outside its place
  kTimeout,         ///< no answer in time
  kUnreachable,     ///< nobody answers
  kInternal,        ///< a broken promise of our own
  kNotAllowed,      ///< this key's role does not include it
  kKeyRefused,      ///< the key is not let in: unknown, pending, rejected or revoked
  kWrongServer,     ///< who answers does not have the server key that is pinned
  kKeysWanted,      ///< it answers with keys only, or without, and here it is the other way round
  kUnprotected,     ///< what should keep strangers out does not
};

/// The machine word of a code in lower_snake, as it stands in JSON.
std::string_view to_word(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string text;
  bool operator==(const Error&) const = default;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string text) {
  return tl::unexpected<Error>(Error{code, std::move(text)});
}
/// Passes an error on with words in front of it that say what was being done.
inline tl::unexpected<Error> fail(std::string_view doing, const Error& cause) {
  return fail(cause.code, std::string(doing) + ": " + cause.text);
}

/// A broken invariant: says what and where, and aborts, since running on is worse.
[[noreturn]] void broken_invariant(std::string_view what, const char* file, int line);

}  // namespace groupctl

#define GROUPCTL_INVARIANT(condition, what)                                     \
  do {                                                                          \
    if (!(condition)) ::groupctl::broken_invariant((what), __FILE__, __LINE__); \
  } while (false)
