#include "agent/record.h"

#include <gtest/gtest.h>

#include "daemon/toml.h"

namespace groupctl {
namespace {

TEST(AgentRecord, ReadsWhatItWrites) {
  const MemberRecord record{false, 4711, 123456789, "b00t"};
  EXPECT_EQ(read_record(record_text(record)), record);
  EXPECT_EQ(read_record(record_text({})), MemberRecord());
}

TEST(AgentRecord, WhatIsNoRecordIsCorrupt) {
  for (const char* text : {"", "{}", "[]", "{\"wanted\":1}", "no JSON"}) {
    const auto read = read_record(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
  }
}

TEST(AgentRecord, AMembersConfigurationHoldsNoSecretAndNothingThatIsExpanded) {
  SpawnMember spawn;
  spawn.member = {"shop", "m1"};
  spawn.coordinator = "tcp://127.0.0.1:7400";
  spawn.server_key.bytes[0] = 1;
  spawn.token.bytes[0] = 0xab;
  spawn.labels = {{"a.b", "\"${HOME}\"\n"}};
  const std::string text = member_toml(spawn, "/agent/members/shop/m1");
  EXPECT_EQ(text.find(spawn.token.hex()), std::string::npos);
  const auto table = parse_toml(text, "member.toml");
  ASSERT_TRUE(table) << table.error().text;
  const auto of = [&](const std::string& key) {
    for (const TomlEntry& entry : table->entries) {
      if (entry.key == key) return entry.value;
    }
    return TomlNode{};
  };
  EXPECT_EQ(of("state_dir").text, "/agent/members/shop/m1/state");
  EXPECT_EQ(of("server_key").text, spawn.server_key.hex());
  EXPECT_EQ(of("keys").entries.at(0).value.text, "/agent/members/shop/m1/keys");
  ASSERT_EQ(of("labels").entries.size(), 1U);
  EXPECT_EQ(of("labels").entries[0].key, "a.b");
  EXPECT_EQ(of("labels").entries[0].value.text, "\"$${HOME}\"\n");
}

}  // namespace
}  // namespace groupctl
