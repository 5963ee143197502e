// What programs said on members, fetched from a scripted coordinator with members behind it.
#include "cli/outputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/folded_names.h"
#include "commands/left_behind.h"
#include "daemon/file_digest.h"
#include "tests/unit/cli/typed_lines.h"

namespace groupctl {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;
using Names = std::vector<std::string>;

LeftContent left_content(const std::string& content) {
  Sha256 sha;
  sha.add(as_bytes(content));
  return {sha.finish(), content.size()};
}

class OutputsTest : public TypedLines {
 protected:
  OutputsTest() : TypedLines([this](const AdminRequest& request) { return answer(request); }) {}

  /// A target whose program ended so and said so.
  void target(const std::string& name, const std::string& out, int code = 0,
              const std::string& err_said = "") {
    const std::string end = code == 0 ? "exit code 0" : "exit code " + std::to_string(code);
    const Json kept = {{"end", end}, {"exitCode", code}, {"out", out}, {"err", err_said}};
    keeps(name, kept.dump(), code == 0 ? Outcome::kDone : Outcome::kFailed, code == 0 ? "" : end);
  }
  void keeps(const std::string& name, const std::string& content, Outcome outcome,
             const std::string& before = "") {
    const std::uint64_t id = rows.size() + 1;
    contents[id] = content;
    rows.push_back(ledger_row(id, name, outcome, outcome == Outcome::kDone ? "" : "exec",
                              with_content(before, left_content(content))));
  }

  std::vector<AdminReply> answer(const AdminRequest& request) {
    if (std::holds_alternative<AdminHello>(request)) return {hello_reply()};
    if (const auto* ask = std::get_if<MemberAsk>(&request)) {
      asked.push_back(ask->member.value);
      if (gone.contains(ask->member.value)) return {QueryRefused{ErrorCode::kUnreachable, "lost"}};
      const std::string& content = contents[ask->member.value];
      const auto question = decode_question(ask->question);
      const auto& place = std::get<BundleQuestion>(*question);
      const std::string piece = content.substr(place.offset, kQuestionPageBytes);
      const BundleChunk chunk{content.size(), left_content(content).digest, place.offset,
                              copy_bytes(as_bytes(piece))};
      return {MemberAnswered{encode(Answer(chunk))}};
    }
    if (const auto* submit = std::get_if<Submit>(&request)) {
      submitted = submit->commands.front();
      return {Accepted{Sequence(412), Sequence(412), {}}};
    }
    if (std::holds_alternative<LogQuery>(request)) {
      Entry entry;
      entry.sequence = Sequence(412);
      entry.target = Target::all();
      entry.kind = submitted.kind;
      entry.entry_class = EntryClass::kNeverLate;
      entry.payload = submitted.payload;
      return {LogReply{
          {{encode_entry(entry), static_cast<std::uint32_t>(rows.size()), {}}}, {}, {}, false}};
    }
    Update update;
    update.sequence = Sequence(412);
    update.version = 1;
    update.targets = static_cast<std::uint32_t>(rows.size());
    for (const LedgerRow& row : rows) update.counts.push_back({row.outcome, 1});
    update.rows = rows;
    update.closed = true;
    return {update};
  }

  Said exec(const Names& more = {"--", "df", "-h"}) {
    Names words = {"exec"};
    words.insert(words.end(), more.begin(), more.end());
    return run_words(words);
  }

  SubmittedCommand submitted;
  std::vector<LedgerRow> rows;
  std::map<std::uint64_t, std::string> contents;
  std::set<std::uint64_t> gone;
  std::vector<std::uint64_t> asked;
};

TEST_F(OutputsTest, WhoSaysTheSameStandsTogether) {
  for (const char* name : {"web-01", "web-02", "web-03", "web-05"}) target(name, "41%\n");
  target("web-04", "97%\n");
  const Said said = exec();
  EXPECT_EQ(said.exit_code, 0) << err;
  EXPECT_THAT(said.out, ::testing::StartsWith("web-01..03 web-05  (4 identical)\n  41%\n"
                                              "web-04\n  97%\n\n"));
  EXPECT_THAT(asked, ::testing::SizeIs(2)) << "each different output is fetched once";
  EXPECT_THAT(said.out, ::testing::Not(HasSubstr("sha256")));
}

TEST_F(OutputsTest, AnyExitCodeButZeroIsShownAndExitsOne) {
  target("web-01", "fine\n");
  target("web-02", "half\n", 3, "no such table\n");
  const Said said = exec();
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.out, HasSubstr("web-02  exit code 3\n  half\n  ! no such table\n"));
  EXPECT_THAT(said.out, HasSubstr("failed"));
}

TEST_F(OutputsTest, PerLineEachLineHasItsMember) {
  target("web-01", "a\nb\n");
  target("db-1", "a\nb\n");
  EXPECT_THAT(exec({"--per-line", "--", "df"}).out,
              ::testing::StartsWith("db-1    a\ndb-1    b\nweb-01  a\nweb-01  b\n\n"));
}

