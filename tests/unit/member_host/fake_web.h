// A web server in memory, with what goes wrong between it and a member.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "member/host/http_get.h"

namespace groupctl {

class FakeWeb : public HttpGet {
 public:
  struct File {
    std::string content;
    std::string etag = "\"1\"";
    std::string modified = {};
  };
  /// What it does with the next request in place of answering it as it should; nullopt: nothing.
  using Fault = std::function<std::optional<HttpEnd>(const HttpRequest&, HttpTaker&)>;

  std::map<std::string, File> files = {};  ///< by URL
  std::vector<HttpRequest> asked = {};
  std::vector<Fault> faults = {};  ///< one a request, the first one next
  bool ranges = true;
  bool lengths = true;

  HttpEnd ask(const HttpRequest& request, HttpTaker& taker) override {
    asked.push_back(request);
    if (!faults.empty()) {
      const Fault fault = std::move(faults.front());
      faults.erase(faults.begin());
      if (auto end = fault(request, taker)) return *end;
    }
    return serve(request, taker, SIZE_MAX);
  }

  /// As it should, but its connection breaks after so many bytes of a body.
  HttpEnd serve(const HttpRequest& request, HttpTaker& taker, std::size_t cut_after) {
    const auto found = files.find(request.url);
    if (found == files.end()) return say(taker, {"HTTP/1.1 404 x", "Content-Length: 0"});
    const File& file = found->second;
    const bool same = request.if_range.empty() || request.if_range == file.etag ||
                      request.if_range == file.modified;
    const bool part = ranges && request.from != 0 && same;
    const std::string size = std::to_string(file.content.size());
    if (part && request.from >= file.content.size()) {
      return say(taker, {"HTTP/1.1 416 x", "Content-Range: bytes */" + size});
    }
    std::vector<std::string> lines = {"HTTP/1.1 200 x"};
    if (part) {
      lines = {"HTTP/1.1 206 x", "Content-Range: bytes " + std::to_string(request.from) + "-" +
                                     std::to_string(file.content.size() - 1) + "/" + size};
    } else if (lengths) {
      lines.push_back("Content-Length: " + size);
    }
    if (!file.etag.empty()) lines.push_back("ETag: " + file.etag);
    if (!file.modified.empty()) lines.push_back("Last-Modified: " + file.modified);
    const std::string body = request.head_only ? "" : file.content.substr(part ? request.from : 0);
    return say(taker, lines, body, cut_after);
  }

  static HttpEnd say(HttpTaker& taker, const std::vector<std::string>& lines,
                     const std::string& body = {}, std::size_t cut_after = SIZE_MAX) {
    HttpHead head;
    for (const std::string& line : lines) head.add(line + "\r\n");
    if (!taker.head(head)) return {HttpEnd::How::kStopped, "stopped"};
    constexpr std::size_t kPiece = 1000;
    for (std::size_t at = 0; at < body.size() && at < cut_after; at += kPiece) {
      const std::size_t size = std::min(kPiece, cut_after - at);
      if (!taker.body(as_bytes(body.substr(at, size)))) return {HttpEnd::How::kStopped, "stopped"};
    }
    if (cut_after < body.size()) return {HttpEnd::How::kBroken, "the connection broke"};
    return {HttpEnd::How::kWhole, {}};
  }

  // Faults.

  Fault cut_after(std::size_t bytes) {
    return [this, bytes](const HttpRequest& request, HttpTaker& taker) {
      return serve(request, taker, bytes);
    };
  }
  static Fault answer(std::vector<std::string> lines, std::string body = {}) {
    return [lines = std::move(lines), body = std::move(body)](
               const HttpRequest&, HttpTaker& taker) { return say(taker, lines, body); };
  }
  static Fault status(int code) { return answer({"HTTP/1.1 " + std::to_string(code) + " x"}); }
  static Fault end(HttpEnd::How how, std::string why) {
    return [how, why = std::move(why)](const HttpRequest&, HttpTaker&) {
      return HttpEnd{how, why};
    };
  }
  /// Nothing goes wrong with one request.
  static Fault none() {
    return [](const HttpRequest&, HttpTaker&) { return std::nullopt; };
  }
  /// The same for so many requests in a row.
  void fail_all(std::size_t times, const Fault& fault) {
    faults.insert(faults.end(), times, fault);
  }
};

}  // namespace groupctl
