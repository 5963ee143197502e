#include "cli/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <sstream>

namespace groupctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ParserTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ::unsetenv("GROUPCTL_ENDPOINT");
    ::unsetenv("GROUPCTL_CONTEXT");
    ::unsetenv("GROUPCTL_GROUP");
    ::setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
  }

  static Parsed parse(const std::vector<std::string>& words) {
    return parse_command_line(words, syntax_table());
  }
  static Invocation invocation(const std::vector<std::string>& words) {
    const Parsed parsed = parse(words);
    const auto* error = std::get_if<UsageError>(&parsed);
    EXPECT_EQ(error, nullptr) << error->failure.message;
    return std::get<Invocation>(parsed);
  }
  template <class Wanted>
  static Wanted call(const std::vector<std::string>& words) {
    return std::get<Wanted>(invocation(words).call);
  }
  static std::string usage_error(const std::vector<std::string>& words) {
    const Parsed parsed = parse(words);
    const auto* error = std::get_if<UsageError>(&parsed);
    if (error == nullptr) return "no error";
    EXPECT_EQ(error->failure.exit_code, 2);
    return error->failure.message;
  }
};

TEST_F(ParserTest, DeployWithEveryMutationFlag) {
  const auto deploy =
      call<SubmitCall>({"deploy", "shop@2.4.1", "--archive", "shop.tar.gz", "-t",
                        "role=web,rack!=r3", "--target", "web-07", "--no-wait", "--wait-timeout",
                        "90s", "--id", "ci-881", "-m", "hotfix 881", "--allow-empty"});
  EXPECT_EQ(deploy.row->verb, "deploy");
  EXPECT_THAT(deploy.values.at("ARTEFACT"), ElementsAre("shop@2.4.1"));
  EXPECT_THAT(deploy.values.at("--archive"), ElementsAre("shop.tar.gz"));
  EXPECT_THAT(deploy.targets, ElementsAre("role=web,rack!=r3", "web-07"));
  EXPECT_FALSE(deploy.wait);
  EXPECT_EQ(deploy.wait_timeout_ms, 90'000u);
  EXPECT_EQ(deploy.id, "ci-881");
  EXPECT_EQ(deploy.message, "hotfix 881");
  EXPECT_TRUE(deploy.allow_empty);
  EXPECT_EQ(deploy.ttl_ms, 0u);
}

TEST_F(ParserTest, TheRepositorysVerbs) {
  const auto put = call<RepoPutCall>({"repo", "put", "shop@2.4.1", "shop.tar", "-m", "why"});
  EXPECT_EQ(put.artefact, (CatalogueName{"shop", "2.4.1"}));
  EXPECT_EQ(put.file, "shop.tar");
  EXPECT_EQ(put.message, "why");
  EXPECT_TRUE(call<RepoGcCall>({"repo", "gc", "--dry-run"}).dry_run);
  call<RepoListCall>({"repo", "list"});
  call<RepoVerifyCall>({"repo", "verify"});
  call<ArtefactListCall>({"artefact", "list"});
  EXPECT_EQ(call<ArtefactCall>({"artefact", "where", "shop"}).what, ArtefactCall::What::kWhere);
  EXPECT_THAT(usage_error({"repo", "put", "shop", "shop.tar"}), HasSubstr("NAME@VERSION"));
  EXPECT_THAT(usage_error({"repo", "put", "shop@1"}), HasSubstr("FILE"));
  EXPECT_THAT(usage_error({"repo"}), HasSubstr("repo put"));
  EXPECT_THAT(usage_error({"artefact", "show"}), HasSubstr("NAME"));
}

TEST_F(ParserTest, CommandsWaitTenMinutesByDefault) {
  const auto unset = call<SubmitCall>({"unset", "log.level"});
  EXPECT_TRUE(unset.wait);
  EXPECT_EQ(unset.wait_timeout_ms, 600'000u);
  EXPECT_FALSE(unset.id);
  EXPECT_FALSE(unset.allow_empty);
}

TEST_F(ParserTest, WordsThatAreVerbsOrFlagsElsewhereStayValues) {
  const auto set =
      call<SubmitCall>({"set", "a=[1,2]", "b=-3", "[k]=[1,2]", "c=", "--", "-d=1", "--"});
  EXPECT_THAT(set.values.at("KEY=VALUE"),
              ElementsAre("a=[1,2]", "b=-3", "[k]=[1,2]", "c=", "-d=1", "--"));
  const auto unset = call<SubmitCall>({"unset", "status", "log", "list"});
  EXPECT_THAT(unset.values.at("KEY"), ElementsAre("status", "log", "list"));
  EXPECT_EQ(call<SubmitCall>({"unset", "x", "-m", "status"}).message, "status");
  EXPECT_EQ(call<SubmitCall>({"unset", "x", "-m", "[ci]"}).message, "[ci]");
}

TEST_F(ParserTest, PingWithoutATargetIsTheCoordinators) {
  EXPECT_TRUE(std::holds_alternative<PingCall>(invocation({"ping"}).call));
  const auto ping = call<SubmitCall>({"ping", "-t", "all-but=x", "--ttl", "5s"});
  EXPECT_EQ(ping.row->verb, "ping");
  EXPECT_EQ(ping.ttl_ms, 5000u);
  EXPECT_GT(call<SubmitCall>({"ping", "-t", "web-07"}).ttl_ms, 0u);
}

TEST_F(ParserTest, ATtlIsForCommandsThatAreNeverLate) {
  EXPECT_THAT(usage_error({"set", "a=1", "--ttl", "5s"}), HasSubstr("unknown flag \"--ttl\""));
}

TEST_F(ParserTest, MembersAreNamedBehindTheVerbsOwnWords) {
  const auto deploy =
      call<SubmitCall>({"deploy", "shop@1", "web-03", "--digest", "x", "web-07", "-t", "role=db"});
  EXPECT_THAT(deploy.values.at("ARTEFACT"), ElementsAre("shop@1"));
  EXPECT_THAT(deploy.targets, ElementsAre("role=db", "name=web-03", "name=web-07"));
  EXPECT_THAT(call<SubmitCall>({"ping", "web-03"}).targets, ElementsAre("name=web-03"));
  EXPECT_THAT(usage_error({"deploy", "shop@1", "role=web"}),
              HasSubstr("\"role=web\" is no member's name; a selector stands behind -t"));
}

TEST_F(ParserTest, LabelsAndNamesStandInAnyOrder) {
  const auto label = call<SubmitCall>(
      {"member", "label", "web-03", "role=canary", "web-07", "rack-", "-m", "why"});
  EXPECT_EQ(label.row->verb, "member label");
  EXPECT_THAT(label.values.at("KEY=VALUE"), ElementsAre("role=canary", "rack-"));
  EXPECT_THAT(label.targets, ElementsAre("name=web-03", "name=web-07"));
  EXPECT_EQ(label.message, "why");
  EXPECT_THAT(call<SubmitCall>({"member", "label", "-t", "rack=r4", "x=1"}).targets,
              ElementsAre("rack=r4"));
  EXPECT_THAT(usage_error({"member", "label", "role=web"}), HasSubstr("of whom?"));
  EXPECT_THAT(usage_error({"member", "label", "Web", "role=web"}), HasSubstr("no member's name"));
  EXPECT_THAT(usage_error({"member", "label"}), HasSubstr("KEY=VALUE is needed"));
}

TEST_F(ParserTest, EvictAndShowNameMembers) {
  const auto evict = call<EvictCall>(
      {"member", "evict", "web-2", "web-1", "web-2", "--force", "-m", "gone", "--id", "ci-7"});
  EXPECT_THAT(evict.names, ElementsAre("web-1", "web-2"));
  EXPECT_TRUE(evict.force);
  EXPECT_EQ(evict.message, "gone");
  EXPECT_EQ(evict.id, "ci-7");
  EXPECT_FALSE(call<EvictCall>({"member", "evict", "web-1"}).force);
  EXPECT_TRUE(invocation({"-y", "member", "evict", "web-1"}).global.yes);
  EXPECT_EQ(invocation({"member", "evict", "web-1", "-o", "name"}).global.format, Format::kName);
  EXPECT_EQ(call<MemberShowCall>({"member", "show", "web-1"}).name, "web-1");
  EXPECT_THAT(usage_error({"member", "evict"}), HasSubstr("MEMBER is needed"));
  EXPECT_THAT(usage_error({"member", "evict", "role=web"}), HasSubstr("no member's name"));
  EXPECT_THAT(usage_error({"member", "show"}), HasSubstr("MEMBER is needed"));
}

TEST_F(ParserTest, TheBuiltInVerbs) {
  EXPECT_FALSE(call<StatusCall>({"status"}).exit_code);
  EXPECT_TRUE(call<StatusCall>({"status", "--exit-code"}).exit_code);
  EXPECT_TRUE(std::holds_alternative<MemberListCall>(invocation({"member", "list"}).call));
  EXPECT_EQ(call<LogListCall>({"log", "list"}).limit, 20u);
  const auto list = call<LogListCall>({"log", "list", "-n", "5", "--from", "100"});
  EXPECT_EQ(list.limit, 5u);
  EXPECT_EQ(list.from, Sequence(100));
  EXPECT_EQ(call<LogShowCall>({"log", "show", "412"}).sequence, Sequence(412));
  EXPECT_TRUE(std::holds_alternative<VersionCall>(invocation({"version"}).call));
}

TEST_F(ParserTest, GlobalFlagsStandBeforeOrAfterTheVerb) {
  for (const auto& words : {std::vector<std::string>{"-o", "json", "--timeout", "3s", "-q", "-E",
                                                     "tcp://127.0.0.1:9", "log", "list"},
                            std::vector<std::string>{"log", "list", "-ojson", "--timeout=3s", "-q",
                                                     "-E", "tcp://127.0.0.1:9"}}) {
    const GlobalOptions global = invocation(words).global;
    EXPECT_EQ(global.format, Format::kJson);
    EXPECT_EQ(global.timeout_ms, 3000u);
    EXPECT_TRUE(global.quiet);
    EXPECT_EQ(global.endpoint, "tcp://127.0.0.1:9");
    EXPECT_EQ(global.endpoint_source, "--endpoint");
  }
}

TEST_F(ParserTest, TheEndpointIsFlagThenVariableThenDefault) {
  EXPECT_EQ(invocation({"status"}).global.endpoint, "tcp://127.0.0.1:7401");
  ::setenv("GROUPCTL_ENDPOINT", "tcp://127.0.0.1:8", 1);
  EXPECT_EQ(invocation({"status"}).global.endpoint, "tcp://127.0.0.1:8");
  EXPECT_EQ(invocation({"status"}).global.endpoint_source, "GROUPCTL_ENDPOINT");
  EXPECT_EQ(invocation({"status", "-E", "ipc:///x"}).global.endpoint, "ipc:///x");
  ::unsetenv("GROUPCTL_ENDPOINT");
}

TEST_F(ParserTest, UsageErrorsSayWhatWasMeant) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{}, "a command is needed"},
      {{"depoly", "x@1"}, "unknown command \"depoly\". Did you mean: deploy?"},
      {{"log", "lst"}, "unknown command \"lst\". Did you mean: list?"},
      {{"log"}, "log list, log show SEQ or log tail is needed"},
      {{"member"}, "member list, show, label, evict, start, stop, restart or spawn is needed"},
      {{"log", "show"}, "SEQ is needed"},
      {{"log", "show", "x"}, "SEQ: \"x\" is no number"},
      {{"log", "show", "0"}, "SEQ: \"0\" is no number"},
      {{"status", "-x"}, "unknown flag \"-x\"."},
      {{"log", "show", "1", "2"}, "unexpected argument \"2\""},
      {{"log", "list", "-n", "-1"}, "--limit"},
      {{"deploy"}, "ARTEFACT is needed"},
      {{"deploy", "a@1", "--digset", "x"}, "unknown flag \"--digset\". Did you mean: --digest?"},
      {{"status", "--exit-cod"}, "Did you mean: --exit-code?"},
      {{"set"}, "KEY=VALUE is needed"},
      {{"set", "a=1", "--wait-timeout", "10"}, "a unit is needed"},
      {{"set", "a=1", "--wait", "--no-wait"}, "contradict"},
      {{"set", "a=1", "--id", ""}, "empty key"},
      {{"status", "-o"}, "--output needs a value"},
      {{"set", "a=1", "--id"}, "--id needs a value"},
      {{"status", "-o", "json", "-o", "table"}, "--output is given twice"},
      {{"status", "-o", "xml"}, "is none of table, json, jsonl, name"},
      {{"status", "-o", "name"}, "name is for commands"},
      {{"log", "tail", "-f", "-o", "json"},
       "log tail -f has no end, and json is one object: jsonl"},
      {{"watch", "-o", "json"}, "watch has no end"},
      {{"wait"}, "wait for what?"},
      {{"wait", "7", "--for", "in-step"}, "wait for what?"},
      {{"wait", "7", "soon"}, "SEQ: \"soon\" is no number"},
      {{"wait", "--for", "luck"}, "is none of in-step, in-step=SEQ, member=NAME"},
      {{"wait", "--for", "in-step=x"}, "--for in-step: \"x\" is no number"},
      {{"wait", "--for", "member=A B"}, "is none of in-step"},
      {{"status", "--timeout", "soon"}, "--timeout: \"soon\" is no duration"},
      {{"status", "--color", "blue"}, "is none of auto, always, never"},
      {{"ping", "--ttl", "5s"}, "--ttl is for a ping of members: give -t too"},
  };
  for (const auto& [words, text] : cases) EXPECT_THAT(usage_error(words), HasSubstr(text));
}

