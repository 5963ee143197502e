// Several groups in one process: each for itself, made, deleted and quarantined beside the others.
#include <gtest/gtest.h>
#include <signal.h>

#include <sstream>

#include "log/hash.h"
#include "tests/process/harness_group.h"
#include "tests/random_text.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

/// A coordinator whose groups are served by one process.
class Groups {
 public:
  explicit Groups(const std::vector<std::string>& names) {
    fs::create_directories(dir() / "archives");
    for (const std::string& name : names) EXPECT_EQ(init(name).ended, (Ended{0, 0}));
  }
  ~Groups() {
    if (testing::Test::HasFailure()) std::cerr << "--- coordinator\n" << log();
  }

  const fs::path& dir() const { return temp_.path(); }
  fs::path state_dir() const { return dir() / "coordinator"; }
  fs::path folder(const std::string& group) const { return state_dir() / "groups" / group; }
  std::string log() const { return read_file(dir() / "coordinator.log"); }
  Process& process() { return process_; }

  Said init(const std::string& name, const std::vector<std::string>& flags = {}) const {
    std::vector<std::string> words = {coordinator_program(), "init", "--group", name, "--state-dir",
                                      state_dir().string()};
    words.insert(words.end(), flags.begin(), flags.end());
    Said said = run_program(words);
    keep_token(dir(), name, said.out);
    return said;
  }

  /// Until so many groups more are served, or the process has ended.
  bool start(std::size_t served, const std::vector<std::string>& flags = {}) {
    const std::size_t before = lines("serving");
    std::vector<std::string> words = {coordinator_program(), "run",         "--state-dir",
                                      state_dir().string(),  "--heartbeat", "200ms",
                                      "--log-format",        "text"};
    words.insert(words.end(), flags.begin(), flags.end());
    process_ = Process::start(words, {{}, dir() / "coordinator.log", {}});
    return eventually([&] { return lines("serving") >= before + served || !process_.running(); }) &&
           process_.running();
  }
  void restart(std::size_t served) {
    process_.kill_nine();
    ASSERT_TRUE(start(served));
  }

  std::size_t lines(const std::string& first, const std::string& second = "") const {
    std::istringstream text(log());
    std::size_t count = 0;
    for (std::string line; std::getline(text, line);) {
      if (line.find(first) != std::string::npos && line.find(second) != std::string::npos) ++count;
    }
    return count;
  }

  std::string told(const std::string& group, const std::string& plane) const {
    std::istringstream text(read_file(folder(group) / "endpoints"));
    for (std::string word, endpoint; text >> word >> endpoint;) {
      if (word == plane) return endpoint;
    }
    return "";
  }

  /// groupctl at the admin plane of a group.
  Answer ctl(const std::string& group, const std::vector<std::string>& words) const {
    std::vector<std::string> all = {groupctl_program(), "-E", told(group, "admin")};
    all.insert(all.end(), words.begin(), words.end());
    Said said = run_program(all);
    return {said.ended.code, std::move(said.out), std::move(said.err)};
  }
  std::uint64_t head(const std::string& group) const {
    return ctl(group, {"status", "-o", "json"}).json().at("log").at("seq").get<std::uint64_t>();
  }
  /// A row of `group list`, asked at another group.
  nlohmann::json listed(const std::string& group, const std::string& asked_at) const {
    const nlohmann::json list = ctl(asked_at, {"group", "list", "-o", "json"}).json();
    for (const auto& one : list.at("groups")) {
      if (one.at("name") == group) return one;
    }
    return nullptr;
  }

  Member& member(const std::string& name) {
    auto& slot = members_[name];
    if (!slot) slot = std::make_unique<Member>(dir(), name);
    return *slot;
  }
  void start_member(const std::string& group, const std::string& name) {
    // One that was made at run time has no token.
    if (!fs::exists(dir() / (group + ".token"))) {
      ASSERT_TRUE(Admin(told(group, "admin")).let_in(group, name));
    }
    member(name).start(told(group, "member"), {"--group", group});
  }
  /// Whether the member has what its group has.
  bool in_step(const std::string& group, const std::string& name) {
    const auto own = member(name).status();
    return own && own->value("phase", "") == "in_step" &&
           own->value("executed", std::uint64_t{0}) == head(group);
  }

 private:
  TempDir temp_;
  Process process_;
  std::map<std::string, std::unique_ptr<Member>> members_;
};

