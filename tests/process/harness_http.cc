#include "tests/process/harness_http.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <sstream>

namespace groupctl::process_test {
namespace {

constexpr int kTurnMs = 20;
constexpr std::size_t kMostOfAHead = 16 * 1024;

/// Waits until it can be read or written, or the server ends.
bool ready(const UniqueFd& peer, short events, const std::stop_token& stopping) {
  while (!stopping.stop_requested()) {
    pollfd one{peer.get(), events, 0};
    if (::poll(&one, 1, kTurnMs) > 0) return true;
  }
  return false;
}

HttpAsked parsed(const std::string& head) {
  HttpAsked asked;
  std::istringstream lines(head);
  std::string line;
  std::getline(lines, line);
  std::istringstream(line) >> asked.method >> asked.path;
  while (std::getline(lines, line)) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) continue;
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    asked.fields[name] = line.substr(colon + 2, line.find('\r') - colon - 2);
  }
  return asked;
}

}  // namespace

std::uint64_t HttpAsked::from() const {
  const auto range = fields.find("range");
  return range == fields.end() ? 0 : std::stoull(range->second.substr(range->second.find('=') + 1));
}

HttpServer::HttpServer() {
  const std::string host = drawn_host();
  address_ = {host, free_ports(host, 1).front()};
  auto listener = std::make_shared<UniqueFd>(listen_at(address_));
  thread_ = std::jthread([this, listener](const std::stop_token& stopping) {
    std::vector<std::jthread> peers;
    while (!stopping.stop_requested()) {
      if (!ready(*listener, POLLIN, stopping)) break;
      auto peer = std::make_shared<UniqueFd>(accept_from(*listener));
      if (!*peer) continue;
      peers.emplace_back([this, peer](const std::stop_token& ends) { serve(*peer, ends); });
    }
  });
}

HttpServer::~HttpServer() { close(); }

void HttpServer::close() { thread_ = {}; }

std::string HttpServer::url() const {
  return "http://" + address_.host + ":" + std::to_string(address_.port);
}

void HttpServer::put(const std::string& path, const std::string& content, const std::string& etag) {
  const std::lock_guard lock(mutex_);
  files_[path] = {content, etag};
}

void HttpServer::remove(const std::string& path) {
  const std::lock_guard lock(mutex_);
  files_.erase(path);
}

void HttpServer::fault(const std::string& path, const HttpFault& fault, int times) {
  const std::lock_guard lock(mutex_);
  for (int i = 0; i < times; ++i) faults_[path].push_back(fault);
}

void HttpServer::let_go() { holding_ = false; }

std::vector<HttpAsked> HttpServer::asked(const std::string& path, const std::string& method) {
  const std::lock_guard lock(mutex_);
  std::vector<HttpAsked> found;
  std::copy_if(asked_.begin(), asked_.end(), std::back_inserter(found),
               [&](const HttpAsked& one) { return one.path == path && one.method == method; });
  return found;
}

/// The file, whole or from where it is asked, as a fault that is none.
HttpFault HttpServer::answer_to(const HttpAsked& asked) {
  const std::lock_guard lock(mutex_);
  asked_.push_back(asked);
  HttpFault answer;
  auto& faults = faults_[asked.path];
  if (asked.method == "GET" && !faults.empty()) {
    answer = faults.front();
    faults.pop_front();
  }
  if (!answer.head.empty()) return answer;
  const auto found = files_.find(asked.path);
  if (found == files_.end()) {
    answer.head = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    return answer;
  }
  const File& file = found->second;
  const auto if_range = asked.fields.find("if-range");
  const bool same = if_range == asked.fields.end() || if_range->second == file.etag;
  const std::uint64_t from = same && !answer.without_ranges ? asked.from() : 0;
  const std::string size = std::to_string(file.content.size());
  if (from >= file.content.size() && from != 0) {
    answer.head =
        "HTTP/1.1 416 Range\r\nContent-Length: 0\r\nContent-Range: bytes */" + size + "\r\n\r\n";
    return answer;
  }
  answer.body = file.content.substr(from);
  answer.head = from == 0 ? "HTTP/1.1 200 OK\r\n"
                          : "HTTP/1.1 206 Part\r\nContent-Range: bytes " + std::to_string(from) +
                                "-" + std::to_string(file.content.size() - 1) + "/" + size + "\r\n";
  if (!file.etag.empty()) answer.head += "ETag: " + file.etag + "\r\n";
  answer.head += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n";
  return answer;
}