TEST_F(ParserTest, AWrongLineIsJsonWhereJsonWasAskedFor) {
  EXPECT_EQ(std::get<UsageError>(parse({"-o", "json", "depoly"})).format, Format::kJson);
  EXPECT_EQ(std::get<UsageError>(parse({"depoly", "--output=json"})).format, Format::kJson);
  EXPECT_EQ(std::get<UsageError>(parse({"depoly"})).format, Format::kTable);
}

TEST_F(ParserTest, HelpAndVersion) {
  EXPECT_THAT(std::get<HelpText>(parse({"--help"})).text, HasSubstr("deploy"));
  EXPECT_THAT(std::get<HelpText>(parse({"deploy", "--help"})).text, HasSubstr("--digest HEX"));
  EXPECT_EQ(std::get<HelpText>(parse({"help"})).text, std::get<HelpText>(parse({"-h"})).text);
  EXPECT_EQ(std::get<HelpText>(parse({"help", "log", "list"})).text,
            std::get<HelpText>(parse({"log", "list", "--help"})).text);
  EXPECT_THAT(std::get<HelpText>(parse({"set", "--help"})).text,
              HasSubstr("Usage: groupctl set [OPTIONS] KEY=VALUE ...\n"));
  EXPECT_THAT(std::get<HelpText>(parse({"--version"})).text, HasSubstr("groupctl 0."));
}

