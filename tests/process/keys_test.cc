// Members that are let in, wait, are rejected, or are let in no longer while they run.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/process/harness_group.h"
#include "tests/schema/output_schema.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

/// Far more than it takes: the times are printed.
constexpr std::uint64_t kCutOffMs = 5000;

class Keys : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(group.start_coordinator());
    // Whoever has a token need not wait.
    fs::remove(group.dir() / "shop.token");
  }

  nlohmann::json keys() const { return group.ctl({"key", "list", "-o", "json"}).json().at("keys"); }
  /// The newest key of that name; null: there is none.
  nlohmann::json key_of(const std::string& name) const {
    nlohmann::json found;
    for (const auto& key : keys()) {
      if (key.at("name") == name) found = key;
    }
    return found;
  }
  std::string mark_of(const std::string& name) const { return key_of(name).at("fingerprint"); }
  bool waits(const std::string& name) const {
    const auto key = key_of(name);
    return !key.is_null() && key.at("state") == "pending";
  }
  void start_and_wait(const std::string& name) {
    group.start_member(name);
    ASSERT_TRUE(eventually([&] { return waits(name); }));
  }
  std::string note_of(const std::string& name) {
    const auto status = group.member(name).status();
    return status ? status->value("note", "") : "";
  }
  std::string phase_of(const std::string& name) {
    const auto status = group.member(name).status();
    return status ? status->value("phase", "") : "";
  }
  static std::optional<MemberState> state_of(Admin& admin, const std::string& name) {
    const auto members = admin.members();
    if (!members) return std::nullopt;
    for (const MemberInfo& member : members->rows) {
      if (member.name == name) return member.state;
    }
    return std::nullopt;
  }
  std::string session_key(const std::string& name) const {
    return group.ctl({"member", "show", name, "-o", "json"})
        .json()
        .at("session")
        .at("keyFingerprint");
  }
  Answer join(const std::string& name, const std::string& token,
              const std::string& plane = "member") const {
    const Said said =
        run_program({member_program(), "join", group.endpoint(plane), "--group", "shop", "--name",
                     name, "--state-dir", (group.dir() / (name + "-joined")).string(),
                     "--server-key", admin_keys().server.hex(), "--token", token});
    return {said.ended.code, said.out, said.err};
  }
  static bool has_session(std::optional<MemberState> state) {
    return state && *state != MemberState::kJoining && *state != MemberState::kLost;
  }
  void let_in(const std::string& name) {
    const Answer said = group.ctl({"key", "accept", name, "--fingerprint", mark_of(name)});
    EXPECT_EQ(said.exit_code, 0) << said.err;
  }
  /// Milliseconds until it was so; a test has failed when it never was.
  static std::uint64_t time_until(const std::function<bool()>& condition) {
    const std::uint64_t start = now_ms();
    EXPECT_TRUE(eventually(condition, kCutOffMs));
    return now_ms() - start;
  }

  Group group;
};

TEST_F(Keys, AMemberWaitsAndComesInWithoutARestart) {
  start_and_wait("m1");
  const pid_t process = group.member("m1").process().pid();
  EXPECT_EQ(group.ctl({"status", "-o", "json"}).json().at("pendingKeys"), 1);
  EXPECT_NE(group.ctl({"status"}).out.find("1 pending key "), std::string::npos);
  EXPECT_TRUE(eventually([&] { return note_of("m1").find(mark_of("m1")) != std::string::npos; }))
      << "it shows the fingerprint that the admin compares: " << note_of("m1");
  EXPECT_EQ(phase_of("m1"), "pending");
  const std::string other = mark_of("admin");
  EXPECT_EQ(group.ctl({"key", "accept", "m1", "--fingerprint", other}).exit_code, 7);
  EXPECT_TRUE(waits("m1"));
  let_in("m1");
  group.expect_converged({"m1"});
  EXPECT_EQ(group.member("m1").process().pid(), process);
  EXPECT_EQ(group.ctl({"status", "-o", "json"}).json().at("pendingKeys"), 0);
  EXPECT_EQ(
      group.ctl({"member", "show", "m1", "-o", "json"}).json().at("session").at("keyFingerprint"),
      mark_of("m1"));
}