TEST(Groups, G5_OfOneProcessHaveTheirOwnMembersSequencesAndState) {
  Groups groups({"shop", "bank"});
  ASSERT_TRUE(groups.start(2));
  groups.start_member("shop", "s1");
  groups.start_member("bank", "b1");
  EXPECT_TRUE(eventually([&] { return groups.in_step("shop", "s1"); }));
  EXPECT_TRUE(eventually([&] { return groups.in_step("bank", "b1"); }));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(groups.ctl("shop", {"set", "k=" + std::to_string(i)}).exit_code, 0);
  }
  EXPECT_EQ(groups.ctl("bank", {"set", "k=bank"}).exit_code, 0);
  const auto heads_hold = [&] { return groups.head("shop") == 4 && groups.head("bank") == 2; };
  EXPECT_TRUE(heads_hold());
  EXPECT_EQ(groups.member("s1").status()->at("properties").at("k"), "2");
  EXPECT_EQ(groups.member("b1").status()->at("properties").at("k"), "bank");
  const auto told = [&](const std::string& plane) {
    return groups.told("shop", plane) + " " + groups.told("bank", plane);
  };
  const std::string before = told("member") + told("command") + told("admin");
  groups.restart(2);
  EXPECT_EQ(told("member") + told("command") + told("admin"), before);
  EXPECT_TRUE(heads_hold());
  EXPECT_EQ(groups.ctl("bank", {"set", "k=again"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return groups.in_step("shop", "s1"); }));
  EXPECT_EQ(groups.member("s1").status()->at("properties").at("k"), "2");
  EXPECT_GT(groups.lines("joined member=b1", "group=bank"), 0U);
  EXPECT_GT(groups.lines("joined member=s1", "group=shop"), 0U);
}

TEST(Groups, SignalsAreForAllOfThem) {
  Groups groups({"shop", "bank"});
  ASSERT_TRUE(groups.start(2));
  groups.process().send(SIGUSR1);
  EXPECT_TRUE(eventually([&] {
    return groups.lines("summary", "group=shop") == 1 && groups.lines("summary", "group=bank") == 1;
  }));
  groups.process().send(SIGHUP);
  EXPECT_TRUE(eventually([&] { return groups.lines("configuration read again") == 1; }));
  groups.process().send(SIGTERM);
  EXPECT_EQ(groups.process().wait(20000), (Ended{0, 0}));
}

void damage(const fs::path& folder) {
  const std::string sound = read_file(folder / "log" / "data.mdb");
  write_file(folder / "log" / "data.mdb", std::string(sound.size(), '\0'));
}

TEST(Groups, G5_OneThatIsDamagedIsQuarantinedAndTheOthersServe) {
  Groups groups({"shop", "bank"});
  damage(groups.folder("bank"));
  ASSERT_TRUE(groups.start(1));
  EXPECT_EQ(groups.ctl("shop", {"set", "k=1", "--allow-empty"}).exit_code, 0);
  const auto bank = groups.listed("bank", "shop");
  EXPECT_EQ(bank.at("state"), "quarantined");
  EXPECT_NE(bank.at("cause").get<std::string>().find("data.mdb"), std::string::npos) << bank;
  EXPECT_EQ(groups.listed("shop", "shop").at("state"), "serving");
  EXPECT_EQ(groups.lines("error coordinator group is quarantined", "group=bank"), 1U);
  groups.process().kill_nine();
  damage(groups.folder("shop"));
  EXPECT_FALSE(groups.start(1));
  EXPECT_EQ(groups.process().wait(20000), (Ended{kBadData, 0}));
}

TEST(Groups, F8_OneWhoseStorageFailsIsQuarantinedUntilTheRestart) {
  if (!can_trace()) GTEST_SKIP() << "strace cannot trace here";
  Groups groups({"shop", "bank"});
  ASSERT_TRUE(groups.start(2));
  Process tracer =
      Process::start({"/usr/bin/strace", "-f", "-p", std::to_string(groups.process().pid()), "-o",
                      "/dev/null", "-P", (groups.folder("bank") / "log" / "data.mdb").string(),
                      "-e", "inject=fdatasync,fsync:error=EIO"},
                     {});
  // Tracing begins somewhere in between: commands go on until one meets it.
  EXPECT_TRUE(eventually([&] {
    groups.ctl("bank", {"set", "k=1", "--allow-empty", "--no-wait", "--timeout", "1s"});
    const auto bank = groups.listed("bank", "shop");
    return bank.at("state") == "quarantined";
  }));
  EXPECT_EQ(groups.ctl("shop", {"set", "k=1", "--allow-empty"}).exit_code, 0);
  tracer.kill_nine();
  groups.restart(2);
  EXPECT_EQ(groups.ctl("bank", {"set", "k=2", "--allow-empty"}).exit_code, 0);
}