TEST_F(OutputsTest, ProgramsGetEveryOutputWithItsMembers) {
  target("web-01", "fine\n");
  target("web-02", "half", 3);
  keeps("web-03", R"({"end":"killed by SIGSEGV","out":"","err":""})", Outcome::kFailed, "killed");
  const Said said = exec({"-o", "json", "--", "df"});
  const Json shown = Json::parse(said.out);
  EXPECT_EQ(shown.at("kind"), "CommandResult");
  ASSERT_EQ(shown.at("outputs").size(), 3U);
  EXPECT_EQ(shown.at("outputs")[0], (Json{{"members", {"web-01"}},
                                          {"end", "exit code 0"},
                                          {"exitCode", 0},
                                          {"out", "fine\n"},
                                          {"err", ""}}));
  EXPECT_EQ(shown.at("outputs")[1].at("exitCode"), 3);
  EXPECT_FALSE(shown.at("outputs")[2].contains("exitCode"));
  EXPECT_FALSE(shown.contains("outputsMissing"));
}

TEST_F(OutputsTest, AnotherHolderIsAskedAndWhatNobodyHasIsNamed) {
  for (const char* name : {"web-01", "web-02", "web-03", "web-04"}) target(name, "41%\n");
  target("web-09", "97%\n");
  gone = {1, 2, 5};
  const Said said = exec();
  EXPECT_EQ(said.exit_code, 1) << "an output is missing";
  EXPECT_THAT(said.out, HasSubstr("web-01..04  (4 identical)\n  41%\n"));
  EXPECT_THAT(said.out, HasSubstr("web-09  its output is missing: lost\n"));
  gone = {1, 2, 3, 4, 5};
  asked.clear();
  EXPECT_THAT(exec().out, HasSubstr("web-04  its output is missing: lost\n"));
  EXPECT_THAT(asked, ::testing::UnorderedElementsAre(1, 5, 2, 3)) << "not more than three of each";
}

TEST_F(OutputsTest, ForeignContentIsNoOutput) {
  keeps("web-01", "[1, 2]", Outcome::kDone);
  keeps("web-02", R"({"end": 3, "out": "", "err": ""})", Outcome::kDone);
  const Said said = exec();
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.out, HasSubstr("web-02  its output is missing: what the member keeps is no"));
}

TEST_F(OutputsTest, AnotherCommandsOutputIsNotTaken) {
  target("web-01", "fine\n");
  contents[1] = R"({"end":"exit code 0","exitCode":0,"out":"other\n","err":""})";
  const Said said = exec();
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.out, HasSubstr("another command's output is kept under its number"));
}

TEST_F(OutputsTest, OutputsThatAreTooLongInAllAreNotFetched) {
  for (std::uint64_t id = 1; id <= 3; ++id) {
    const LeftContent large{left_content(std::to_string(id)).digest, kMaxOutputBytes / 2 + 1};
    rows.push_back(
        ledger_row(id, "web-0" + std::to_string(id), Outcome::kDone, "", with_content("", large)));
  }
  const Said said = exec();
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.out, HasSubstr("its output is missing: the outputs are too long in all\n"));
  EXPECT_THAT(asked, ::testing::SizeIs(::testing::Le(1U)));
}

TEST_F(OutputsTest, OfThoseThatSaidNothingNothingIsAsked) {
  rows.push_back(ledger_row(1, "web-01", Outcome::kDone));
  rows.push_back(ledger_row(2, "web-02", Outcome::kExpired));
  const Said said = exec({"--", "true"});
  EXPECT_EQ(said.exit_code, 1) << "one of them did not run it";
  EXPECT_TRUE(asked.empty());
}

TEST_F(OutputsTest, ResultShowsThemLater) {
  target("web-01", "fine\n");
  EXPECT_EQ(exec({"--no-wait", "--", "df"}).exit_code, 0) << err;
  EXPECT_TRUE(asked.empty());
  const Said said = run_words({"result", "412"});
  EXPECT_EQ(said.exit_code, 0) << err;
  EXPECT_THAT(said.out, ::testing::StartsWith("web-01\n  fine\n"));
}

TEST_F(OutputsTest, WhatForeignProgramsSayCannotDriveATerminal) {
  target("web-01", "\x1b[2Jred\x07\n");
  EXPECT_THAT(exec().out, ::testing::AllOf(::testing::Not(HasSubstr("\x1b")),
                                           ::testing::Not(HasSubstr("\x07"))));
}

TEST_F(OutputsTest, RefusedWords) {
  EXPECT_EQ(exec({"--", "/bin/df"}).exit_code, 2);
  EXPECT_THAT(err, HasSubstr("is a path: give the program's name"));
  EXPECT_EQ(exec({}).exit_code, 2);
  EXPECT_TRUE(coordinator.requests_of<Submit>().empty());
}

TEST(FoldedNames, FoldsThreeAndMoreThatCountUpByOne) {
  EXPECT_EQ(folded_names({}), "");
  EXPECT_EQ(folded_names({"web-1", "web-2"}), "web-1 web-2");
  EXPECT_EQ(folded_names({"web-1", "web-2", "web-3", "x"}), "web-1..3 x");
  EXPECT_EQ(folded_names({"web-08", "web-09", "web-10", "web-12"}), "web-08..10 web-12");
  EXPECT_EQ(folded_names({"web-8", "web-9", "web-10"}), "web-8 web-9 web-10");
  EXPECT_EQ(folded_names({"a1", "b2", "c3"}), "a1 b2 c3");
  EXPECT_EQ(folded_names({"1", "2", "3"}), "1..3");
  EXPECT_EQ(folded_names({"x12345678901", "x12345678902", "x12345678903"}),
            "x12345678901 x12345678902 x12345678903");
}

}  // namespace
}  // namespace groupctl
