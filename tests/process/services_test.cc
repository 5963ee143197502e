// What members run in earnest: nginx and Redis of Debian, and the services of examples/plan. They
// are asked as their users would, by curl and redis-cli.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>

#include "keeper/kept.h"
#include "tests/process/harness_group.h"
#include "tests/process/harness_socket.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr const char* kWhereTold = R"({"command":["./run"]})";

/// Where the services of one member listen; its labels tell them.
struct Place {
  std::string host = drawn_host();
  std::vector<std::uint16_t> ports = free_ports(host, 3);

  std::string web(const std::string& path) const {
    return "http://" + host + ":" + std::to_string(ports[0]) + path;
  }
  std::string api(const std::string& path) const {
    return "http://" + host + ":" + std::to_string(ports[1]) + path;
  }
  std::string redis_port() const { return std::to_string(ports[2]); }
  std::vector<std::string> labels() const {
    return {"--label", "address=" + host,
            "--label", "web-port=" + std::to_string(ports[0]),
            "--label", "api-port=" + std::to_string(ports[1]),
            "--label", "redis-port=" + std::to_string(ports[2])};
  }
};

class Services : public ::testing::Test {
 protected:
  void begin(int members) {
    ASSERT_TRUE(group.start_coordinator());
    for (int i = 1; i <= members; ++i) names.push_back("m" + std::to_string(i));
    for (const std::string& name : names) start(name);
    group.expect_converged(names);
  }
  void start(const std::string& name) { group.start_member(name, places[name].labels()); }

  /// Packs an example as a version, after `change` has been typed in its folder.
  std::string pack(const std::string& name, const std::string& version,
                   const std::string& change = "true") {
    const fs::path folder = group.dir() / "packed" / (name + "-" + version);
    const fs::path archive = group.repository() / (name + "-" + version + ".tar");
    fs::create_directories(folder.parent_path());
    fs::create_directories(group.repository());
    fs::copy(source_dir() / "examples" / name, folder, fs::copy_options::recursive);
    const Said packed = run_program(
        {"/bin/sh", "-ec",
         "cd " + folder.string() + "; " + change + "; tar -cf " + archive.string() + " ."});
    EXPECT_EQ(packed.ended, (Ended{0, 0})) << packed.err;
    return archive;
  }
  Answer deploy(const std::string& name, const std::string& version, const std::string& change,
                const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"deploy",         name + "@" + version,
                                      "--archive",      pack(name, version, change),
                                      "--deployer",     "process",
                                      "--config",       kWhereTold,
                                      "--health",       "./healthy",
                                      "--health-every", "100ms"};
    words.insert(words.end(), more.begin(), more.end());
    return group.ctl(words);
  }
  static std::string page(const std::string& text) {
    return "echo '" + text + "' >site/index.html";
  }

  /// What an address answers; what went wrong where it does not.
  static std::string fetched(const std::string& address) {
    const Said said = run_program({"/usr/bin/curl", "-sSf", "--max-time", "5", address});
    return said.ended == Ended{0, 0} ? said.out : said.err;
  }
  std::string shown_by(const std::string& name) { return fetched(places[name].web("/")); }
  std::string redis(const std::string& name, const std::vector<std::string>& words) {
    const Place& place = places[name];
    std::vector<std::string> all = {"/usr/bin/redis-cli", "-h", place.host, "-p",
                                    place.redis_port()};
    all.insert(all.end(), words.begin(), words.end());
    return run_program(all).out;
  }
  keeper::KeptState state(const std::string& member, const std::string& name) {
    const auto folder = group.member(member).state_dir() / "run" / name;
    return keeper::Kept(keeper_program(), folder.string()).state().value_or(keeper::KeptState());
  }
  pid_t pid(const std::string& member, const std::string& name) {
    return static_cast<pid_t>(state(member, name).pid);
  }
  nlohmann::json last_rollout() const {
    return group.ctl({"rollout", "list", "-o", "json"}).json().at("rollouts").at(0);
  }
  fs::path data(const std::string& member, const std::string& name) {
    return group.member(member).files() / name / "data";
  }

  Group group;
  std::vector<std::string> names;
  std::map<std::string, Place> places;  ///< by member
};

