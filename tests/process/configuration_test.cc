// Configuration files, contexts, signals and logs, as real processes have them.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <sstream>

#include "tests/process/harness_group.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Lines of a log with this in them.
std::vector<std::string> lines_with(const fs::path& log, const std::string& part) {
  std::istringstream lines(read_file(log));
  std::vector<std::string> found;
  for (std::string line; std::getline(lines, line);) {
    if (has(line, part)) found.push_back(line);
  }
  return found;
}

TEST(Configuration, CheckConfigShowsWhatRunWouldBeTold) {
  const TempDir dir;
  const std::string file = (dir.path() / "member.toml").string();
  write_file(file, "group = \"shop\"\nname = \"${POD}\"\n[log]\nlevel = \"debug\"\n");
  const Said shown = run_program({member_program(), "check-config", file},
                                 {{"POD", "web-3"}, {"GROUPCTL_ROOT", "/srv/x"}});
  EXPECT_EQ(shown.ended, (Ended{0, 0})) << shown.err;
  for (const std::string& part :
       {std::string("name = \"web-3\""), "# " + file + ":2\n", std::string("root = \"/srv/x\""),
        std::string("# env GROUPCTL_ROOT\n"), "# " + file + ":4\n", std::string("# default\n")}) {
    EXPECT_TRUE(has(shown.out, part)) << part << " in:\n" << shown.out;
  }
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"group = \"shop\"\nlog.levle = \"info\"\n", ":2:5: unknown key \"log.levle\""},
      {"group = \"shop\"\nmap_mib = \"many\"\n", ":2:11: map_mib is a whole number"},
      {"group = \"shop\"\nname = \"${NOPE}\"\n", ":2:8: name: there is no variable ${NOPE}"},
      {"coordinator = \"tcp://192.0.2.1\"\n", ":1:15: coordinator: \"tcp://192.0.2.1\" is not"},
      {"name = \"x\"\n", "--group is needed, or GROUPCTL_GROUP, or group in"},
  };
  for (const auto& [text, error] : wrong) {
    write_file(file, text);
    for (const char* verb : {"check-config", "run"}) {
      const Said refused = run_program({member_program(), verb, "--config", file});
      EXPECT_EQ(refused.ended, (Ended{2, 0})) << refused.out;
      EXPECT_TRUE(has(refused.err, error)) << refused.err;
      EXPECT_EQ(std::count(refused.err.begin(), refused.err.end(), '\n'), 1) << refused.err;
    }
  }
  const Said coordinator =
      run_program({coordinator_program(), "check-config", "--heartbeat", "3s"});
  EXPECT_EQ(coordinator.ended, (Ended{0, 0})) << coordinator.err;
  EXPECT_TRUE(has(coordinator.out, "heartbeat = \"3s\"")) << coordinator.out;
  EXPECT_TRUE(has(coordinator.out, "# --heartbeat\n")) << coordinator.out;
}

TEST(Configuration, A2_ReplicasRunFromFilesThatTheirEnvironmentChooses) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  std::vector<Process> replicas;
  for (const std::string number : {"0", "1"}) {
    const std::string own = (group.dir() / ("pod-" + number)).string();
    write_file(own + ".toml", "group = \"shop\"\ncoordinator = \"" + group.endpoint("member") +
                                  "\"\nname = \"${POD}\"\nparticipant = \"pods\"\nreplica = " +
                                  number + "\nstate_dir = \"" + own + "\"\nroot = \"" + own +
                                  "-files\"\nlabels = { rack = \"r" + number + "\" }\n");
    replicas.push_back(Process::start(
        {member_program(), "run"}, {{},
                                    group.dir() / ("pod-" + number + ".log"),
                                    {{"POD", "pod-" + number},
                                     {"GROUPCTL_CONFIG", group.dir().string() + "/${POD}.toml"},
                                     {"GROUPCTL_TOKEN", read_file(group.dir() / "shop.token")}}}));
  }
  const auto joined = [&] {
    const auto members = group.ctl({"member", "list", "-o", "json"}).json().at("members");
    return members.size() == 2 && members[0].at("name") == "pod-0" &&
           members[0].at("labels").at("rack") == "r0" && members[1].at("name") == "pod-1" &&
           members[1].at("labels").at("rack") == "r1";
  };
  EXPECT_TRUE(eventually(joined)) << group.ctl({"member", "list"}).out;
  const Said status =
      run_program({member_program(), "status", "--config", (group.dir() / "pod-1.toml").string()},
                  {{"POD", "pod-1"}});
  EXPECT_TRUE(has(status.out, "pod-1")) << status.out << status.err;
}