TEST_F(ParserTest, HelpFitsATerminalOf80Columns) {
  for (const auto& [verb, flags] : flags_by_verb(syntax_table())) {
    std::vector<std::string> words = {"help"};
    std::istringstream in(verb);
    for (std::string word; in >> word;) words.push_back(word);
    std::istringstream text(std::get<HelpText>(parse(words)).text);
    for (std::string line; std::getline(text, line);) EXPECT_LE(line.size(), 80u) << line;
  }
}

// Every verb of the table is in the tree, and takes what the table says.
TEST_F(ParserTest, EveryCommandOfTheTableIsAVerb) {
  const auto verbs = flags_by_verb(syntax_table());
  for (const SyntaxRow& row : syntax_table()) {
    if (row.verb.empty()) continue;
    const auto found = std::find_if(verbs.begin(), verbs.end(),
                                    [&](const auto& v) { return v.first == row.verb; });
    ASSERT_NE(found, verbs.end()) << row.verb;
    for (const SyntaxOption& option : row.options) {
      EXPECT_THAT(found->second, ::testing::Contains(std::string(option.name)));
    }
  }
}

TEST_F(ParserTest, NoFlagOfAVerbHidesAGlobalOne) {
  const auto verbs = flags_by_verb(syntax_table());
  ASSERT_FALSE(verbs.empty());
  ASSERT_EQ(verbs.front().first, "");
  const std::set<std::string> global(verbs.front().second.begin(), verbs.front().second.end());
  EXPECT_TRUE(global.contains("--endpoint"));
  for (std::size_t i = 1; i < verbs.size(); ++i) {
    std::set<std::string> own;
    for (const std::string& flag : verbs[i].second) {
      EXPECT_TRUE(own.insert(flag).second) << verbs[i].first << " has two " << flag;
      if (flag == "-h" || flag == "--help") continue;
      EXPECT_FALSE(global.contains(flag)) << verbs[i].first << " hides " << flag;
    }
  }
}

}  // namespace
}  // namespace groupctl