TEST_F(Services, NginxIsRolledOutAndAVersionThatIsNotWellIsUndone) {
  begin(3);
  const Answer first = deploy("web", "1.0", page("one"));
  ASSERT_EQ(first.exit_code, 0) << first.out << first.err;
  for (const std::string& name : names) EXPECT_EQ(shown_by(name), "one\n") << name;
  const Answer second = deploy("web", "2.0", page("two"), {"--batch", "1"});
  ASSERT_EQ(second.exit_code, 0) << second.out << second.err;
  for (const std::string& name : names) EXPECT_EQ(shown_by(name), "two\n") << name;

  const Answer sick =
      deploy("web", "3.0", "rm site/index.html", {"--batch", "1", "--health-within", "1s"});
  EXPECT_EQ(sick.exit_code, 6) << sick.out << sick.err;
  EXPECT_THAT(sick.out, HasSubstr("error: 403"));
  EXPECT_THAT(sick.out, HasSubstr("2.0 runs again"));
  EXPECT_EQ(last_rollout().at("phase"), "stopped");
  EXPECT_EQ(last_rollout().at("summary").at("failed"), 1);
  EXPECT_EQ(last_rollout().at("summary").at("notAttempted"), 2);
  for (const std::string& name : names) {
    EXPECT_EQ(shown_by(name), "two\n") << name;
    EXPECT_EQ(fetched(places[name].web("/version")), "2.0\n") << name;
  }
  const std::string rollout = std::to_string(last_rollout().value("seq", 0));
  const Answer undone = group.ctl({"rollout", "undo", rollout});
  EXPECT_EQ(undone.exit_code, 0) << undone.out << undone.err;
  EXPECT_EQ(last_rollout().at("phase"), "undone");
  for (const std::string& name : names) EXPECT_EQ(shown_by(name), "two\n") << name;
  const Answer same = group.ctl({"diff", "--exit-code"});
  EXPECT_EQ(same.exit_code, 0) << same.out << same.err;
  // Of all versions: the log is where no release is.
  EXPECT_GT(count_in(read_file(data("m1", "web") / "access.log"), "GET / "), 3U);
}

TEST_F(Services, ARolloutOfNginxThatWentWellIsUndoneToo) {
  begin(2);
  ASSERT_EQ(deploy("web", "1.0", page("one")).exit_code, 0);
  ASSERT_EQ(deploy("web", "2.0", page("two"), {"--batch", "1"}).exit_code, 0);
  const std::string rollout = std::to_string(last_rollout().value("seq", 0));
  EXPECT_EQ(group.ctl({"rollout", "undo", rollout}).exit_code, 0);
  for (const std::string& name : names) EXPECT_EQ(shown_by(name), "one\n") << name;
}

TEST_F(Services, O8_NginxThatIsKilledIsRestartedAndOutlivesItsMember) {
  begin(1);
  ASSERT_EQ(deploy("web", "1.0", page("one")).exit_code, 0);
  const pid_t first = pid("m1", "web");
  ::kill(first, SIGKILL);  // its workers would go on, and keep the port
  EXPECT_TRUE(eventually([&] { return state("m1", "web").restarts == 1; }));
  EXPECT_TRUE(eventually([&] { return shown_by("m1") == "one\n"; })) << shown_by("m1");
  const pid_t second = pid("m1", "web");
  EXPECT_NE(second, first);

  group.member("m1").process().kill_nine();
  EXPECT_EQ(shown_by("m1"), "one\n");
  start("m1");
  group.expect_converged(names);
  EXPECT_EQ(pid("m1", "web"), second) << "it was started anew";
  EXPECT_EQ(shown_by("m1"), "one\n");
  const Answer next = deploy("web", "2.0", page("two"));
  EXPECT_EQ(next.exit_code, 0) << next.out << next.err;
  EXPECT_EQ(shown_by("m1"), "two\n");
  EXPECT_EQ(group.ctl({"stop", "web"}).exit_code, 0);
  EXPECT_THAT(shown_by("m1"), HasSubstr("Failed to connect"));
}