TEST(Groups, F9_AReadErrorOfOneQuarantinesThatOneAtTheNextStart) {
  Groups groups({"shop", "bank"});
  ASSERT_TRUE(groups.start(2));
  for (std::uint64_t i = 0; i < 12; ++i) {
    ASSERT_EQ(groups.ctl("bank", {"set", "--allow-empty", "--no-wait", "k=" + random_text(4000, i)})
                  .exit_code,
              0);
  }
  fs::resize_file(groups.folder("bank") / "log" / "data.mdb", 8192);
  groups.ctl("bank", {"log", "list", "--from", "1", "--timeout", "2s"});
  EXPECT_EQ(groups.process().wait(20000), (Ended{kReadWriteError, 0}));
  EXPECT_TRUE(fs::exists(groups.folder("bank") / "crashed"));
  EXPECT_FALSE(fs::exists(groups.folder("shop") / "crashed"));
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(groups.start(1)) << "start " << i;
    EXPECT_EQ(groups.listed("bank", "shop").at("state"), "quarantined");
    EXPECT_EQ(groups.ctl("shop", {"set", "k=1", "--allow-empty"}).exit_code, 0);
    groups.process().kill_nine();
  }
}

TEST(Groups, G6_ACommandForAnotherGroupIsRefusedAndNothingIsLogged) {
  Groups groups({"shop", "bank"});
  ASSERT_TRUE(groups.start(2));
  const std::uint64_t shop = groups.head("shop");
  const std::uint64_t bank = groups.head("bank");
  for (const char* other : {"bakery", "bank"}) {
    const Answer refused = groups.ctl("shop", {"-g", other, "set", "k=1", "--allow-empty"});
    EXPECT_EQ(refused.exit_code, 7) << refused.err;
    EXPECT_NE(refused.err.find(std::string("this is group shop, not ") + other), std::string::npos)
        << refused.err;
    EXPECT_NE(refused.err.find("bank at " + groups.told("bank", "admin")), std::string::npos)
        << refused.err;
  }
  Admin admin(groups.told("shop", "admin"));
  admin.client().mean("bakery");
  Submit submit;
  submit.first = {{1, 2}, 1};
  submit.commands.resize(1);
  submit.commands[0].kind = KindId(1);
  const auto answer = admin.client().submit(submit, 5000);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kWrongGroup);
  EXPECT_EQ(groups.head("shop"), shop);
  EXPECT_EQ(groups.head("bank"), bank);
  EXPECT_EQ(groups.ctl("shop", {"-g", "shop", "set", "k=1", "--allow-empty"}).exit_code, 0);
  EXPECT_EQ(groups.head("shop"), shop + 1);
}

TEST(Groups, AreMadeAndDeletedWhileTheOthersRun) {
  Groups groups({"shop"});
  ASSERT_TRUE(groups.start(1, {"--member-endpoint", "tcp://127.0.0.1:*", "--admin-endpoint",
                               "tcp://127.0.0.1:*", "--command-endpoint", "tcp://127.0.0.1:*"}));
  const std::vector<std::string> create = {"group", "create", "bank", "--id", "k", "-o", "json"};
  const Answer made = groups.ctl("shop", create);
  ASSERT_EQ(made.exit_code, 0) << made.out << made.err;
  const std::string admin = made.json().at("endpoints").at("admin");
  EXPECT_EQ(admin, groups.told("bank", "admin"));
  groups.start_member("bank", "b1");
  EXPECT_TRUE(eventually([&] { return groups.in_step("bank", "b1"); }));
  EXPECT_EQ(groups.ctl("bank", {"set", "k=1"}).exit_code, 0);
  EXPECT_EQ(groups.ctl("shop", {"group", "create", "bank"}).exit_code, 7) << "it is there";
  groups.restart(2);
  EXPECT_EQ(groups.told("bank", "admin"), admin);
  EXPECT_EQ(groups.ctl("shop", create).json(), made.json()) << "as if the answer had been lost";
  EXPECT_EQ(groups.ctl("bank", {"group", "show", "-o", "json"}).json().at("head"), 2);
  EXPECT_EQ(groups.ctl("shop", {"group", "delete", "bank"}).exit_code, 2) << "not confirmed";
  EXPECT_EQ(groups.ctl("shop", {"group", "delete", "bakery", "-y"}).exit_code, 3);
  // Asked at the very group that goes.
  const std::vector<std::string> destroy = {"group", "delete", "bank", "-y",
                                            "--id",  "k",      "-o",   "json"};
  const Answer deleted = groups.ctl("bank", destroy);
  ASSERT_EQ(deleted.exit_code, 0) << deleted.out << deleted.err;
  EXPECT_EQ(groups.ctl("shop", destroy).json(), deleted.json());
  const fs::path kept = deleted.json().at("folder").get<std::string>();
  EXPECT_TRUE(eventually([&] { return fs::exists(kept / "log" / "data.mdb"); }));
  EXPECT_FALSE(fs::exists(groups.folder("bank")));
  EXPECT_EQ(groups.ctl("shop", {"group", "list", "-o", "json"}).json().at("groups").size(), 1U);
  EXPECT_EQ(groups.ctl("shop", {"group", "delete", "shop", "-y"}).exit_code, 7) << "the last one";
  const std::string where = groups.told("shop", "admin");
  groups.restart(1);
  EXPECT_EQ(groups.told("shop", "admin"), where) << "alone again, it is where it was";
  EXPECT_EQ(groups.ctl("shop", {"set", "k=1", "--allow-empty"}).exit_code, 0);
}