TEST_F(Keys, WhoIsRejectedKeepsRunningAndMayBeAcceptedLater) {
  start_and_wait("m1");
  EXPECT_EQ(group.ctl({"key", "reject", "m1", "-m", "who is that"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return note_of("m1").find("rejected") != std::string::npos; }))
      << note_of("m1");
  EXPECT_EQ(phase_of("m1"), "pending");
  EXPECT_EQ(group.ctl({"key", "accept", "m1"}).exit_code, 3) << "not by its name alone";
  let_in("m1");
  group.expect_converged({"m1"});
}

TEST_F(Keys, AllThatWaitAreAcceptedAtOnce) {
  for (const char* name : {"m1", "m2", "m3"}) group.start_member(name);
  EXPECT_TRUE(eventually([&] { return waits("m1") && waits("m2") && waits("m3"); }));
  EXPECT_EQ(group.ctl({"key", "accept", "--all"}).exit_code, 2) << "nobody is there to confirm it";
  EXPECT_EQ(group.ctl({"key", "accept", "--all", "-y"}).exit_code, 0);
  group.expect_converged({"m1", "m2", "m3"});
}

TEST_F(Keys, I12_WhoIsRevokedIsCutOffOnEveryPlaneAndComesBackWhenAccepted) {
  start_and_wait("m1");
  start_and_wait("m2");
  ASSERT_EQ(group.ctl({"key", "accept", "--all", "-y"}).exit_code, 0);
  group.expect_converged({"m1", "m2"});
  Admin admin = group.admin();
  ASSERT_TRUE(admin.members());
  const Answer revoked = group.ctl({"key", "revoke", "m1", "-y", "-m", "stolen"});
  ASSERT_EQ(revoked.exit_code, 0) << revoked.err;
  const std::uint64_t member_plane =
      time_until([&] { return !has_session(state_of(admin, "m1")); });
  const Answer set = group.ctl({"set", "after=1", "--no-wait", "-o", "json"});
  ASSERT_EQ(set.exit_code, 0) << set.err;
  const std::uint64_t sequence = set.json().at("seq");
  const std::uint64_t itself = time_until([&] { return phase_of("m1") == "pending"; });
  std::cout << "revoked: its session has ended after " << member_plane
            << " ms, knows it itself after " << itself << " ms more\n";
  EXPECT_TRUE(eventually([&] { return group.member("m2").status()->at("received") >= sequence; }));
  const auto status = group.member("m1").status();
  EXPECT_LT(status->at("received"), sequence) << "it hears nothing that is published";
  EXPECT_LT(status->at("knownHead"), sequence);
  EXPECT_TRUE(eventually([&] { return state_of(admin, "m1") == MemberState::kLost; }));
  EXPECT_NE(group.ctl({"member", "list"}).out.find("its key is revoked"), std::string::npos);
  EXPECT_TRUE(group.member("m1").process().running());
  let_in("m1");
  group.expect_converged({"m1", "m2"});
}

TEST_F(Keys, F49_ATokenIsGoodForItsTimeAndItsUses) {
  const Answer once = group.ctl({"key", "token", "--ttl", "10m", "-o", "json"});
  ASSERT_EQ(once.exit_code, 0) << once.err;
  EXPECT_EQ(testing::schema_complaints(once.out), "");
  const std::string line = once.json().at("join");
  EXPECT_TRUE(line.starts_with("group-member join " + group.endpoint("member") + " --group shop "))
      << line;
  EXPECT_NE(join("m1", once.json().at("token")).out.find("m1 is let in"), std::string::npos);
  const Answer again = join("m2", once.json().at("token"));
  EXPECT_NE(again.out.find("m2 waits to be let in"), std::string::npos) << again.out;
  EXPECT_NE(again.err.find("the token is not let in here"), std::string::npos) << again.err;
  const Answer brief = group.ctl({"key", "token", "--ttl", "1s", "--uses", "9", "-o", "json"});
  ASSERT_EQ(brief.exit_code, 0) << brief.err;
  const std::string name = brief.json().at("name");
  EXPECT_TRUE(eventually([&] { return key_of(name).is_null(); })) << "its time is over";
  EXPECT_NE(join("m3", brief.json().at("token")).out.find("m3 waits"), std::string::npos);
}

