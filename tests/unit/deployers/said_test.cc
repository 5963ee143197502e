#include "deployers/said.h"

#include <gtest/gtest.h>

namespace groupctl::deployers {
namespace {

std::string text_of(std::string_view line) {
  const Said said = parse_line(line);
  const auto* log = std::get_if<LogSaid>(&said);
  return log != nullptr ? log->text : "(no text)";
}

TEST(Said, ExitCodesAreVerdicts) {
  EXPECT_EQ(verdict_of(0), Verdict::kDone);
  EXPECT_EQ(verdict_of(10), Verdict::kUnchanged);
  EXPECT_EQ(verdict_of(20), Verdict::kTemporary);
  EXPECT_EQ(verdict_of(21), Verdict::kFailed);
  EXPECT_EQ(verdict_of(22), Verdict::kRefused);
  EXPECT_EQ(verdict_of(64), Verdict::kNotSupported);
  for (const int other : {1, 2, 63, 65, 127, 255}) EXPECT_EQ(verdict_of(other), Verdict::kFailed);
}

TEST(Said, ProgressIsAPartOfOne) {
  EXPECT_EQ(parse_line(R"({"progress":0.4,"step":"copying"})"), Said(ProgressSaid{40, "copying"}));
  EXPECT_EQ(parse_line(R"({"progress":7})"), Said(ProgressSaid{100, ""}));
  EXPECT_EQ(parse_line(R"({"progress":-1e300})"), Said(ProgressSaid{0, ""}));
}

TEST(Said, LogHasAWeight) {
  EXPECT_EQ(parse_line(R"({"log":"slow disk","level":"warn"})"),
            Said(LogSaid{"slow disk", LogWeight::kWarn}));
  EXPECT_EQ(parse_line(R"({"log":"x","level":"error"})"), Said(LogSaid{"x", LogWeight::kError}));
  EXPECT_EQ(parse_line(R"({"log":"x"})"), Said(LogSaid{"x", LogWeight::kInfo}));
}

TEST(Said, AResultIsInAnEnvelopeOrTheLineItself) {
  ResultSaid status;
  status.state = "running";
  status.version = "2.4.1";
  status.handle = "unit:shop.service";
  EXPECT_EQ(parse_line(R"({"state":"running","version":"2.4.1","handle":"unit:shop.service"})"),
            Said(status));
  EXPECT_EQ(parse_line(
                R"({"result":{"state":"running","version":"2.4.1","handle":"unit:shop.service"}})"),
            Said(status));
  const Said described = parse_line(R"({"contract":1,"name":"hook","commands":["deploy",7]})");
  ASSERT_TRUE(std::holds_alternative<ResultSaid>(described));
  EXPECT_EQ(std::get<ResultSaid>(described).contract, 1U);
  EXPECT_EQ(std::get<ResultSaid>(described).commands, std::vector<std::string>{"deploy"});
}

TEST(Said, WhatIsNoJsonOfTheContractIsText) {
  EXPECT_EQ(text_of("unpacking"), "unpacking");
  EXPECT_EQ(text_of(""), "");
  EXPECT_EQ(text_of("{half"), "{half");
  EXPECT_EQ(text_of(R"({"other":1})"), R"({"other":1})");
  EXPECT_EQ(text_of("[1,2]"), "[1,2]");
}

TEST(Said, F44_BinaryAndLongLinesAreBoundedText) {
  EXPECT_EQ(text_of("\xff\xfe"), "??");
  EXPECT_EQ(text_of(std::string(100'000, 'x')).size(), kMaxSaidText);
  EXPECT_LE(text_of(R"({"log":")" + std::string(9000, 'y') + "\"}").size(), kMaxSaidText);
  EXPECT_LE(text_of("{\"a\":" + std::string(60'000, '[')).size(), kMaxSaidText);
}

TEST(Said, TheLastLineIsOneWithSomethingInIt) {
  EXPECT_EQ(last_line_said("one\ntwo\n \r\n\n"), "two");
  EXPECT_EQ(last_line_said("one"), "one");
  EXPECT_EQ(last_line_said(" \n"), "");
  EXPECT_EQ(last_line_said("one\n\xff"), "?");
}

TEST(Said, OtherTypesAreLeftOut) {
  const Said said = parse_line(R"({"result":{"state":7,"contract":"one","commands":"all"}})");
  EXPECT_EQ(said, Said(ResultSaid{}));
}

}  // namespace
}  // namespace groupctl::deployers
