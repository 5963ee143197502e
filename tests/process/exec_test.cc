// EXEC with real members: which programs run, what they say, and that none runs twice or late.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <chrono>

#include "tests/process/harness_group.h"
#include "tests/process/programs_folder.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

class Exec : public ::testing::Test {
 protected:
  std::string program(const std::string& name, const std::string& script) const {
    return programs.add(name, "#!/bin/sh\n" + script);
  }
  static std::vector<std::string> allowing(const std::vector<std::string>& paths,
                                           std::vector<std::string> flags = {}) {
    for (const std::string& path : paths) flags.insert(flags.end(), {"--allow-exec", path});
    return flags;
  }
  void begin(const std::vector<std::string>& names, const std::vector<std::string>& flags) {
    ASSERT_TRUE(group.start_coordinator());
    for (const std::string& name : names) group.start_member(name, flags);
    group.expect_converged(names);
  }
  Answer exec(const std::vector<std::string>& words) const {
    std::vector<std::string> all = {"exec"};
    all.insert(all.end(), words.begin(), words.end());
    return group.ctl(all);
  }
  /// The row of a member of what groupctl said.
  static nlohmann::json row(const nlohmann::json& result, const std::string& member) {
    for (const auto& one : result.at("members")) {
      if (one.at("name") == member) return one;
    }
    return {};
  }
  fs::path kept(const std::string& member, std::uint64_t seq) {
    return group.member(member).state_dir() / "exec" / (std::to_string(seq) + ".json");
  }

  Group group;
  ProgramsFolder programs{group.dir()};
};

