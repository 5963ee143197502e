// The seam to web servers: one exchange at a time. Shell: curl_get; tests have one of their own.
#pragma once

#include <string>

#include "log/strong.h"
#include "member/host/http_answer.h"

namespace groupctl {

struct HttpRequest {
  std::string url;
  bool head_only = false;     ///< HEAD instead of GET
  std::uint64_t from = 0;     ///< not 0: all from this byte on
  std::string if_range = {};  ///< ... if the file is still this one; empty: whatever it is
};

/// What takes an answer as it comes, on the caller's thread.
class HttpTaker {
 public:
  virtual ~HttpTaker() = default;
  /// The head of the answer, after all redirects. False: no more.
  virtual bool head(const HttpHead& head) = 0;
  /// The next bytes of its body. False: no more.
  virtual bool body(ByteView bytes) = 0;
};

struct HttpEnd {
  enum class How : std::uint8_t {
    kWhole,    ///< the answer was there to its end
    kStopped,  ///< the taker had enough, or the process ends
    kBroken,   ///< no connection, a break, too slow: it may be better later
    kRefused,  ///< we do not go on with that server: no proof of its name, a redirect
  };
  How how = How::kWhole;
  std::string text = {};  ///< why, for people; the URL is not in it
};

class HttpGet {
 public:
  virtual ~HttpGet() = default;
  /// Blocks until the answer is there, or there will be none.
  virtual HttpEnd ask(const HttpRequest& request, HttpTaker& taker) = 0;
};

}  // namespace groupctl
