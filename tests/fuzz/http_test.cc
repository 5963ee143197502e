// What web servers answer.
#include <gtest/gtest.h>

#include <algorithm>

#include "member/host/http_answer.h"
#include "tests/fuzz/target.h"

namespace groupctl::fuzz {
namespace {

constexpr std::uint64_t kMost = 1000;

bool may_be_said_again(const std::string& mark) {
  return mark.size() <= FileMark::kMaxBytes &&
         std::all_of(mark.begin(), mark.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

/// Whatever it says: no more than is taken, nothing but what follows is added, and of a mark
/// nothing that would be another line of ours.
Verdict judged(const HttpHead& head, std::uint64_t from) {
  const HttpVerdict verdict = judge(head, from, kMost);
  const bool takes = verdict.next == HttpNext::kBegin || verdict.next == HttpNext::kGoOn;
  if (takes && verdict.total > kMost) return broken("more than is taken");
  if (takes && head.broken) return broken("a head that is no good");
  if (verdict.next == HttpNext::kGoOn &&
      (head.status != 206 || head.range->first != from || verdict.total <= from)) {
    return broken("another part");
  }
  if (verdict.next == HttpNext::kWhole && verdict.total != from) return broken("not all is here");
  if (!takes && verdict.next != HttpNext::kWhole && verdict.why.empty()) return broken("no reason");
  return accepted();
}

TEST(Http, F33_AnswerHeads) {
  FuzzTarget target;
  target.seeds = texts({
      "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nETag: \"a-1\"\r\n",
      "HTTP/1.1 206 Partial Content\nContent-Range: bytes 4-9/10\nContent-Length: 6\n",
      "HTTP/1.1 206 Partial Content\nContent-Range: bytes 4-9/*\n",
      "HTTP/1.1 416 x\nContent-Range: bytes */4\n",
      "HTTP/1.1 302 Found\nLocation: /x\nHTTP/2 200\nTransfer-Encoding: gzip, chunked\n",
      "HTTP/1.1 503 Busy\nRetry-After: 120\nLast-Modified: Mon, 23 Nov 2026 01:00:00 GMT\n",
  });
  target.words = {"HTTP/1.1 ", "206",
                  "416",       "Content-Range: ",
                  "bytes ",    "Content-Length: ",
                  "ETag: ",    "W/",
                  "\"",        "\n",
                  "-",         "/",
                  "*",         "18446744073709551615"};
  target.decode = [](ByteView bytes) {
    HttpHead head;
    for (const std::string& line : lines(bytes)) head.add(line);
    if (!may_be_said_again(head.mark.etag) || !may_be_said_again(head.mark.modified)) {
      return broken("a mark that is none");
    }
    for (const std::uint64_t from : {0U, 4U, 1000U}) {
      if (const Verdict verdict = judged(head, from); !verdict.complaint.empty()) return verdict;
    }
    return head.status == 0 || head.broken ? refused() : accepted();
  };
  fuzz(target);
}

}  // namespace
}  // namespace groupctl::fuzz
