// What the answers of a web server mean for a file on its way here. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "member/backoff.h"

namespace groupctl {

/// By what a server lets it be seen that a file is as it was.
struct FileMark {
  /// Longer ones are taken for none.
  static constexpr std::size_t kMaxBytes = 256;

  std::string etag = {};      ///< a strong ETag, with its quotes; empty: none
  std::string modified = {};  ///< Last-Modified as it was said; empty: none

  bool none() const { return etag.empty() && modified.empty(); }
  /// For If-Range; empty: none.
  const std::string& for_range() const { return etag.empty() ? modified : etag; }
  bool operator==(const FileMark&) const = default;
};

/// The head of an answer, read line by line.
struct HttpHead {
  struct Range {
    std::optional<std::uint64_t> first;  ///< nullopt: "*", no byte of it
    std::uint64_t last = 0;
    std::optional<std::uint64_t> total;  ///< nullopt: "*", not known
    bool operator==(const Range&) const = default;
  };

  int status = 0;                       ///< 0: not read yet
  std::optional<std::uint64_t> length;  ///< Content-Length
  std::optional<Range> range;           ///< Content-Range
  bool chunked = false;                 ///< its end is said
  bool broken = false;                  ///< a length or range that is none, or said twice otherwise
  bool sends_on = false;                ///< has a Location
  FileMark mark;
  std::optional<std::uint64_t>
      retry_after_ms;  ///< Retry-After in seconds; a date is taken for none

  /// A status line begins a new head: of a redirect, or of what follows "100 Continue".
  void add(std::string_view line);
  /// Whether the end of its body can be told from a connection that breaks.
  bool says_its_end() const { return length.has_value() || chunked; }
  bool is_redirect() const { return status >= 300 && status < 400 && sends_on; }
  bool operator==(const HttpHead&) const = default;
};

/// What is to be done with an answer.
enum class HttpNext : std::uint8_t {
  kBegin,      ///< its body is the file from the first byte on: what is here is dropped
  kGoOn,       ///< its body follows what is here
  kWhole,      ///< what is here is all of it
  kBeginAnew,  ///< what is here is of no use: asked again, from the first byte on
  kAbsent,     ///< there is no such file
  kLater,      ///< the server cannot now: asked again
  kGiveUp,     ///< the server will not
  kDamaged,    ///< no answer to what was asked, or too much
};
struct HttpVerdict {
  HttpNext next = HttpNext::kGiveUp;
  std::uint64_t total = 0;  ///< of the whole file; 0: not known (or of kBegin, empty)
  std::string why = {};     ///< for people, of what is no success
  bool operator==(const HttpVerdict&) const = default;
};

/// Of the answer to a GET of all from byte `from` on; files longer than `most` are not taken.
HttpVerdict judge(const HttpHead& head, std::uint64_t from, std::uint64_t most);

/// How often a file is asked for, and how long is waited in between.
class HttpTries {
 public:
  static constexpr std::uint64_t kFirstPauseMs = 500;
  static constexpr std::uint64_t kLastPauseMs = 8'000;
  /// What a server may have us wait at most, whatever it says.
  static constexpr std::uint64_t kMaxRetryAfterMs = 30'000;
  /// Of a file that has come so much further the tries count anew.
  static constexpr std::uint64_t kProgressBytes = 64 * 1024;

  /// `most` tries in a row in which nothing comes.
  explicit HttpTries(unsigned most, std::uint64_t first_pause_ms = kFirstPauseMs)
      : most_(most), pauses_(first_pause_ms, kLastPauseMs) {}

  /// So much of the file is here; first said before the first try.
  void reached(std::uint64_t bytes);
  /// After a try that failed: milliseconds until the next one; nullopt: that was the last.
  std::optional<std::uint64_t> next(std::optional<std::uint64_t> retry_after_ms, Pcg& pcg);

 private:
  unsigned most_;
  unsigned failed_ = 0;
  std::optional<std::uint64_t> furthest_;
  Backoff pauses_;
};

}  // namespace groupctl
