#include "member/status_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace groupctl {
namespace {

LocalStatus a_status() {
  LocalStatus status;
  status.group = "shop";
  status.name = "m1";
  status.phase = "in_step";
  status.known_head = Sequence(7);
  status.properties = {{"motd", "x\x1b[2J\xff"}};
  status.delta = {{"artefact/site", "failed", Sequence(7), "line\nseq 8 done"}};
  return status;
}

TEST(StatusText, WhatOperatorsWroteCannotSteerTheTerminal) {
  const std::string text = status_table(a_status());
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("motd=x\\x1b[2J"), std::string::npos) << text;
  EXPECT_NE(text.find("line\\x0aseq 8 done"), std::string::npos) << text;
}

TEST(StatusText, JsonHasTheEnvelopeOfGroupctlInOneLine) {
  const std::string text = status_json(a_status());
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json.at("schema"), "groupctl/1");
  EXPECT_EQ(json.at("kind"), "MemberStatus");
  EXPECT_EQ(json.at("knownHead"), 7);
  EXPECT_EQ(json.at("delta").at(0).at("message"), "line\nseq 8 done");
  EXPECT_FALSE(json.contains("note"));
}

TEST(StatusText, AnErrorIsJsonTooAndNamesTheExitCode) {
  const auto json = nlohmann::json::parse(error_json({ErrorCode::kUnreachable, "nobody"}));
  EXPECT_EQ(json.at("kind"), "Error");
  EXPECT_EQ(json.at("code"), "unreachable");
  EXPECT_EQ(json.at("exitCode"), 69);
}

}  // namespace
}  // namespace groupctl