TEST_F(Services, RedisHasItsDataAfterUpdatesRestartsAndKills) {
  begin(2);
  ASSERT_EQ(deploy("redis", "1.0", "true").exit_code, 0);
  for (const std::string& name : names) EXPECT_EQ(redis(name, {"set", "who", name}), "OK\n");
  const auto expect_data = [&](const std::string& when) {
    for (const std::string& name : names) {
      EXPECT_EQ(redis(name, {"get", "who"}), name + "\n") << when;
    }
  };
  const Answer second =
      deploy("redis", "2.0", "sed -i 's/64mb/32mb/' redis.conf", {"--batch", "1"});
  ASSERT_EQ(second.exit_code, 0) << second.out << second.err;
  expect_data("after the update");
  EXPECT_THAT(redis("m2", {"config", "get", "maxmemory"}), HasSubstr("33554432"));
  // A password that its own health check does not know.
  const Answer sick = deploy("redis", "3.0", "echo 'requirepass secret' >>redis.conf",
                             {"--batch", "1", "--health-within", "1s"});
  EXPECT_EQ(sick.exit_code, 6) << sick.out << sick.err;
  EXPECT_THAT(sick.out, HasSubstr("NOAUTH"));
  expect_data("after the version that was not well");
  const std::string rollout = std::to_string(last_rollout().value("seq", 0));
  EXPECT_EQ(group.ctl({"rollout", "undo", rollout}).exit_code, 0);
  EXPECT_EQ(group.ctl({"restart", "redis"}).exit_code, 0);
  expect_data("after the undo and a restart");
  ::kill(pid("m1", "redis"), SIGKILL);
  EXPECT_TRUE(eventually([&] { return redis("m1", {"get", "who"}) == "m1\n"; }));
}

TEST_F(Services, O8_RedisIsAttachedWithItsMemory) {
  begin(1);
  ASSERT_EQ(deploy("redis", "1.0", "sed -i 's/appendonly yes/appendonly no/' redis.conf").exit_code,
            0);
  EXPECT_EQ(redis("m1", {"set", "in", "memory only"}), "OK\n");
  const pid_t before = pid("m1", "redis");
  group.member("m1").process().kill_nine();
  EXPECT_EQ(redis("m1", {"get", "in"}), "memory only\n");
  start("m1");
  group.expect_converged(names);
  EXPECT_EQ(pid("m1", "redis"), before);
  EXPECT_EQ(group.ctl({"status", "--exit-code"}).exit_code, 0);
  EXPECT_EQ(redis("m1", {"get", "in"}), "memory only\n");
}

TEST_F(Services, WhatIsUndeployedLeavesItsData) {
  begin(1);
  ASSERT_EQ(deploy("redis", "1.0", "true").exit_code, 0);
  EXPECT_EQ(redis("m1", {"set", "kept", "yes"}), "OK\n");
  EXPECT_EQ(group.ctl({"undeploy", "redis"}).exit_code, 0);
  EXPECT_EQ(redis("m1", {"get", "kept"}), "");
  EXPECT_FALSE(fs::exists(group.member("m1").files() / "redis/releases"));
  EXPECT_TRUE(fs::exists(data("m1", "redis")));
  const Answer nothing = group.ctl({"diff", "--exit-code"});
  EXPECT_EQ(nothing.exit_code, 0) << nothing.out;
  ASSERT_EQ(deploy("redis", "2.0", "true").exit_code, 0);
  EXPECT_EQ(redis("m1", {"get", "kept"}), "yes\n");
}

TEST_F(Services, AreRunAsAUserOfTheirOwnWhoHasTheDataFolder) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may start programs as somebody else";
  begin(1);
  fs::permissions(group.dir(), fs::perms(0711));  // so that the user gets to the release
  const std::string as_user = R"({"user":"www-data"})";
  // The last --config counts; the health check says who it is when it is not this user.
  const std::string check =
      "sed -i '2i[ \"$(id -un)\" = www-data ] || { id >\\&2; exit 1; }' healthy";
  const Answer deployed =
      group.ctl({"deploy", "web@1.0", "--archive", pack("web", "1.0", page("one") + "; " + check),
                 "--deployer", "process", "--config", as_user, "--health", "./healthy"});
  ASSERT_EQ(deployed.exit_code, 0) << deployed.out << deployed.err;
  EXPECT_EQ(shown_by("m1"), "one\n");
  struct stat process {
  }, folder{};
  ASSERT_EQ(::stat(("/proc/" + std::to_string(pid("m1", "web"))).c_str(), &process), 0);
  ASSERT_EQ(::stat(data("m1", "web").c_str(), &folder), 0);
  EXPECT_NE(process.st_uid, 0U);
  EXPECT_EQ(folder.st_uid, process.st_uid);
  EXPECT_EQ(folder.st_mode & 0777U, 0700U);

  const Answer other = group.ctl({"deploy", "web@2.0", "--archive", pack("web", "2.0"),
                                  "--deployer", "process", "--config", R"({"user":"nobody"})"});
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.out, HasSubstr("web/data is not nobody's, and something is in it"));
  EXPECT_THAT(other.out, HasSubstr("1.0 runs again"));
  EXPECT_EQ(shown_by("m1"), "one\n");
}

