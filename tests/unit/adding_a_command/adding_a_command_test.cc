// NOTE, made of what docs/adding-a-command.md says and of nothing else, in a group of one
// coordinator and two members. The tests of the tables run beside it, over NOTE too.
#include <gtest/gtest.h>

#include <fstream>

#include "cli/parser.h"
#include "commands/system/system.h"
#include "tests/scenario/player.h"

namespace groupctl {
namespace {

class AddingACommand : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* line : {"start coordinator", "start m1", "start m2", "advance 1s"}) {
      EXPECT_EQ(player.run(line), "");
    }
  }
  scenario::Player player;
};

TEST_F(AddingACommand, G49_TheCommandOfTheGuideIsSequencedExecutedAndDescribed) {
  EXPECT_EQ(player.run("submit a1 NOTE begin to all"), "accepted 3\n");
  player.run("advance 500ms");
  EXPECT_EQ(player.run("show ledger 3"),
            "3 NOTE begin to all: 2 targets, done 2, closed\n  m1 done\n  m2 done\n");
  EXPECT_NE(player.run("show log").find("3 NOTE begin to all"), std::string::npos);
}

TEST_F(AddingACommand, G49_WhatItRefusesIsNotSequenced) {
  const std::string refused = player.run("submit a1 NOTE to all");
  EXPECT_NE(refused.find("refused"), std::string::npos) << refused;
  EXPECT_NE(refused.find("NOTE: no text"), std::string::npos) << refused;
  EXPECT_EQ(player.run("submit a1 NOTE begin to all"), "accepted 3\n");
}

TEST_F(AddingACommand, G49_AllElseIsAsItWas) {
  EXPECT_EQ(player.run("submit a1 DEPLOY shop@1 to all"), "accepted 3\n");
  EXPECT_EQ(player.run("submit a1 NOTE begin to m1"), "accepted 4\n");
  player.run("advance 500ms");
  EXPECT_EQ(player.run("show m1"), "m1 is in_step, R=4 E=4 of 4\n  in place shop@1\n");
  EXPECT_EQ(player.run("show m2"), "m2 is in_step, R=4 E=4 of 4\n  in place shop@1\n");
}

TEST(AddingACommandsWord, G49_TheVerbAndItsHelpComeFromTheRow) {
  const Parsed parsed =
      parse_command_line({"note", "change 881 begins", "-t", "role=web"}, syntax_table());
  const auto* invocation = std::get_if<Invocation>(&parsed);
  ASSERT_NE(invocation, nullptr);
  const auto& call = std::get<SubmitCall>(invocation->call);
  const auto built = call.row->build(call.values);
  ASSERT_TRUE(built);
  EXPECT_EQ(call.row->describe(built->payload), "NOTE change 881 begins");
  EXPECT_EQ(call.row->fields(built->payload),
            (std::vector<std::pair<std::string, std::string>>{{"text", "change 881 begins"}}));
  const Parsed help = parse_command_line({"note", "--help"}, syntax_table());
  EXPECT_NE(std::get<HelpText>(help).text.find("write a line into the log"), std::string::npos);
}

TEST(AddingACommandsWord, G49_TheGuidesListIsTheProjectsAndNote) {
  EXPECT_EQ(std::string(GUIDE_WORDS), std::string(PROJECT_WORDS) + " note");
  EXPECT_NE(command_table().supported().find("NOTE"), std::string::npos);
}

}  // namespace
}  // namespace groupctl