std::string HttpServer::read_head(const UniqueFd& peer, const std::stop_token& stopping) {
  std::string head;
  while (head.find("\r\n\r\n") == std::string::npos && head.size() < kMostOfAHead) {
    char bytes[4096];
    if (!ready(peer, POLLIN, stopping)) return {};
    const ssize_t got = ::recv(peer.get(), bytes, sizeof bytes, 0);
    if (got <= 0) return {};
    head.append(bytes, static_cast<std::size_t>(got));
  }
  return head;
}

bool HttpServer::say(const UniqueFd& peer, std::string_view text, const std::stop_token& stopping) {
  while (!text.empty()) {
    if (!ready(peer, POLLOUT, stopping)) return false;
    const ssize_t sent = ::send(peer.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return false;
    if (sent > 0) text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void HttpServer::serve(const UniqueFd& peer, const std::stop_token& stopping) {
  const std::string head = read_head(peer, stopping);
  if (head.empty()) return;
  const HttpAsked asked = parsed(head);
  const HttpFault answer = answer_to(asked);
  const std::size_t end = answer.head.size() - 2;
  if (!say(peer, answer.head.substr(0, end) + "Connection: close\r\n\r\n", stopping)) return;
  if (asked.method == "HEAD") return;
  const std::string_view body = answer.body;
  bool heard = say(peer, body.substr(0, answer.cut_after), stopping);
  while (heard && answer.endless) heard = say(peer, body, stopping);
  while (heard && answer.hold && holding_ && !stopping.stop_requested()) {
    // Whoever goes away is readable.
    pollfd one{peer.get(), POLLIN, 0};
    if (::poll(&one, 1, kTurnMs) > 0) return;
  }
}

HttpsServer::HttpsServer(const std::filesystem::path& dir, const std::filesystem::path& folder)
    : dir_(dir), host_(drawn_host()), port_(free_ports(host_, 1).front()) {
  std::filesystem::create_directories(dir_);
  const auto openssl = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "/usr/bin/openssl");
    const Said said = run_program(words);
    EXPECT_EQ(said.ended.code, 0) << said.err;
  };
  const auto in_dir = [&](const char* name) { return (dir_ / name).string(); };
  const std::vector<std::string> key = {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                                        "-nodes"};
  std::vector<std::string> authority = {"req",     "-x509",
                                        "-subj",   "/CN=nobody knows",
                                        "-keyout", in_dir("ca.key"),
                                        "-out",    in_dir("ca.pem"),
                                        "-days",   "2"};
  authority.insert(authority.end(), key.begin(), key.end());
  openssl(authority);
  std::vector<std::string> request = {"req",
                                      "-subj",
                                      "/CN=" + host_,
                                      "-keyout",
                                      in_dir("server.key"),
                                      "-out",
                                      in_dir("server.csr")};
  request.insert(request.end(), key.begin(), key.end());
  openssl(request);
  write_file(dir_ / "names", "subjectAltName=IP:" + host_ + "\n");
  openssl({"x509", "-req", "-in", in_dir("server.csr"), "-CA", in_dir("ca.pem"), "-CAkey",
           in_dir("ca.key"), "-CAcreateserial", "-out", in_dir("server.pem"), "-days", "2",
           "-extfile", in_dir("names")});
  const std::string place = host_ + ":" + std::to_string(port_);
  write_file(dir_ / "nginx.conf",
             "daemon off; master_process off; error_log stderr; pid nginx.pid;\n"
             "events {}\n"
             "http { access_log off; client_body_temp_path t1; proxy_temp_path t2;\n"
             "fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;\n"
             "server { listen " +
                 place +
                 " ssl; ssl_certificate server.pem;\n"
                 "ssl_certificate_key server.key; root " +
                 folder.string() +
                 ";\n"
                 "location /plain/ { return 302 http://" +
                 place + "/; } } }\n");
  nginx_ = Process::start({"/usr/sbin/nginx", "-p", dir_.string(), "-c", in_dir("nginx.conf")},
                          {dir_ / "log", dir_ / "log", {}});
  EXPECT_TRUE(eventually([&] { return serves(); })) << read_file(dir_ / "log");
}

bool HttpsServer::serves() const {
  return run_program({"/usr/bin/curl", "-sk", "--noproxy", "*", "-o", "/dev/null", url() + "/"})
             .ended.code == 0;
}

}  // namespace groupctl::process_test
