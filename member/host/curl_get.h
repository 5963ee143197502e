// HTTP by libcurl; the one file that knows it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "log/result.h"
#include "member/host/http_get.h"

namespace groupctl {

/// Follows a few redirects (check_redirect()), proves the name of an https: server, and says
/// nothing of who asks: no credentials, cookies or .netrc. Bodies come as the server has them, not
/// compressed for the way. Goes through the proxy that http_proxy, HTTPS_PROXY and NO_PROXY name,
/// as libcurl reads them. Connections are kept for the next exchange. Used by one thread.
class CurlGet : public HttpGet {
 public:
  /// Redirects of one exchange.
  static constexpr int kMaxRedirects = 5;
  /// Of what comes before an answer: its head, and the body of a redirect.
  static constexpr std::size_t kMaxHeadBytes = 64 * 1024;
  static constexpr long kConnectMs = 10'000;
  /// A connection on which fewer than so many bytes a second came for so long is broken.
  static constexpr long kStallBytes = 1024;
  static constexpr long kStallS = 15;

  /// With `ca_file` a server's name is proved by the authorities in it (PEM) alone; empty: by the
  /// system's. `ends` is asked while an exchange runs, each second at least: true stops it. Errors:
  /// kNotFound, kIo for a file that cannot be read, kInternal.
  static Result<std::unique_ptr<CurlGet>> open(std::string ca_file, std::function<bool()> ends);
  ~CurlGet() override;

  HttpEnd ask(const HttpRequest& request, HttpTaker& taker) override;

 private:
  struct Handle;
  explicit CurlGet(std::unique_ptr<Handle> handle);

  std::unique_ptr<Handle> handle_;
};

}  // namespace groupctl