constexpr const char* kOneByOne = "batch = 1\n";

/// The plan of three services, of a group.
class ThreeServices : public Services {
 protected:
  void put(const std::string& name, const std::string& version, const std::string& change) {
    const Answer said =
        group.ctl({"repo", "put", name + "@" + version, pack(name, version, change)});
    ASSERT_EQ(said.exit_code, 0) << said.err;
  }
  void put_all() {
    for (const std::string name : {"redis", "api", "web"}) put(name, "1.0", "true");
  }
  Answer apply(const std::string& version = "1.0") {
    return group.ctl({"apply", plan(), "--yes", "--var", "web=" + version});
  }
  /// The same with all of them stopped.
  Answer apply_stopped() {
    std::string text = read_file(plan());
    const std::string running = "\"running\"";
    for (std::size_t at = 0; (at = text.find(running)) != std::string::npos;) {
      text.replace(at, running.size(), "\"stopped\"");
    }
    const fs::path path = group.dir() / "stopped.toml";
    write_file(path, text);
    return group.ctl({"apply", path, "--yes"});
  }
  /// The same rolled out like that. A web that is not well is found out soon.
  fs::path rolling_plan(const std::string& policy) const {
    std::string text = read_file(plan());
    text.insert(text.find("[defaults]"), "[rollout]\n" + policy + "\n");
    const std::string within = "within = \"10s\"";
    text.replace(text.rfind(within), within.size(), "within = \"4s\"");
    fs::path path = group.dir() / "rolling.toml";
    write_file(path, text);
    return path;
  }
  Answer apply_rolling(const std::string& version, const std::string& policy = kOneByOne,
                       const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"apply", rolling_plan(policy), "--yes", "--var",
                                      "web=" + version};
    words.insert(words.end(), more.begin(), more.end());
    return group.ctl(words);
  }
  std::vector<pid_t> pids(const std::string& member, const std::vector<std::string>& of) {
    std::vector<pid_t> all;
    for (const std::string& name : of) all.push_back(pid(member, name));
    return all;
  }
  /// That all members show this page, of this version, with their API and Redis behind it.
  void expect_all_show(const std::string& text, const std::string& version) {
    for (const std::string& name : names) {
      EXPECT_EQ(shown_by(name), text + "\n") << name;
      EXPECT_EQ(fetched(places[name].web("/version")), version + "\n") << name;
      const std::string next = visits(name);
      EXPECT_EQ(redis(name, {"get", "visits"}), next) << name;
    }
  }
  static fs::path plan() { return source_dir() / "examples/plan/services.toml"; }
  std::string visits(const std::string& name) { return fetched(places[name].web("/api/visits")); }
  std::uint64_t since(const std::string& member, const std::string& name, keeper::Phase phase) {
    const keeper::KeptState found = state(member, name);
    EXPECT_EQ(found.phase, phase) << member << " " << name;
    return found.since_ms;
  }
};

TEST_F(ThreeServices, StartInTheirOrderAndStopInTheReverse) {
  begin(2);
  put_all();
  const Answer applied = apply();
  ASSERT_EQ(applied.exit_code, 0) << applied.out << applied.err;
  for (const std::string& name : names) {
    EXPECT_EQ(visits(name), "1\n") << name;
    EXPECT_EQ(visits(name), "2\n") << name;
    const auto runs = [&](const char* what) { return since(name, what, keeper::Phase::kRunning); };
    EXPECT_LT(runs("redis"), runs("api")) << name;
    EXPECT_LT(runs("api"), runs("web")) << name;
  }
  EXPECT_EQ(group.ctl({"plan", "diff", plan(), "--exit-code"}).exit_code, 0);

  const Answer stopped = apply_stopped();
  EXPECT_EQ(stopped.exit_code, 0) << stopped.out << stopped.err;
  for (const std::string& name : names) {
    const auto ended = [&](const char* what) { return since(name, what, keeper::Phase::kStopped); };
    EXPECT_LT(ended("web"), ended("api")) << name;
    EXPECT_LT(ended("api"), ended("redis")) << name;
  }
  ASSERT_EQ(apply().exit_code, 0);
  for (const std::string& name : names) EXPECT_EQ(visits(name), "3\n") << name;
}

TEST_F(ThreeServices, OneThatIsKilledIsBackAndTheOthersWithIt) {
  begin(1);
  put_all();
  ASSERT_EQ(apply().exit_code, 0);
  EXPECT_EQ(visits("m1"), "1\n");
  ::kill(pid("m1", "redis"), SIGKILL);
  ::kill(pid("m1", "api"), SIGKILL);
  EXPECT_TRUE(eventually([&] { return visits("m1") == "2\n"; })) << visits("m1");
}

