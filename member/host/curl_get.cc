#include "member/host/curl_get.h"

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/version.h"
#include "log/text.h"
#include "log/unique_fd.h"
#include "wire/http_url.h"

namespace groupctl {
namespace {

struct FreeCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Curl = std::unique_ptr<CURL, FreeCurl>;
using Lines = std::unique_ptr<curl_slist, FreeCurl>;

/// What libcurl calls while one request runs.
struct Exchange {
  HttpTaker& taker;
  const std::function<bool()>& ends;
  HttpHead head{};
  std::size_t head_bytes = 0;
  bool taken = false;     ///< the head was handed on
  bool redirect = false;  ///< its body is nobody's
  bool stopped = false;
  bool endless = false;  ///< what comes before the answer is

  /// False: libcurl is to stop.
  bool count(std::size_t bytes) {
    head_bytes += bytes;
    endless = endless || head_bytes > CurlGet::kMaxHeadBytes;
    return !endless;
  }
  bool line(std::string_view text) {
    if (!count(text.size())) return false;
    if (taken) return true;  // behind the last chunk there may be others
    head.add(text);
    if (text != "\r\n" && text != "\n") return true;
    if (head.status < 200 && !head.broken) return true;  // "100 Continue": another head follows
    redirect = head.is_redirect();
    if (redirect) return true;
    taken = true;
    stopped = !taker.head(head);
    return !stopped;
  }
  bool piece(ByteView bytes) {
    if (redirect) return count(bytes.size());  // a page for people; where to follows its end
    stopped = !taken || !taker.body(bytes);
    return !stopped;
  }
};

std::size_t on_line(char* text, std::size_t, std::size_t size, void* exchange) {
  return static_cast<Exchange*>(exchange)->line({text, size}) ? size : 0;
}
std::size_t on_piece(char* bytes, std::size_t, std::size_t size, void* exchange) {
  return static_cast<Exchange*>(exchange)->piece(as_bytes({bytes, size})) ? size : 0;
}
int on_progress(void* exchange, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto* running = static_cast<Exchange*>(exchange);
  running->stopped = running->stopped || running->ends();
  return running->stopped ? 1 : 0;
}

/// Connections stay open between exchanges: what this process starts does not inherit them.
curl_socket_t on_socket(void*, curlsocktype, curl_sockaddr* address) {
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/// What asking again does not mend.
bool is_final(CURLcode code) {
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return true;
    default:
      return false;
  }
}

std::string proof_hint(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION
             ? "; where an authority of one's own has signed its certificate, --ca-file names it"
             : "";
}

}  // namespace

struct CurlGet::Handle {
  Curl curl;
  std::string ca_file;
  std::function<bool()> ends;
  char error[CURL_ERROR_SIZE] = "";

  template <class T>
  void set(CURLoption option, T value) {
    const CURLcode done = curl_easy_setopt(curl.get(), option, value);
    GROUPCTL_INVARIANT(done == CURLE_OK, curl_easy_strerror(done));
  }
  void prepare(const std::string& url, const HttpRequest& request, const Lines& lines,
               Exchange& exchange);
  CURLcode perform(const std::string& url, const HttpRequest& request, Exchange& exchange);
};

void CurlGet::Handle::prepare(const std::string& url, const HttpRequest& request,
                              const Lines& lines, Exchange& exchange) {
  curl_easy_reset(curl.get());  // connections stay
  error[0] = '\0';
  set(CURLOPT_ERRORBUFFER, error);
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);  // check_redirect() decides
  set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
  set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  set(CURLOPT_USERAGENT, ("groupctl/" + std::string(product_version())).c_str());
  set(CURLOPT_HTTPHEADER, lines.get());
  set(CURLOPT_NOBODY, request.head_only ? 1L : 0L);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);  // those of a proxy are no answer
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  if (!ca_file.empty()) {
    set(CURLOPT_CAINFO, ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
  }
  set(CURLOPT_OPENSOCKETFUNCTION, &on_socket);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // a resolver that hangs is not waited for
  set(CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
  set(CURLOPT_LOW_SPEED_LIMIT, kStallBytes);
  set(CURLOPT_LOW_SPEED_TIME, kStallS);
  set(CURLOPT_HEADERFUNCTION, &on_line);
  set(CURLOPT_HEADERDATA, &exchange);
  set(CURLOPT_WRITEFUNCTION, &on_piece);
  set(CURLOPT_WRITEDATA, &exchange);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(CURLOPT_XFERINFODATA, &exchange);
}

CURLcode CurlGet::Handle::perform(const std::string& url, const HttpRequest& request,
                                  Exchange& exchange) {
  // Appending to a list that is there gives that list again.
  const Lines lines(curl_slist_append(nullptr, "Accept-Encoding: identity"));
  if (request.from != 0) {
    const std::string range = "Range: bytes=" + std::to_string(request.from) + "-";
    curl_slist_append(lines.get(), range.c_str());
    const std::string if_range = "If-Range: " + request.if_range;
    if (!request.if_range.empty()) curl_slist_append(lines.get(), if_range.c_str());
  }
  prepare(url, request, lines, exchange);
  const CURLcode done = curl_easy_perform(curl.get());
  set(CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
  return done;
}

CurlGet::CurlGet(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
CurlGet::~CurlGet() = default;

Result<std::unique_ptr<CurlGet>> CurlGet::open(std::string ca_file, std::function<bool()> ends) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (ready != CURLE_OK) return fail(ErrorCode::kInternal, curl_easy_strerror(ready));
  if (!ca_file.empty() && ::access(ca_file.c_str(), R_OK) != 0) {
    return errno_error("cannot read the certificates of --ca-file " + ca_file);
  }
  auto handle = std::make_unique<Handle>();
  handle->curl.reset(curl_easy_init());
  if (!handle->curl) return fail(ErrorCode::kInternal, "libcurl gives no handle");
  handle->ca_file = std::move(ca_file);
  handle->ends = std::move(ends);
  return std::unique_ptr<CurlGet>(new CurlGet(std::move(handle)));
}

HttpEnd CurlGet::ask(const HttpRequest& request, HttpTaker& taker) {
  using How = HttpEnd::How;
  std::string url = request.url;
  for (int redirects = 0;; ++redirects) {
    Exchange exchange{taker, handle_->ends};
    const CURLcode done = handle_->perform(url, request, exchange);
    if (exchange.stopped) return {How::kStopped, "stopped"};
    if (exchange.endless)
      return {How::kRefused, "what the server says before its answer has no end"};
    if (!exchange.redirect && done == CURLE_OK) {
      return exchange.taken ? HttpEnd{How::kWhole} : HttpEnd{How::kBroken, "no answer"};
    }
    if (!exchange.redirect) {
      const char* why = handle_->error[0] != '\0' ? handle_->error : curl_easy_strerror(done);
      return {is_final(done) ? How::kRefused : How::kBroken, escaped(why) + proof_hint(done)};
    }
    char* to = nullptr;
    curl_easy_getinfo(handle_->curl.get(), CURLINFO_REDIRECT_URL, &to);
    const std::string next = to == nullptr ? "" : to;
    if (auto may = check_redirect(url, next); !may) return {How::kRefused, may.error().text};
    if (redirects == kMaxRedirects) {
      return {How::kRefused,
              "the server sends us on more than " + std::to_string(kMaxRedirects) + " times"};
    }
    url = next;
  }
}

}  // namespace groupctl
