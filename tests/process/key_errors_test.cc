// What groupctl says when its key, or the coordinator's, is not the right one, and keys of its own.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "daemon/key_files.h"
#include "tests/process/harness_group.h"
#include "tests/process/harness_socket.h"
#include "tests/schema/output_schema.h"
#include "wire/zmq_client.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kPatience = 10'000;

/// Somebody with a key folder of their own.
class KeyErrors : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(group.start_coordinator());
    server = admin_keys().server.hex();
    fs::create_directories(own_dir());
  }
  fs::path own_dir() const { return group.dir() / "own"; }
  std::string own_file() const { return secret_file(own_dir().string(), kGroupctlKey); }

  Answer alone(std::vector<std::string> words) const {
    words.insert(words.begin(), {groupctl_program(), "-E", group.endpoint("admin")});
    const Said said = run_program(words, {{"GROUPCTL_KEY_DIR", own_dir().string()}});
    return {said.ended.code, said.out, said.err};
  }
  Answer with_server_key(std::vector<std::string> words) const {
    words.insert(words.end(), {"--server-key", server});
    return alone(std::move(words));
  }
  /// One line and perhaps a hint; as JSON the code.
  void expect_error(const std::vector<std::string>& words, int exit_code, const std::string& code) {
    const Answer text = alone(words);
    EXPECT_EQ(text.exit_code, exit_code) << text.err;
    EXPECT_TRUE(text.err.starts_with("error: ")) << text.err;
    EXPECT_LE(std::count(text.err.begin(), text.err.end(), '\n'), 2) << text.err;
    EXPECT_EQ(text.out, "");
    std::vector<std::string> as_json = words;
    as_json.insert(as_json.end(), {"-o", "json"});
    const Answer json = alone(as_json);
    EXPECT_EQ(json.exit_code, exit_code) << json.out;
    EXPECT_EQ(json.json().value("code", ""), code) << json.out;
    EXPECT_EQ(testing::schema_complaints(json.out), "");
  }
  /// Makes the own key and lets it in.
  void come_in_as(const std::string& role) {
    ASSERT_EQ(with_server_key({"key", "new", "--name", "ana"}).exit_code, 0);
    const Answer said = group.ctl({"key", "accept", "ana", "--role", role});
    ASSERT_EQ(said.exit_code, 0) << said.err;
  }

  Group group;
  std::string server;
};

TEST_F(KeyErrors, NobodyIsThere) {
  group.coordinator().kill_nine();
  expect_error({"status", "--timeout", "500ms"}, 4, "coordinator_unreachable");
}

TEST_F(KeyErrors, KeysAreWanted) {
  expect_error({"status"}, 4, "keys_wanted");
  expect_error({"status", "--server-key", server}, 4, "keys_wanted");
  EXPECT_NE(with_server_key({"status"}).err.find("groupctl key new"), std::string::npos);
}

TEST_F(KeyErrors, F49_AnotherServerKeyIsPinned) {
  come_in_as("reader");
  const std::string other = draw_keys().public_key.hex();
  const Answer said = alone({"status", "--server-key", other});
  EXPECT_EQ(said.exit_code, 4) << said.err;
  EXPECT_NE(said.err.find("does not have the pinned server key"), std::string::npos) << said.err;
  expect_error({"status", "--server-key", other}, 4, "wrong_server");
  EXPECT_EQ(with_server_key({"status"}).exit_code, 0);
}

TEST_F(KeyErrors, F49_AnUnknownKeyIsRefusedAtTheHandshake) {
  ASSERT_TRUE(write_new_secret_key(own_file(), draw_keys()));
  expect_error({"status", "--server-key", server}, 4, "key_refused");
  EXPECT_NE(with_server_key({"status"}).err.find("(fingerprint "), std::string::npos);
  for (const char* plane : {"member", "admin"}) {
    auto client =
        ZmqClient::open(group.endpoint(plane), ClientKeys{draw_keys(), admin_keys().server});
    ASSERT_TRUE(client);
    const Status sent = (*client)->send(Bytes(1), kPatience);
    ASSERT_FALSE(sent) << plane;
    EXPECT_EQ(sent.error().code, ErrorCode::kKeyRefused) << plane;
  }
}

TEST_F(KeyErrors, ARoleThatMayNot) {
  come_in_as("reader");
  EXPECT_EQ(with_server_key({"status"}).exit_code, 0);
  expect_error({"set", "a=1", "--server-key", server}, 8, "not_allowed");
  expect_error({"key", "revoke", "admin", "-y", "--server-key", server}, 8, "not_allowed");
  EXPECT_NE(with_server_key({"ping"}).out.find(", as reader"), std::string::npos);
  EXPECT_EQ(group.ctl({"log", "list", "-o", "json"}).json().at("head"), 0) << "nothing was done";
}

TEST_F(KeyErrors, F49_ARevokedKeyIsRefusedOnALiveSessionAndAtTheHandshake) {
  come_in_as("operator");
  Admin live(group.endpoint("admin"),
             ClientKeys{*read_secret_key(own_file()), admin_keys().server});
  ASSERT_TRUE(live.status());
  ASSERT_EQ(group.ctl({"key", "revoke", "ana", "-y"}).exit_code, 0);
  const std::uint64_t start = now_ms();
  const auto refused = live.status();
  std::cout << "revoked: refused on the admin plane after " << now_ms() - start << " ms\n";
  ASSERT_FALSE(refused) << "the answer of revoke means that it is so";
  EXPECT_EQ(refused.error().code, ErrorCode::kKeyRefused);
  expect_error({"status", "--server-key", server}, 4, "key_refused");
  expect_error({"key", "new", "--name", "ana", "--server-key", server}, 4, "key_refused");
}

