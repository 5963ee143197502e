// groupctl as scripts see it: exit codes, JSON, one-line errors, and answers that are lost.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <sstream>

#include "tests/process/harness_link.h"
#include "tests/process/harness_load.h"
#include "tests/schema/output_schema.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

const std::string kNothing(64, 'a');  // the digest of no archive

void expect_one_line(const Answer& answer) {
  EXPECT_TRUE(answer.err.starts_with("error: ")) << answer.err;
  const auto lines = std::count(answer.err.begin(), answer.err.end(), '\n');
  EXPECT_LE(lines, answer.err.find("\nhint: ") == std::string::npos ? 1 : 2) << answer.err;
  EXPECT_EQ(answer.out, "");
}

TEST(Surface, ExitCodesOfACommand) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1", "m2"});
  EXPECT_EQ(group.ctl({"set", "k=1"}).exit_code, 0);
  EXPECT_EQ(group.ctl({"deploy", "ghost@1", "--digest", kNothing}).exit_code, 1);
  EXPECT_EQ(group.ctl({"set", "k=1", "-t", "role=nobody"}).exit_code, 3);
  EXPECT_EQ(group.ctl({"set", "k=1", "-t", "role=nobody", "--allow-empty"}).exit_code, 0);
  EXPECT_EQ(group.ctl({"set", "k=1", "--id", "a"}).exit_code, 0);
  EXPECT_EQ(group.ctl({"set", "k=2", "--id", "a"}).exit_code, 7) << "another command, same id";
  group.member("m2").process().send(SIGSTOP);
  EXPECT_EQ(group.ctl({"set", "k=3", "--wait-timeout", "300ms"}).exit_code, 5);
  EXPECT_EQ(group.ctl({"set", "k=4"}).exit_code, 1) << "a member that is silent is lost";
  group.member("m2").process().send(SIGCONT);
  group.expect_converged({"m1", "m2"});
}

TEST(Surface, ErrorsAreOneLineAndTheirCodes) {
  Group group;
  const Answer nobody = group.ctl({"status", "--timeout", "1s"});
  EXPECT_EQ(nobody.exit_code, 4);
  expect_one_line(nobody);
  ASSERT_TRUE(group.start_coordinator());
  const std::vector<std::pair<std::vector<std::string>, int>> wrong = {
      {{"depoly", "site@1"}, 2},
      {{"deploy"}, 2},
      {{"deploy", "site"}, 3},
      {{"repo", "put", "site", "/nowhere"}, 2},
      {{"artefact", "where", "site"}, 3},
      {{"deploy", "site@1", "--archive", "/nowhere"}, 2},
      {{"set", "novalue"}, 2},
      {{"set", "k=v", "--wait-timeout", "soon"}, 2},
      {{"status", "--output", "xml"}, 2},
      {{"set", "k=v", "-t", "role=nobody"}, 3},
      {{"set", "k=v", "-t", "(("}, 2},
      {{"log", "show", "999"}, 3},
  };
  for (const auto& [words, code] : wrong) {
    const Answer answer = group.ctl(words);
    EXPECT_EQ(answer.exit_code, code) << words.front() << ": " << answer.err;
    expect_one_line(answer);
  }
  EXPECT_NE(group.ctl({"depoly"}).err.find("Did you mean: deploy?"), std::string::npos);
}

TEST(Surface, EveryVerbGivesJson) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1"});
  const std::string archive = group.pack_site("1.0");
  const std::vector<std::pair<std::vector<std::string>, std::string>> verbs = {
      {{"deploy", "site@1.0", "--archive", archive}, "CommandResult"},
      {{"set", "k=1"}, "CommandResult"},
      {{"set", "k=2", "--no-wait"}, "CommandResult"},
      {{"unset", "k"}, "CommandResult"},
      {{"ping", "-t", "m1"}, "CommandResult"},
      {{"undeploy", "site"}, "CommandResult"},
      {{"dump", "--collect", (group.dir() / "d").string()}, "Collection"},
      {{"ping"}, "Ping"},
      {{"status"}, "Status"},
      {{"member", "list"}, "MemberList"},
      {{"log", "list"}, "LogList"},
      {{"log", "show", "2"}, "LogEntry"},
      {{"log", "tail"}, "LogList"},
      {{"wait", "2"}, "CommandResult"},
      {{"wait", "2", "3"}, "CommandResultList"},
      {{"wait", "--for", "in-step"}, "MemberList"},
      {{"wait", "999", "--wait-timeout", "100ms"}, "Error"},
      {{"member", "show", "m1"}, "Member"},
      {{"diff"}, "Diff"},
      {{"repo", "put", "site@1.0", archive}, "ArtefactPut"},
      {{"repo", "list"}, "RepositoryList"},
      {{"repo", "verify"}, "RepositoryVerify"},
      {{"repo", "gc", "--dry-run"}, "RepositoryGc"},
      {{"artefact", "list"}, "ArtefactList"},
      {{"artefact", "show", "site"}, "ArtefactDetail"},
      {{"artefact", "where", "site"}, "ArtefactWhere"},
      {{"reconcile", "m1"}, "ReconcileResult"},
      {{"context", "list"}, "ContextList"},
      {{"version"}, "Version"},
      {{"log", "show", "999"}, "Error"},
      {{"no-such-verb"}, "Error"},
      {{"set", "k=1", "-t", "nobody"}, "Error"},
  };
  for (auto [words, kind] : verbs) {
    words.insert(words.end(), {"-o", "json"});
    const Answer answer = group.ctl(words);
    const auto json = answer.json();
    EXPECT_EQ(testing::schema_complaints(answer.out), "") << answer.out;
    EXPECT_EQ(json.value("kind", ""), kind) << words.front() << ": " << answer.out;
    EXPECT_EQ(std::count(answer.out.begin(), answer.out.end(), '\n'), 1);
    EXPECT_EQ(json.value("exitCode", answer.exit_code), answer.exit_code);
    words.back() = "jsonl";
    std::istringstream lines(group.ctl(words).out);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_EQ(testing::schema_complaints(line), "") << line;
    }
  }
  EXPECT_EQ(testing::schema_complaints(group.member("m1").status()->dump()), "");
  const std::string sequence = group.ctl({"set", "k=3", "-o", "name"}).out;
  EXPECT_EQ(sequence.find_first_not_of("0123456789"), sequence.size() - 1) << sequence;
}