TEST(Configuration, SighupReadsAgainAndSaysWhatNeedsARestart) {
  Group group;
  const fs::path file = group.dir() / "coordinator.toml";
  write_file(file, "keep_entries = 100\n[log]\nlevel = \"info\"\n");
  ASSERT_TRUE(group.start_coordinator({.flags = {"--config", file.string()}}));
  const auto reread = [&](std::string_view text) {
    const auto before = lines_with(group.log_file(), "configuration").size();
    write_file(file, text);
    group.coordinator().send(SIGHUP);
    EXPECT_TRUE(
        eventually([&] { return lines_with(group.log_file(), "configuration").size() > before; }));
    return lines_with(group.log_file(), "configuration").back();
  };
  EXPECT_TRUE(has(reread("keep_entries = 100\nlog.level = \"debug\"\n"),
                  "read again taken=log.level needs_restart=none"));
  EXPECT_TRUE(has(reread("keep_entries = 7\nmap_mib = 2048\nlog.level = \"debug\"\n"),
                  "taken=none needs_restart=keep_entries,map_mib"));
  const std::string refused = reread("keep_entries = \"seven\"\n");
  EXPECT_TRUE(has(refused, "error coordinator the configuration cannot be read; nothing changes"));
  EXPECT_TRUE(has(refused, ":1:16: keep_entries is a whole number"));
  EXPECT_TRUE(
      has(reread("keep_entries = 100\nlog.level = \"debug\"\n"), "taken=none needs_restart=none"));
  EXPECT_EQ(group.ctl({"status"}).exit_code, 0);
}

TEST(Configuration, TheLogLevelIsTakenWhileAMemberRuns) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  const fs::path file = group.dir() / "member.toml";
  write_file(file, "log.level = \"error\"\n");
  group.start_member("m1", {"--config", file.string()});
  group.expect_converged({"m1"});
  const fs::path log = group.member("m1").log_file();
  group.member("m1").process().send(SIGUSR1);
  write_file(file, "log.level = \"info\"\n");
  group.member("m1").process().send(SIGHUP);
  EXPECT_TRUE(eventually([&] { return lines_with(log, "taken=log.level").size() == 1; }));
  EXPECT_EQ(lines_with(log, " info ").size() - lines_with(log, " summary ").size(), 1U)
      << "nothing but errors was logged before";
  group.member("m1").process().send(SIGUSR1);
  EXPECT_TRUE(eventually([&] { return !lines_with(log, " summary ").empty(); }));
}

TEST(Configuration, Sigusr1SumsUpInOneLine) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1", "m2"});
  ASSERT_EQ(group.ctl({"set", "k=1"}).exit_code, 0);
  group.expect_converged({"m1", "m2"});
  group.coordinator().send(SIGUSR1);
  EXPECT_TRUE(eventually([&] { return group.logged("summary") == 1; }));
  const std::string head = std::to_string(group.admin().status()->head.value);
  EXPECT_EQ(group.logged("info coordinator summary group=shop epoch=1 head=" + head + " floor=1",
                         "members=in-step:2 artefacts=0 properties=1"),
            1U);
  group.member("m1").process().send(SIGUSR1);
  const fs::path log = group.member("m1").log_file();
  EXPECT_TRUE(eventually([&] { return lines_with(log, "summary").size() == 1; }));
  EXPECT_TRUE(has(read_file(log),
                  "info member summary group=shop member=m1 phase=in_step epoch=1"
                  " received=" +
                      head + " executed=" + head + " head=" + head + " delta=0 coordinator=heard"));
}