TEST_F(Exec, WhatProgramsSayIsShownTogetherAndChangesNoState) {
  const std::string say = program("say", "echo \"$@\"; echo \"to err\" >&2\n");
  const std::string who = program("who-am-i", "echo \"$GROUP_MEMBER at $GROUP_SEQ\"\n");
  begin({"m1", "m2", "m3"}, allowing({say, who}));
  const auto before = group.admin().status();
  ASSERT_TRUE(before);
  const Answer same = exec({"--", "say", "two  words", "$HOME", "*"});
  EXPECT_EQ(same.exit_code, 0) << same.out << same.err;
  EXPECT_EQ(same.out.rfind("m1..3  (3 identical)\n  two  words $HOME *\n  ! to err\n\n", 0), 0U)
      << same.out << "no shell has seen the words";
  const Answer each = exec({"--per-line", "--", "who-am-i"});
  const std::string seq = std::to_string(before->head.value + 2);
  EXPECT_EQ(each.out.rfind("m1  m1 at " + seq + "\nm2  m2 at " + seq + "\nm3  m3 at " + seq, 0), 0U)
      << each.out;
  const Answer later = group.ctl({"result", seq, "-o", "json"});
  EXPECT_EQ(later.exit_code, 0) << later.err;
  EXPECT_EQ(later.json().at("outputs").size(), 3U);
  EXPECT_EQ(later.json().at("command").at("line"), "who-am-i");
  const auto after = group.admin().status();
  ASSERT_TRUE(after);
  EXPECT_EQ(after->state_digest, before->state_digest);
  struct stat about {};
  ASSERT_EQ(::stat(kept("m1", before->head.value + 1).c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
}

TEST_F(Exec, NoneRunsThatTheMemberDoesNotAllow) {
  const std::string say = program("say", "echo said\n");
  const std::string open = program("open", "echo said\n");
  ::chmod(open.c_str(), 0777);
  ASSERT_TRUE(group.start_coordinator());
  group.start_member("m1", allowing({say, open}));
  group.start_member("m2");
  group.expect_converged({"m1", "m2"});
  const Answer some = exec({"-o", "json", "--", "say"});
  EXPECT_EQ(some.exit_code, 1);
  EXPECT_EQ(row(some.json(), "m1").at("result"), "done") << some.out;
  EXPECT_EQ(row(some.json(), "m2").at("result"), "failed");
  EXPECT_EQ(row(some.json(), "m2").at("message"),
            "this member runs no programs: its allow-exec names none");
  EXPECT_EQ(row(exec({"-o", "json", "--", "sh", "-c", "id"}).json(), "m1").at("message"),
            "sh is not allowed on this member; its allow-exec names open, say");
  const std::string unsafe =
      row(exec({"-o", "json", "-t", "name=m1", "--", "open"}).json(), "m1").at("message");
  EXPECT_NE(unsafe.find("may be written by others"), std::string::npos) << unsafe;
  EXPECT_EQ(exec({"--", say}).exit_code, 2) << "names travel, never paths";
  EXPECT_EQ(exec({"--", "../say"}).exit_code, 2);
}

TEST_F(Exec, AnyBadEndIsShownAndExitsOne) {
  const std::string half = program("half", "echo half; test $GROUP_MEMBER = m1 || exit 3\n");
  const std::string shot = program("shot", "kill -SEGV $$\n");
  const std::string flood = program("flood", "yes flooding | head -c 20000000\n");
  const std::string gone = (programs.path() / "gone").string();
  begin({"m1", "m2"}, allowing({half, shot, flood, gone}));
  const Answer some = exec({"--", "half"});
  EXPECT_EQ(some.exit_code, 1);
  EXPECT_EQ(some.out.rfind("m1\n  half\nm2  exit code 3\n  half\n\n", 0), 0U) << some.out;
  EXPECT_NE(row(exec({"-o", "json", "--", "shot"}).json(), "m1")
                .at("message")
                .get<std::string>()
                .find("SIGSEGV"),
            std::string::npos);
  const Answer much = exec({"-o", "json", "--", "flood"});
  EXPECT_EQ(much.exit_code, 0) << much.err;
  ASSERT_EQ(much.json().at("outputs").size(), 1U);
  EXPECT_LT(much.json().at("outputs")[0].at("out").get<std::string>().size(), 200'000U);
  EXPECT_EQ(row(exec({"-o", "json", "--", "gone"}).json(), "m1").at("result"), "failed");
}

TEST_F(Exec, AProgramThatDoesNotEndIsKilledWithAllThatItStarted) {
  const fs::path marks = group.dir() / "marks";
  // Neither heeds TERM.
  const std::string hang = program(
      "hang", "trap '' TERM; echo begun; sleep 600 & echo $! >>" + marks.string() + "; wait\n");
  begin({"m1"}, allowing({hang}, {"--exec-timeout", "500ms"}));
  const Answer late = exec({"-o", "json", "--", "hang"});
  EXPECT_EQ(late.exit_code, 1);
  EXPECT_EQ(row(late.json(), "m1").at("result"), "timed_out") << late.out;
  ASSERT_EQ(late.json().at("outputs").size(), 1U);
  EXPECT_EQ(late.json().at("outputs")[0].at("out"), "begun\n") << "what it said until then is kept";
  const pid_t child = std::atoi(read_file(marks).c_str());
  ASSERT_GT(child, 0);
  EXPECT_TRUE(eventually([&] { return ::kill(child, 0) != 0; }));
  EXPECT_EQ(group.ctl({"ping", "-t", "name=m1"}).exit_code, 0) << "the member goes on";
}

TEST_F(Exec, AProgramThatMultipliesIsKilledWithAllThatItStarted) {
  const std::string bomb =
      program("bomb", "i=0; while [ $i -lt 5000 ]; do sleep 600 & i=$((i+1)); done; wait\n");
  begin({"m1"}, allowing({bomb}));
  const Answer many = exec({"-o", "json", "--", "bomb"});
  EXPECT_EQ(many.exit_code, 1);
  EXPECT_EQ(row(many.json(), "m1").at("result"), "failed") << many.out;
  EXPECT_NE(many.out.find("more than 512 tasks"), std::string::npos) << many.out;
  EXPECT_EQ(group.ctl({"ping", "-t", "name=m1"}).exit_code, 0) << "the member goes on";
}

TEST_F(Exec, WhatAMembersEndCutShortIsUnknownAndNotRunAgain) {
  const fs::path marks = group.dir() / "marks";
  const std::string hang = program("hang", "echo ran >>" + marks.string() + "; sleep 600\n");
  begin({"m1"}, allowing({hang}));
  const Answer sent = exec({"--no-wait", "-o", "json", "--", "hang"});
  ASSERT_EQ(sent.exit_code, 0) << sent.err;
  const std::string seq = std::to_string(sent.json().at("seq").get<std::uint64_t>());
  EXPECT_TRUE(eventually([&] { return read_file(marks) == "ran\n"; }));
  group.member("m1").process().kill_nine();
  group.start_member("m1", allowing({hang}));
  group.expect_converged({"m1"});
  const Answer end = group.ctl({"result", seq, "-o", "json"});
  EXPECT_EQ(end.exit_code, 1) << end.out << end.err;
  EXPECT_EQ(row(end.json(), "m1").at("result"), "unknown") << end.out;
  EXPECT_EQ(read_file(marks), "ran\n");
}

TEST_F(Exec, NobodyRunsItLate) {
  const fs::path marks = group.dir() / "marks";
  const std::string mark = program("mark", "echo \"$GROUP_MEMBER\" >>" + marks.string() + "\n");
  begin({"m1", "m2"}, allowing({mark}));
  group.member("m2").process().kill_nine();
  const Answer sent = exec({"--no-wait", "--ttl", "500ms", "-o", "json", "--", "mark"});
  const auto expired = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
  const std::string seq = std::to_string(sent.json().at("seq").get<std::uint64_t>());
  EXPECT_TRUE(eventually([&] { return std::chrono::steady_clock::now() > expired; }));
  group.start_member("m2", allowing({mark}));
  group.expect_converged({"m1", "m2"});
  const Answer end = group.ctl({"result", seq, "-o", "json"});
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(row(end.json(), "m1").at("result"), "done") << end.out;
  EXPECT_EQ(row(end.json(), "m2").at("result"), "expired") << end.out;
  EXPECT_EQ(read_file(marks), "m1\n");
}

TEST_F(Exec, OfOutputsTheNewestStay) {
  const std::string say = program("say", "echo \"$1\"\n");
  begin({"m1"}, allowing({say}));
  const auto first = group.admin().status()->head.value + 1;
  constexpr std::uint64_t kMore = 66;
  for (std::uint64_t i = 0; i < kMore; ++i) {
    ASSERT_EQ(exec({"-o", "name", "--", "say", std::to_string(i)}).exit_code, 0) << i;
  }
  EXPECT_FALSE(fs::exists(kept("m1", first)));
  EXPECT_TRUE(fs::exists(kept("m1", first + kMore - 1)));
  const Answer old = group.ctl({"result", std::to_string(first)});
  EXPECT_EQ(old.exit_code, 1);
  EXPECT_NE(old.out.find("m1  its output is missing: "), std::string::npos) << old.out;
}

TEST_F(Exec, SettingsThatCannotBeMeantAreRefusedAtTheStart) {
  const auto started_with = [&](const std::vector<std::string>& flags) {
    std::vector<std::string> words = {member_program(),
                                      "run",
                                      "--group",
                                      "shop",
                                      "--name",
                                      "m9",
                                      "--state-dir",
                                      (group.dir() / "m9-state").string(),
                                      "--open",
                                      "--root",
                                      (group.dir() / "m9-files").string(),
                                      "--coordinator",
                                      "tcp://127.0.0.1:1"};
    words.insert(words.end(), flags.begin(), flags.end());
    const Said said = run_program(words);
    EXPECT_EQ(said.ended.code, 2) << said.err;
    return said.err;
  };
  EXPECT_NE(started_with({"--allow-exec", "/usr/bin/df", "--allow-exec", "/usr/local/bin/df"})
                .find("have one name"),
            std::string::npos);
  EXPECT_NE(started_with({"--allow-exec", "df"}).find("no absolute path"), std::string::npos);
  for (const char* flag : {"--exec-timeout", "--deployer-timeout"}) {
    EXPECT_NE(started_with({flag, "0s"}).find("a time above 0 is needed"), std::string::npos);
  }
}

}  // namespace
}  // namespace groupctl::process_test
