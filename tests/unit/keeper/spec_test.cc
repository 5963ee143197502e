#include "keeper/spec.h"

#include <gtest/gtest.h>

namespace groupctl::keeper {
namespace {

KeptSpec some_spec() {
  KeptSpec spec;
  spec.program = {"/bin/x", {"x", "-v"}, {{"A", "1"}, {"B", ""}}, "/tmp",
                  "nobody", true,        {1, 2, 3, 4, 5, 6},      700};
  spec.restart = {Restart::kAlways, 1, 2, 3, 4};
  spec.refresh_signal = 10;
  spec.run_id = "abc";
  return spec;
}

ProgramSpec program(const std::string& path) {
  ProgramSpec spec;
  spec.path = path;
  return spec;
}

/// The message of a spec that is `part` of which is replaced.
std::string error_with(const std::string& part, const std::string& by) {
  std::string text = *to_json(some_spec());
  const auto at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  text.replace(at, part.size(), by);
  const auto read = kept_spec_from_json(text);
  return read ? "no error" : read.error().text;
}

TEST(KeeperSpec, IsReadAsItWasWritten) {
  EXPECT_EQ(kept_spec_from_json(*to_json(some_spec())), some_spec());
  EXPECT_EQ(program_from_json(*to_json(some_spec().program)), some_spec().program);
  const KeptState state = {Phase::kBackingOff, 1, 2, 3, "boot", 4, 5, 6, 7, 8, "exit code 1", "id"};
  EXPECT_EQ(kept_state_from_json(*to_json(state)), state);
}

TEST(KeeperSpec, IsReadStrictly) {
  EXPECT_EQ(error_with("\"run_id\":\"abc\"", "\"run_id\":\"abc\",\"more\":1"), "an unknown field");
  EXPECT_EQ(error_with("\"run_id\":\"abc\"", "\"run_id\":3"), "run_id: not a text");
  EXPECT_EQ(error_with(",\"run_id\":\"abc\"", ""), "run_id: missing");
  EXPECT_EQ(error_with("\"always\"", "\"sometimes\""), "restart: when: no such word: sometimes");
  EXPECT_EQ(error_with("\"grace_ms\":700", "\"grace_ms\":-1"),
            "program: grace_ms: not a whole number");
  EXPECT_EQ(error_with("\"checked\":true", "\"checked\":1"),
            "program: checked: neither true nor false");
  EXPECT_EQ(error_with("[\"x\",\"-v\"]", "[\"x\",1]"), "program: argv: not a list of texts");
  EXPECT_EQ(error_with("\"A\":\"1\"", "\"A\":1"), "program: environment: not an object of texts");
}

TEST(KeeperSpec, OtherTextsAreErrors) {
  EXPECT_EQ(kept_spec_from_json("").error().text, "not JSON");
  EXPECT_EQ(kept_spec_from_json("[]").error().text, "not an object");
  EXPECT_EQ(kept_spec_from_json("{\"program\":[]}").error().text, "program: not an object");
  EXPECT_EQ(kept_spec_from_json(std::string(kMaxSpecBytes + 1, ' ')).error().text, "too long");
}

TEST(KeeperSpec, WhatCannotBeRunIsRefused) {
  EXPECT_TRUE(check(program("/bin/true")));
  EXPECT_FALSE(check(program("bin/true")));
  EXPECT_FALSE(check(program("")));
  EXPECT_FALSE(check(program(std::string("/bin/\0true", 10))));
  EXPECT_FALSE(check(program("/bin/\xff")));
  ProgramSpec spec = program("/bin/true");
  spec.folder = "here";
  EXPECT_FALSE(check(spec));
  spec.folder = "/";
  spec.environment = {{"A=B", "C"}};
  EXPECT_FALSE(check(spec));
  spec.environment = {};
  spec.argv = {std::string("a\0b", 3)};
  EXPECT_FALSE(check(spec));
}

}  // namespace
}  // namespace groupctl::keeper