TEST_F(ThreeServices, AWebThatIsNotWellLeavesTheOthersAndTheFormerOneRuns) {
  begin(1);
  put_all();
  ASSERT_EQ(apply().exit_code, 0);
  const pid_t before = pid("m1", "api");
  put("web", "2.0", "echo 'no such word' >>nginx.conf");
  const Answer sick = apply("2.0");
  EXPECT_EQ(sick.exit_code, 1) << sick.out << sick.err;
  EXPECT_THAT(sick.out, HasSubstr("1.0 runs again"));
  EXPECT_EQ(visits("m1"), "1\n");
  EXPECT_EQ(pid("m1", "api"), before);
}

TEST_F(ThreeServices, AreUpdatedOneMemberAtATimeUndoneWhenNotWellKilledAndAttached) {
  begin(2);
  put("redis", "1.0", "true");
  put("api", "1.0", "true");
  put("web", "1.0", page("one"));
  const Answer first = apply_rolling("1.0");
  ASSERT_EQ(first.exit_code, 0) << first.out << first.err;
  expect_all_show("one", "1.0");
  const auto behind = [&](const std::string& name) { return pids(name, {"redis", "api"}); };
  const std::vector<pid_t> before[] = {behind("m1"), behind("m2")};

  put("web", "2.0", page("two"));
  const Answer second = apply_rolling("2.0");
  ASSERT_EQ(second.exit_code, 0) << second.out << second.err;
  EXPECT_EQ(last_rollout().at("phase"), "finished");
  EXPECT_EQ(last_rollout().at("summary"), nlohmann::json({{"done", 2}}));
  expect_all_show("two", "2.0");

  put("web", "3.0", "rm site/index.html");
  const Answer sick = apply_rolling("3.0");
  EXPECT_EQ(sick.exit_code, 6) << sick.out << sick.err;
  EXPECT_THAT(sick.out, HasSubstr("error: 403"));
  EXPECT_EQ(last_rollout().at("phase"), "stopped");
  EXPECT_EQ(last_rollout().at("summary"), nlohmann::json({{"failed", 1}, {"notAttempted", 1}}));
  expect_all_show("two", "2.0");
  const Answer undone =
      group.ctl({"rollout", "undo", std::to_string(last_rollout().value("seq", 0))});
  EXPECT_EQ(undone.exit_code, 0) << undone.out << undone.err;
  EXPECT_EQ(last_rollout().at("phase"), "undone");
  expect_all_show("two", "2.0");
  EXPECT_EQ(group.ctl({"plan", "diff", rolling_plan(kOneByOne), "--var", "web=2.0", "--exit-code"})
                .exit_code,
            0);
  EXPECT_EQ(behind("m1"), before[0]) << "what the web stands before was left alone";
  EXPECT_EQ(behind("m2"), before[1]);

  // Killed while the next version is on its way: it goes on to all, and what runs there is
  // attached.
  put("web", "4.0", page("four"));
  const Answer begun =
      apply_rolling("4.0", "batch = 1\nmax_failures = 1\npause = \"2s\"\n", {"--no-wait"});
  ASSERT_EQ(begun.exit_code, 0) << begun.out << begun.err;
  group.member("m1").process().kill_nine();
  EXPECT_EQ(last_rollout().at("phase"), "open");
  EXPECT_EQ(redis("m1", {"ping"}), "PONG\n") << "it needs no member";
  start("m1");
  EXPECT_TRUE(eventually([&] { return last_rollout().at("phase") == "finished"; }))
      << last_rollout().dump();
  group.expect_converged(names);
  expect_all_show("four", "4.0");
  EXPECT_EQ(behind("m1"), before[0]) << "they were started anew";

  const std::vector<std::string> three = {"redis", "api", "web"};
  const std::vector<pid_t> running = pids("m2", three);
  group.member("m2").process().kill_nine();
  expect_all_show("four", "4.0");
  start("m2");
  group.expect_converged(names);
  EXPECT_EQ(pids("m2", three), running) << "they were started anew";
  expect_all_show("four", "4.0");
  const Answer same = group.ctl({"diff", "--exit-code"});
  EXPECT_EQ(same.exit_code, 0) << same.out << same.err;
}

}  // namespace
}  // namespace groupctl::process_test