TEST_F(Keys, ATokenAtAnotherPlanesPortIsToldSo) {
  const Answer token = group.ctl({"key", "token", "-o", "json"});
  ASSERT_EQ(token.exit_code, 0) << token.err;
  const Answer there = join("m1", token.json().at("token"), "admin");
  EXPECT_NE(there.exit_code, 0);
  EXPECT_NE(there.err.find("is that another plane's port?"), std::string::npos) << there.err;
  const Answer here = join("m1", token.json().at("token"));
  EXPECT_NE(here.out.find("m1 is let in"), std::string::npos) << here.err << "it is not used up";
}

TEST_F(Keys, AMemberRotatesItsKeyWhileItRuns) {
  start_and_wait("m1");
  let_in("m1");
  group.expect_converged({"m1"});
  const std::string before = mark_of("m1");
  const std::vector<std::string> where = {"--group",       "shop",
                                          "--name",        "m1",
                                          "--coordinator", group.endpoint("member"),
                                          "--state-dir",   group.member("m1").state_dir().string()};
  const auto about_key = [&](const std::string& verb) {
    std::vector<std::string> words = {member_program(), "key", verb};
    words.insert(words.end(), where.begin(), where.end());
    return run_program(words);
  };
  const Said rotated = about_key("rotate");
  ASSERT_EQ(rotated.ended, (Ended{0, 0})) << rotated.err;
  const std::string after = about_key("fingerprint").out.substr(0, before.size());
  EXPECT_NE(after, before);
  EXPECT_TRUE(rotated.out.starts_with("the key of m1 is replaced: " + after + "\n"));
  const Said again = about_key("rotate");
  EXPECT_EQ(again.ended, (Ended{2, 0})) << again.err;
  EXPECT_NE(again.err.find("groupctl key revoke " + before), std::string::npos) << again.err;
  EXPECT_EQ(group.ctl({"set", "a=1"}).exit_code, 0) << "it goes on with the old one";
  group.member("m1").process().kill_nine();
  group.start_members({"m1"});
  EXPECT_EQ(session_key("m1"), after);
  ASSERT_EQ(group.ctl({"key", "revoke", "m1", "-y"}).exit_code, 0);
  for (const auto& key : keys()) {
    if (key.at("name") != "m1") continue;
    EXPECT_EQ(key.at("state"), "revoked") << "the old one, too";
  }
}

TEST_F(Keys, AKeyThatIsNotLetInIsNotReplacedAndNothingIsLeftOfIt) {
  start_and_wait("m1");
  const Said refused = run_program({member_program(), "key", "rotate", "--group", "shop", "--name",
                                    "m1", "--coordinator", group.endpoint("member"), "--state-dir",
                                    group.member("m1").state_dir().string()});
  EXPECT_EQ(refused.ended, (Ended{77, 0})) << refused.err;
  EXPECT_NE(refused.err.find("group-member join says how it stands"), std::string::npos);
  for (const auto& file : fs::directory_iterator(key_dir())) {
    EXPECT_NE(file.path().extension(), ".new") << file.path();
  }
}

TEST_F(Keys, InitNeverOverwritesKeys) {
  std::map<std::string, std::string> before;
  for (const auto& file : fs::directory_iterator(key_dir())) {
    before[file.path().string()] = read_file(file.path());
  }
  const TempDir other;
  const Said said = run_program({coordinator_program(), "init", "--group", "bank", "--state-dir",
                                 (other.path() / "state").string()});
  EXPECT_EQ(said.ended, (Ended{0, 0})) << said.err;
  for (const auto& [file, text] : before) EXPECT_EQ(read_file(file), text) << file;
  const std::string damaged = (other.path() / "keys").string();
  fs::copy(key_dir(), damaged);
  write_file(fs::path(damaged) / "coordinator.secret", "no key\n");
  const Said refused = run_program({coordinator_program(), "init", "--group", "park", "--state-dir",
                                    (other.path() / "park").string(), "--key-dir", damaged});
  EXPECT_NE(refused.ended, (Ended{0, 0}));
  EXPECT_EQ(read_file(fs::path(damaged) / "coordinator.secret"), "no key\n");
}

}  // namespace
}  // namespace groupctl::process_test