TEST(Groups, ADeletionThatACrashInterruptedIsFinishedByTheNextStart) {
  Groups groups({"shop", "bank"});
  write_file(groups.folder("bank") / "deleted", "bank-1\n");
  ASSERT_TRUE(groups.start(1, {"--member-endpoint", "tcp://127.0.0.1:*", "--admin-endpoint",
                               "tcp://127.0.0.1:*", "--command-endpoint", "tcp://127.0.0.1:*"}));
  EXPECT_TRUE(fs::exists(groups.state_dir() / "deleted" / "bank-1" / "secret"));
  EXPECT_TRUE(groups.listed("bank", "shop").is_null());
}

/// The state directory of another group's member on the same server.
void bind_anew(const fs::path& from, const fs::path& to, const std::string& group) {
  fs::create_directories(to);
  fs::copy(from / "incarnation", to / "incarnation");
  std::istringstream lines(read_file(from / "identity"));
  std::string title;
  std::string server_id;
  std::getline(lines, title);
  std::getline(lines, server_id);
  const std::string text = title + "\n" + server_id + "\n" + group + "\n";
  write_file(to / "identity", text + "checksum " + hash_of(as_bytes(text)).hex() + "\n");
}

TEST(Groups, G3_AServerIsInOneOfThem) {
  Groups groups({"shop", "bank"});
  ASSERT_TRUE(groups.start(2));
  groups.start_member("shop", "s1");
  EXPECT_TRUE(eventually([&] { return groups.in_step("shop", "s1"); }));
  bind_anew(groups.member("s1").state_dir(), groups.member("b1").state_dir(), "bank");
  for (int i = 0; i < 2; ++i) {
    const std::size_t before = groups.lines("is a member of group shop", "asks to join group bank");
    groups.start_member("bank", "b1");
    EXPECT_TRUE(eventually([&] {
      return groups.lines("is a member of group shop", "asks to join group bank") > before;
    }));
    groups.member("b1").process().kill_nine();
    EXPECT_EQ(groups.head("bank"), 0U);
    groups.restart(2);  // it is known from the log as well
  }
  EXPECT_TRUE(eventually([&] { return groups.in_step("shop", "s1"); }));
  EXPECT_EQ(groups.member("s1").leave().exit_code, 0);
  groups.start_member("bank", "b1");
  EXPECT_TRUE(eventually([&] { return groups.in_step("bank", "b1"); }));
}

TEST(Groups, G3_WhoComesToTheWrongDoorIsToldNothing) {
  Groups groups({"shop", "bank"});
  ASSERT_TRUE(groups.start(2));
  groups.member("s1").start(groups.told("bank", "member"), {"--group", "shop"});
  const auto told = [&] { return groups.lines("a key was refused", "group=bank") > 0; };
  EXPECT_TRUE(eventually(told)) << "nobody of that key, before any group is spoken of";
  const std::string said = read_file(groups.member("s1").log_file());
  EXPECT_EQ(said.find("bank"), std::string::npos) << said;
  EXPECT_EQ(groups.head("bank"), 0U);
  EXPECT_EQ(groups.head("shop"), 0U);
}

TEST(Groups, AnAddressThatIsTakenIsNotTakenTwice) {
  Groups groups({});
  const std::string address = "ipc://" + (groups.dir() / "admin.sock").string();
  EXPECT_EQ(groups.init("bank", {"--admin-endpoint", address}).ended, (Ended{0, 0}));
  EXPECT_EQ(groups.init("shop", {"--admin-endpoint", address}).ended, (Ended{0, 0}));
  ASSERT_TRUE(groups.start(1));
  EXPECT_EQ(groups.told("bank", "admin"), address);
  ASSERT_TRUE(eventually([&] { return !groups.listed("shop", "bank").is_null(); }));
  const auto shop = groups.listed("shop", "bank");
  EXPECT_EQ(shop.at("state"), "quarantined");
  EXPECT_EQ(shop.at("cause"), "group bank is served at one of its endpoints");
  const Answer ipc = groups.ctl("bank", {"group", "create", "mill", "--admin-endpoint", address});
  EXPECT_EQ(ipc.exit_code, 7) << ipc.err;
  const Answer tcp = groups.ctl(
      "bank", {"group", "create", "mill", "--admin-endpoint", groups.told("bank", "member")});
  EXPECT_EQ(tcp.exit_code, 7) << tcp.err;
  EXPECT_FALSE(fs::exists(groups.folder("mill"))) << "what cannot be served is not left";
}

}  // namespace
}  // namespace groupctl::process_test
