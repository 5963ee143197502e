#include "deployers/call_about.h"

#include <gtest/gtest.h>

#include "deployers/shallow_json.h"

namespace groupctl::deployers {
namespace {

Subject subject(const std::string& config = {}) {
  return {"site",        "2.0",  "sha256:ab",     "/files/site/2.0", "/files/site/current",
          "/state/site", config, "/state/site.d", "unit:1"};
}

nlohmann::json input(const Call& call) { return nlohmann::json::parse(call.input); }

TEST(CallAbout, EnvironmentAndInputTellTheSame) {
  const Call call = call_about("deploy", subject());
  EXPECT_EQ(call.command, "deploy");
  EXPECT_EQ(call.folder, "/state/site.d");
  EXPECT_EQ(call.environment.at("GROUP_RELEASE_DIR"), "/files/site/2.0");
  EXPECT_EQ(input(call).at("releaseDir"), "/files/site/2.0");
  EXPECT_EQ(call.environment.at("GROUP_HANDLE"), "unit:1");
  EXPECT_EQ(input(call).at("handle"), "unit:1");
  EXPECT_EQ(input(call).at("contract"), kContract);
}

TEST(CallAbout, APlanIsNotToldOfFilesThatAreNotThere) {
  const Call call = call_about("plan", subject());
  EXPECT_EQ(call.environment.at("GROUP_RELEASE_DIR"), "");
  EXPECT_EQ(input(call).at("releaseDir"), "");
}

TEST(CallAbout, AConfigurationIsGivenAsJsonWhereItIsSome) {
  EXPECT_EQ(input(call_about("deploy", subject(R"({"a":[1]})"))).at("config").dump(),
            R"({"a":[1]})");
  EXPECT_TRUE(input(call_about("deploy", subject("a = 1"))).at("config").is_null());
  EXPECT_TRUE(input(call_about("deploy", subject(""))).at("config").is_null());
}

TEST(CallAbout, ADeepConfigurationIsInItsFileAlone) {
  const std::string deep = std::string(500'000, '[') + std::string(500'000, ']');
  EXPECT_TRUE(input(call_about("deploy", subject(deep))).at("config").is_null());
}

TEST(CallAbout, WhatOnlyAsksIsQuick) {
  for (const char* command : {"describe", "status", "attach", "plan"}) {
    EXPECT_TRUE(only_asks(command)) << command;
  }
  for (const char* command : {"deploy", "start", "dump"}) EXPECT_FALSE(only_asks(command));
}

}  // namespace
}  // namespace groupctl::deployers
