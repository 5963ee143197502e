// A small web server of a test's own, with what goes wrong with such.
#pragma once

#include <atomic>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "tests/process/harness_process.h"
#include "tests/process/harness_socket.h"

namespace groupctl::process_test {

struct HttpAsked {
  std::string method;
  std::string path;
  std::map<std::string, std::string> fields;  ///< by their names in small letters
  /// "bytes=N-": N; 0 without.
  std::uint64_t from() const;
};

/// What one request gets in place of the file.
struct HttpFault {
  std::string head = {};             ///< whole, with its status line; empty: as it should be
  std::string body = {};             ///< behind that head
  std::size_t cut_after = SIZE_MAX;  ///< the connection ends after so many bytes of the body ...
  bool hold = false;                 ///< ... or stays open then, and nothing more comes
  bool endless = false;              ///< the body comes again and again
  bool without_ranges = false;       ///< the file as a whole, whatever is asked
};

/// Serves files by their paths over HTTP/1.1, one request a connection, until it is destroyed.
class HttpServer {
 public:
  HttpServer();
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::string url() const;
  /// Without an ETag where that is empty.
  void put(const std::string& path, const std::string& content, const std::string& etag = "\"1\"");
  void remove(const std::string& path);
  /// The next GET of this path; several one after the other.
  void fault(const std::string& path, const HttpFault& fault, int times = 1);
  /// Connections that are held now end, and later ones are not held.
  void let_go();
  /// What was asked of this path so far, in order.
  std::vector<HttpAsked> asked(const std::string& path, const std::string& method = "GET");
  /// Nobody answers there from now on.
  void close();

 private:
  struct File {
    std::string content;
    std::string etag;
  };
  void serve(const UniqueFd& peer, const std::stop_token& stopping);
  std::string read_head(const UniqueFd& peer, const std::stop_token& stopping);
  HttpFault answer_to(const HttpAsked& asked);
  bool say(const UniqueFd& peer, std::string_view text, const std::stop_token& stopping);

  TcpAddress address_;
  std::mutex mutex_;
  std::map<std::string, File> files_;
  std::map<std::string, std::list<HttpFault>> faults_;
  std::vector<HttpAsked> asked_;
  std::atomic<bool> holding_{true};
  std::jthread thread_;  ///< last: it uses all of the above
};

/// nginx with a certificate for its address, signed by an authority that nobody else knows; serves
/// the folder over https:, and /plain/... sends on to http:.
class HttpsServer {
 public:
  /// Everything of it is in `dir`.
  HttpsServer(const std::filesystem::path& dir, const std::filesystem::path& folder);
  std::string url() const { return "https://" + host_ + ":" + std::to_string(port_); }
  /// The authority's certificate.
  std::string ca_file() const { return (dir_ / "ca.pem").string(); }
  bool serves() const;

 private:
  std::filesystem::path dir_;
  std::string host_;
  std::uint16_t port_ = 0;
  Process nginx_;
};

}  // namespace groupctl::process_test