TEST(Surface, F55_ALostAnswerIsAskedForAgain) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  // The greeting's answer passes, the submit's does not.
  Link link(group.endpoint("admin"));
  link.from_server.messages_left = 1;
  const std::vector<std::string> words = {"set", "k=1",  "--allow-empty", "--id", "once",
                                          "-o",  "json", "--timeout",     "3s"};
  const Answer lost = group.ctl_at(link.endpoint(), words);
  EXPECT_EQ(lost.exit_code, 9) << lost.out << lost.err;
  EXPECT_GE(link.from_server.lost, 2) << "it did not ask again by itself";
  link.heal();
  const Answer again = group.ctl_at(link.endpoint(), words);
  EXPECT_EQ(again.exit_code, 0) << again.out << again.err;
  EXPECT_EQ(again.json().at("seq"), 1);
  EXPECT_EQ(group.ctl_at(link.endpoint(), words).json().at("seq"), 1);
  EXPECT_EQ(
      group.ctl_at(link.endpoint(), {"log", "list", "-o", "json"}).json().at("entries").size(), 1U);
}

TEST(Surface, F27_ANewLogUnderTheOldNameIsRefusedByMembers) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1"});
  const std::string archive = group.pack_site("1.0");
  ASSERT_EQ(group.ctl({"deploy", "site@1.0", "--archive", archive}).exit_code, 0);
  const auto before = group.member("m1").status();
  group.coordinator().kill_nine();
  fs::remove_all(group.state_dir());
  ASSERT_EQ(group.init().exit_code, 0);
  ASSERT_TRUE(group.start_coordinator());
  ASSERT_TRUE(group.admin().let_in("shop", "m1"));
  const auto refuses = [&] {
    const auto status = group.member("m1").status();
    return status && status->at("phase") == "quarantined";
  };
  EXPECT_TRUE(eventually(refuses));
  const auto after = group.member("m1").status();
  EXPECT_EQ(after->at("logId"), before->at("logId"));
  EXPECT_EQ(after->at("received"), before->at("received"));
  EXPECT_NE(after->at("note"), "");
  EXPECT_TRUE(group.serves("m1", "1.0"));
  // A restart changes nothing of it.
  group.member("m1").process().kill_nine();
  group.start_member("m1");
  EXPECT_TRUE(eventually(refuses));
  EXPECT_TRUE(group.serves("m1", "1.0"));
  EXPECT_EQ(group.ctl({"member", "list", "-o", "json"}).json().at("members").size(), 0U);
}

TEST(Surface, AnAddressBeyondThisMachineTakesKeys) {
  Group group;
  const std::string far = "tcp://192.0.2.1:7400";
  EXPECT_FALSE(
      group.start_coordinator({.flags = {"--open", "--member-endpoint", "tcp://0.0.0.0:7400"}}));
  EXPECT_EQ(group.coordinator().wait(20000), (Ended{77, 0}));
  EXPECT_EQ(group.logged("error: ", "that takes keys"), 1U);
  group.start_member("m1", {"--open", "--coordinator", far});
  EXPECT_EQ(group.member("m1").process().wait(20000), (Ended{77, 0}));
  EXPECT_NE(read_file(group.member("m1").log_file()).find("that takes keys"), std::string::npos);
  const std::string no_keys = "GROUPCTL_KEY_DIR=" + (group.dir() / "none").string();
  const Said asked =
      run_program({"/usr/bin/env", no_keys, groupctl_program(), "-E", far, "status"});
  EXPECT_EQ(asked.ended, (Ended{4, 0}));
  EXPECT_NE(asked.err.find("that takes keys"), std::string::npos);
}

}  // namespace
}  // namespace groupctl::process_test
