// What answers of web servers mean, without any.
#include "member/host/http_answer.h"

#include <gtest/gtest.h>

namespace groupctl {
namespace {

constexpr std::uint64_t kMost = 1000;

HttpHead head_of(std::initializer_list<std::string_view> lines) {
  HttpHead head;
  for (const std::string_view line : lines) head.add(std::string(line) + "\r\n");
  return head;
}
HttpNext next_of(const HttpHead& head, std::uint64_t from = 0) {
  return judge(head, from, kMost).next;
}

TEST(HttpHeads, AreReadLineByLine) {
  const HttpHead head =
      head_of({"HTTP/1.1 206 Partial Content", "CONTENT-LENGTH:  6 ", "content-range: bytes 4-9/10",
               "ETag: \"a-1\"", "Last-Modified: Mon, 23 Nov 2026 01:00:00 GMT", "Retry-After: 7",
               "nonsense", ": x"});
  EXPECT_EQ(head.status, 206);
  EXPECT_EQ(head.length, 6U);
  EXPECT_EQ(head.range, (HttpHead::Range{4, 9, 10}));
  EXPECT_EQ(head.mark, (FileMark{"\"a-1\"", "Mon, 23 Nov 2026 01:00:00 GMT"}));
  EXPECT_EQ(head.mark.for_range(), "\"a-1\"");
  EXPECT_EQ(head.retry_after_ms, 7000U);
  EXPECT_FALSE(head.broken);
  EXPECT_TRUE(head.says_its_end());
}

TEST(HttpHeads, AnotherStatusLineBeginsAnew) {
  const HttpHead head = head_of({"HTTP/1.1 302 Found", "Location: /x", "Content-Length: 5",
                                 "HTTP/1.1 200 OK", "Transfer-Encoding: Chunked"});
  EXPECT_EQ(head.status, 200);
  EXPECT_FALSE(head.is_redirect());
  EXPECT_FALSE(head.length);
  EXPECT_TRUE(head.says_its_end());
  EXPECT_TRUE(head_of({"HTTP/1.1 302 Found", "Location: /x"}).is_redirect());
  EXPECT_FALSE(head_of({"HTTP/1.1 304 Not Modified"}).is_redirect());
}

TEST(HttpHeads, OnlyAStrongMarkIsOne) {
  EXPECT_TRUE(head_of({"HTTP/1.1 200 OK", "ETag: W/\"a\""}).mark.none());
  EXPECT_TRUE(head_of({"HTTP/1.1 200 OK", "ETag: a"}).mark.none());
  EXPECT_TRUE(head_of({"HTTP/1.1 200 OK", "ETag: \"\""}).mark.none());
  const std::string longer = "ETag: \"" + std::string(FileMark::kMaxBytes, 'x') + "\"";
  EXPECT_TRUE(head_of({"HTTP/1.1 200 OK", longer}).mark.none());
  EXPECT_TRUE(head_of({"HTTP/1.1 200 OK", "ETag: \"a\x01\""}).mark.none());
}

TEST(HttpHeads, WhatContradictsItselfIsDamage) {
  for (const HttpHead& head : {
           head_of({"HTTP/1.1 200 OK", "Content-Length: 5", "Content-Length: 6"}),
           head_of({"HTTP/1.1 200 OK", "Content-Length: -1"}),
           head_of({"HTTP/1.1 200 OK", "Content-Length: 99999999999999999999"}),
           head_of({"HTTP/1.1 206 OK", "Content-Range: bytes 5-4/10"}),
           head_of({"HTTP/1.1 206 OK", "Content-Range: bytes 5-10/10"}),
           head_of({"HTTP/1.1 206 OK", "Content-Range: lines 5-9/10"}),
           head_of({"HTTP/1.1"}),
           head_of({"HTTP/1.1 xyz"}),
       }) {
    EXPECT_TRUE(head.broken);
    EXPECT_EQ(next_of(head, 5), HttpNext::kDamaged);
  }
  EXPECT_FALSE(head_of({"HTTP/1.1 200 OK", "Content-Length: 5", "Content-Length: 5"}).broken);
}

TEST(HttpAnswers, AWholeFileBeginsFromTheFirstByte) {
  const HttpHead head = head_of({"HTTP/1.1 200 OK", "Content-Length: 10"});
  EXPECT_EQ(judge(head, 0, kMost), (HttpVerdict{HttpNext::kBegin, 10}));
  EXPECT_EQ(judge(head, 4, kMost), (HttpVerdict{HttpNext::kBegin, 10}));  // no ranges there
  EXPECT_EQ(judge(head_of({"HTTP/1.1 200 OK"}), 0, kMost), (HttpVerdict{HttpNext::kBegin, 0}));
  EXPECT_EQ(next_of(head_of({"HTTP/1.1 200 OK", "Content-Length: 1000"})), HttpNext::kBegin);
  EXPECT_EQ(next_of(head_of({"HTTP/1.1 200 OK", "Content-Length: 1001"})), HttpNext::kDamaged);
}

TEST(HttpAnswers, ARangeMustBeTheOneAskedFor) {
  const auto next = [](std::string_view range, std::string_view length = "x-y: z") {
    return judge(head_of({"HTTP/1.1 206 Partial Content",
                          "Content-Range: bytes " + std::string(range), length}),
                 4, kMost);
  };
  EXPECT_EQ(next("4-9/10"), (HttpVerdict{HttpNext::kGoOn, 10}));
  EXPECT_EQ(next("4-9/10", "Content-Length: 6"), (HttpVerdict{HttpNext::kGoOn, 10}));
  EXPECT_EQ(next("4-9/*"), (HttpVerdict{HttpNext::kGoOn, 10}));
  for (const char* other : {"0-9/10", "5-9/10", "3-9/10", "4-8/10", "*/10",
                            "4-18446744073709551615/*", "4-1000/1001"}) {
    EXPECT_EQ(next(other).next, HttpNext::kDamaged) << other;
  }
  EXPECT_EQ(next("4-9/10", "Content-Length: 7").next, HttpNext::kDamaged);
  EXPECT_EQ(next_of(head_of({"HTTP/1.1 206 Partial Content"}), 4), HttpNext::kDamaged);
}

TEST(HttpAnswers, ARangeBehindTheEndBeginsAnewUnlessAllIsHere) {
  EXPECT_EQ(next_of(head_of({"HTTP/1.1 416 x", "Content-Range: bytes */4"}), 4), HttpNext::kWhole);
  EXPECT_EQ(next_of(head_of({"HTTP/1.1 416 x", "Content-Range: bytes */3"}), 4),
            HttpNext::kBeginAnew);
  EXPECT_EQ(next_of(head_of({"HTTP/1.1 416 x"}), 4), HttpNext::kBeginAnew);
  EXPECT_EQ(next_of(head_of({"HTTP/1.1 416 x"}), 0), HttpNext::kGiveUp);
}

TEST(HttpAnswers, StatusesSayWhetherToAskAgain) {
  const auto next = [](int status) {
    return next_of(head_of({"HTTP/1.1 " + std::to_string(status) + " x"}));
  };
  for (const int status : {404, 410}) EXPECT_EQ(next(status), HttpNext::kAbsent) << status;
  for (const int status : {408, 425, 429, 500, 502, 503, 504}) {
    EXPECT_EQ(next(status), HttpNext::kLater) << status;
  }
  for (const int status : {204, 300, 304, 400, 401, 403, 405, 407, 451}) {
    EXPECT_EQ(next(status), HttpNext::kGiveUp) << status;
  }
  EXPECT_EQ(judge(head_of({"HTTP/1.1 403 x"}), 0, kMost).why, "the server answers 403");
}

TEST(HttpTries, EndAndPauseLonger) {
  Pcg pcg(7);
  HttpTries tries(6);
  tries.reached(0);
  std::uint64_t sum = 0;
  for (int i = 0; i < 5; ++i) {
    const auto pause = tries.next(std::nullopt, pcg);
    ASSERT_TRUE(pause);
    EXPECT_GE(*pause, (HttpTries::kFirstPauseMs << i) / 2);
    EXPECT_LE(*pause, HttpTries::kFirstPauseMs << i);
    sum += *pause;
  }
  EXPECT_FALSE(tries.next(std::nullopt, pcg));
  EXPECT_LE(sum, 16'000U);
}

TEST(HttpTries, AServerHasUsWaitWithinABound) {
  Pcg pcg(7);
  HttpTries tries(3);
  tries.reached(0);
  EXPECT_EQ(tries.next(9'000, pcg), 9'000U);
  EXPECT_EQ(tries.next(86'400'000, pcg), HttpTries::kMaxRetryAfterMs);
}

TEST(HttpTries, ThatGetFurtherCountAnew) {
  Pcg pcg(7);
  HttpTries tries(2);
  tries.reached(100);  // an earlier process left it
  ASSERT_TRUE(tries.next(std::nullopt, pcg));
  tries.reached(100 + HttpTries::kProgressBytes);
  ASSERT_TRUE(tries.next(std::nullopt, pcg));
  // It was begun anew, and comes no further than before.
  tries.reached(0);
  tries.reached(100 + HttpTries::kProgressBytes);
  EXPECT_FALSE(tries.next(std::nullopt, pcg));
}

}  // namespace
}  // namespace groupctl