TEST_F(KeyErrors, ARevokedKeyEndsWhatWaits) {
  come_in_as("operator");
  group.start_members({"m1"});
  group.member("m1").process().send(SIGSTOP);
  const fs::path err = group.dir() / "wait.err";
  Process waits = Process::start(
      {groupctl_program(), "-E", group.endpoint("admin"), "--server-key", server, "set", "a=1"},
      {{}, err, {{"GROUPCTL_KEY_DIR", own_dir().string()}}});
  ASSERT_TRUE(eventually([&] {
    return group.ctl({"log", "list", "-n", "1"}).out.find("SET a=1") != std::string::npos;
  }));
  ASSERT_EQ(group.ctl({"key", "revoke", "ana", "-y"}).exit_code, 0);
  EXPECT_EQ(waits.wait(3000), (Ended{4, 0}));
  const std::string said = read_file(err);
  EXPECT_NE(said.find("this key is not let in: it is revoked"), std::string::npos) << said;
  group.member("m1").process().send(SIGCONT);
}

TEST_F(KeyErrors, F49_AKeyThatOthersMayReadIsNotUsed) {
  come_in_as("reader");
  fs::permissions(own_file(), fs::perms(0644));
  const Answer said = with_server_key({"status"});
  EXPECT_EQ(said.exit_code, 7) << said.err;
  EXPECT_NE(said.err.find("chmod 600 " + own_file()), std::string::npos) << said.err;
  fs::permissions(own_file(), fs::perms(0600));
  EXPECT_EQ(with_server_key({"status"}).exit_code, 0);
  const std::string daemon_keys = own_dir() / "daemons";
  fs::copy(key_dir(), daemon_keys);
  for (const char* name : {kCoordinatorKey, "shop@m7"}) {
    const std::string file = secret_file(daemon_keys, name);
    write_file(file, draw_keys().secret_key.hex() + "\n");
    fs::permissions(file, fs::perms(0644));
  }
  group.coordinator().kill_nine();
  const std::string m7 = (group.dir() / "m7-state").string();
  const Said coordinator = run_program({coordinator_program(), "run", "--state-dir",
                                        group.state_dir().string(), "--key-dir", daemon_keys});
  const Said member = run_program({member_program(), "run", "--group", "shop", "--name", "m7",
                                   "--state-dir", m7, "--key-dir", daemon_keys});
  for (const Said& one : {coordinator, member}) {
    EXPECT_EQ(one.ended, (Ended{77, 0})) << one.err;
    EXPECT_NE(one.err.find("chmod 600 " + daemon_keys), std::string::npos) << one.err;
  }
}

TEST_F(KeyErrors, RotatingOverlaps) {
  come_in_as("operator");
  const PublicKey old = read_secret_key(own_file())->public_key;
  const Answer rotated = with_server_key({"key", "rotate", "-o", "json"});
  ASSERT_EQ(rotated.exit_code, 0) << rotated.err << rotated.out;
  EXPECT_EQ(testing::schema_complaints(rotated.out), "");
  EXPECT_TRUE(rotated.json().contains("oldUntil"));
  EXPECT_NE(read_secret_key(own_file())->public_key, old);
  EXPECT_EQ(with_server_key({"set", "a=1"}).exit_code, 0);
  EXPECT_EQ(with_server_key({"set", "a=2", "--key", own_file() + ".old"}).exit_code, 0);
  ASSERT_EQ(group.ctl({"key", "revoke", "ana", "-y"}).exit_code, 0);
  EXPECT_EQ(with_server_key({"status"}).exit_code, 4);
  EXPECT_EQ(with_server_key({"status", "--key", own_file() + ".old"}).exit_code, 4) << "both";
}

TEST_F(KeyErrors, NewSaysHowItStandsAndIsNeverOverAnother) {
  const Answer first = alone({"key", "new", "--name", "ana"});
  EXPECT_EQ(first.exit_code, 0) << first.err;
  const std::string made = read_file(own_file());
  expect_error({"key", "new"}, 7, "conflict");
  const Answer asked = with_server_key({"key", "new", "--name", "ana", "-o", "json"});
  EXPECT_EQ(asked.exit_code, 0) << asked.out;
  EXPECT_EQ(asked.json().at("state"), "pending");
  ASSERT_EQ(group.ctl({"key", "accept", "ana", "--role", "admin"}).exit_code, 0);
  EXPECT_EQ(with_server_key({"key", "new", "--name", "ana", "-o", "json"}).json().at("state"),
            "accepted");
  EXPECT_EQ(with_server_key({"key", "list"}).exit_code, 0);
  EXPECT_EQ(read_file(own_file()), made);
  EXPECT_EQ(fs::status(own_file()).permissions(), fs::perms(0600));
  ASSERT_EQ(group.ctl({"key", "revoke", "guest", "-y"}).exit_code, 0);
  EXPECT_NE(with_server_key({"key", "new", "--key", own_file() + "2"}).out.find("lets nobody ask"),
            std::string::npos);
}

TEST_F(KeyErrors, TheLocalSocketWantsNoKey) {
  const std::string socket =
      "ipc://" + (group.state_dir() / "groups" / "shop" / "admin.sock").string();
  const Said said = run_program({groupctl_program(), "-E", socket, "key", "list"},
                                {{"GROUPCTL_KEY_DIR", own_dir().string()}});
  EXPECT_EQ(said.ended, (Ended{0, 0})) << said.err;
  EXPECT_NE(said.out.find("admin"), std::string::npos);
}

}  // namespace
}  // namespace groupctl::process_test