TEST(Configuration, StopSignalsEndInOrder) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1"});
  group.member("m1").process().send(SIGINT);
  EXPECT_EQ(group.member("m1").process().wait(20000), (Ended{0, 0}));
  group.coordinator().send(SIGTERM);
  EXPECT_EQ(group.coordinator().wait(20000), (Ended{0, 0}));
}

TEST(Configuration, LogsAreJsonWhereNobodyReadsThem) {
  Group group;
  ASSERT_TRUE(group.start_coordinator({.flags = {"--log-format", "auto"}}));
  group.start_members({"m1"});
  std::istringstream lines(read_file(group.log_file()));
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    ASSERT_FALSE(json.is_discarded()) << line;
    for (const char* key : {"time", "level", "component", "message"}) {
      EXPECT_TRUE(json.contains(key)) << line;
    }
  }
  EXPECT_GT(count, 0U);
  EXPECT_EQ(group.logged("\"message\":\"serving\",\"group\":\"shop\""), 1U);
}

TEST(Configuration, AContextSaysWhereTheCoordinatorIs) {
  Group group;
  const std::string home = (group.dir() / "xdg").string();
  const auto ctl = [&](std::vector<std::string> words,
                       std::vector<std::pair<std::string, std::string>> env = {}) {
    words.insert(words.begin(), groupctl_program());
    env.emplace_back("XDG_CONFIG_HOME", home);
    env.emplace_back("GROUPCTL_ENDPOINT", "");
    return run_program(words, env);
  };
  EXPECT_EQ(ctl({"context", "add", "shop", "-E", group.endpoint("admin")}).ended.code, 0);
  EXPECT_EQ(ctl({"context", "add", "other", "-E", "ipc:///nowhere/at-all"}).ended.code, 0);
  const Said nobody = ctl({"status", "--timeout", "300ms"});
  EXPECT_EQ(nobody.ended.code, 4);
  EXPECT_TRUE(has(nobody.err, "(from context \"shop\", " + home + "/groupctl/config.toml)"))
      << nobody.err;
  ASSERT_TRUE(group.start_coordinator());
  EXPECT_EQ(ctl({"status"}).ended.code, 0);
  EXPECT_EQ(ctl({"context", "use", "other"}).ended.code, 0);
  EXPECT_EQ(ctl({"status", "--timeout", "300ms"}).ended.code, 4);
  EXPECT_EQ(ctl({"-c", "shop", "status"}).ended.code, 0);
  EXPECT_EQ(ctl({"status"}, {{"GROUPCTL_CONTEXT", "shop"}}).ended.code, 0);
  EXPECT_EQ(ctl({"context", "rm", "other"}).ended.code, 0);
  const Said unknown = ctl({"-c", "other", "status"});
  EXPECT_EQ(unknown.ended.code, 3) << unknown.err;
  const auto perms = fs::status(home + "/groupctl/config.toml").permissions();
  EXPECT_EQ(perms, fs::perms::owner_read | fs::perms::owner_write);
}

TEST(Configuration, InitSaysHowToRunWithTheFileItWasGiven) {
  const TempDir dir;
  const std::string file = (dir.path() / "coordinator.toml").string();
  write_file(file, "group = \"shop\"\n");
  const Said made = run_program({coordinator_program(), "init", "--config", file, "--state-dir",
                                 (dir.path() / "state").string()});
  EXPECT_EQ(made.ended, (Ended{0, 0}));
  EXPECT_NE(made.out.find("group-coordinator run --config " + file + " --state-dir "),
            std::string::npos)
      << made.out;
}

}  // namespace
}  // namespace groupctl::process_test
