// UNDEPLOY and DUMP with real members: what goes, what stays, and bundles brought home.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>

#include "daemon/file_digest.h"
#include "tests/process/harness_group.h"
#include "tests/process/harness_terminal.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

constexpr int kShortTtlMs = 500;

class Dump : public ::testing::Test {
 protected:
  void begin() {
    ASSERT_TRUE(group.start_coordinator());
    group.start_members({"m1", "m2", "m3"});
    ASSERT_EQ(group.ctl({"deploy", "site@1.0", "--archive", group.pack_site("1.0")}).exit_code, 0);
  }
  std::string folder(const std::string& name) const { return (group.dir() / name).string(); }
  nlohmann::json index(const std::string& name) const {
    return nlohmann::json::parse(read_file(group.dir() / name / "index.json"));
  }
  /// What the index says of a member.
  nlohmann::json of(const std::string& name, const std::string& member) const {
    const nlohmann::json all = index(name);
    for (const auto& one : all.at("members")) {
      if (one.at("name") == member) return one;
    }
    return {};
  }
  bool is_lost(const std::string& name) const {
    const nlohmann::json list = group.ctl({"member", "list", "-o", "json"}).json();
    for (const auto& one : list.at("members")) {
      if (one.at("name") == name) return one.at("state") == "lost";
    }
    return false;
  }
  std::vector<std::string> fetching(const std::string& seq, const std::string& into) const {
    return {groupctl_program(), "-E",        group.endpoint("admin"), "result", seq,
            "--collect",        folder(into)};
  }
  bool has_site(const std::string& name) {
    return fs::exists(fs::symlink_status(group.member(name).files() / "site" / "current"));
  }

  Group group;
};

TEST_F(Dump, G42_UndeployTakesItAwayFromMembersAndFromThoseThatJoinLater) {
  begin();
  const Answer some = group.ctl({"undeploy", "site", "m1", "-o", "json"});
  EXPECT_EQ(some.exit_code, 0) << some.err;
  EXPECT_EQ(some.json().at("summary").at("done"), 1);
  EXPECT_FALSE(has_site("m1"));
  EXPECT_TRUE(group.serves("m2", "1.0"));
  group.member("m3").process().kill_nine();
  const Answer all = group.ctl({"undeploy", "site", "--wait-timeout", "2s", "-o", "json"});
  EXPECT_EQ(all.json().at("summary").at("unchanged"), 1) << all.out << all.err;
  EXPECT_EQ(all.json().at("summary").at("done"), 1);
  EXPECT_TRUE(has_site("m3"));
  group.start_member("m3");
  group.start_members({"m4"});
  group.expect_converged({"m1", "m2", "m3", "m4"});
  for (const char* name : {"m1", "m2", "m3", "m4"}) EXPECT_FALSE(has_site(name)) << name;
  const Answer unknown = group.ctl({"undeploy", "sitte"});
  EXPECT_EQ(unknown.exit_code, 3);
  EXPECT_NE(unknown.err.find("the nearest is site"), std::string::npos) << unknown.err;
  EXPECT_EQ(group.ctl({"deploy", "site@1.0", "--archive", group.pack_site("1.0")}).exit_code, 0);
  EXPECT_TRUE(group.serves("m4", "1.0"));
}

TEST_F(Dump, G41_ADumpChangesNothingAndEveryBundleComesHome) {
  begin();
  const auto before = group.admin().status();
  ASSERT_TRUE(before);
  const Answer dumped = group.ctl({"dump", "--collect", folder("d"), "-o", "json"});
  EXPECT_EQ(dumped.exit_code, 0) << dumped.out << dumped.err;
  const auto after = group.admin().status();
  ASSERT_TRUE(after);
  EXPECT_EQ(after->state_digest, before->state_digest);
  EXPECT_EQ(after->head, before->head.next());
  group.expect_converged({"m1", "m2", "m3"});
  const auto seq = std::to_string(after->head.value);
  EXPECT_EQ(index("d").at("missing"), 0);
  for (const char* name : {"m1", "m2", "m3"}) {
    const fs::path home = group.dir() / "d" / (seq + "-" + name + ".tar.zst");
    const fs::path kept = group.member(name).state_dir() / "dumps" / (seq + ".tar.zst");
    const auto digest = file_digest(home.string());
    ASSERT_TRUE(digest) << digest.error().text;
    EXPECT_EQ(*digest, *file_digest(kept.string()));
    EXPECT_EQ(of("d", name).at("digest"), "sha256:" + digest->hex());
    EXPECT_EQ(of("d", name).at("bytes"), fs::file_size(home));
    EXPECT_TRUE(group.serves(name, "1.0"));
  }
  const Answer shown = group.ctl({"log", "show", seq});
  EXPECT_NE(shown.out.find("sha256:"), std::string::npos)
      << "the ledger says where each bundle is\n"
      << shown.out << shown.err;
}

TEST_F(Dump, WhoIsMissingIsNamedAndCanBeFetchedLater) {
  begin();
  group.member("m3").process().kill_nine();
  EXPECT_TRUE(eventually([&] { return is_lost("m3"); }));
  const std::string ttl = std::to_string(kShortTtlMs) + "ms";
  const Answer part = group.ctl({"dump", "--collect", folder("d"), "--ttl", ttl});
  EXPECT_EQ(part.exit_code, 1) << part.out << part.err;
  EXPECT_EQ(index("d").at("missing"), 1);
  EXPECT_EQ(of("d", "m3").at("missing").get<std::string>().rfind("lost", 0), 0U);
  EXPECT_NE(part.err.find("member=m1 collected file="), std::string::npos) << part.err;
  const std::string seq = std::to_string(index("d").at("seq").get<std::uint64_t>());
  const auto expired = std::chrono::steady_clock::now() + std::chrono::milliseconds(kShortTtlMs);
  group.member("m1").process().kill_nine();
  EXPECT_TRUE(eventually([&] { return std::chrono::steady_clock::now() > expired; }));
  group.start_members({"m1", "m3"});
  EXPECT_TRUE(eventually([&] {
    group.ctl({"result", seq, "--collect", folder("later")});
    return of("later", "m3").value("missing", "") == "expired";
  }));
  EXPECT_EQ(of("later", "m1").at("digest"), of("d", "m1").at("digest"))
      << "it is kept over a restart";
  EXPECT_EQ(group.ctl({"result", seq, "m1", "--collect", folder("one")}).exit_code, 0);
  EXPECT_EQ(group.ctl({"result", "1", "--collect", folder("none")}).exit_code, 2)
      << "nothing is kept of a JOINED";
}

TEST_F(Dump, ATerminalShowsABarThatOutlivesARestartOfTheCoordinator) {
  begin();
  EXPECT_EQ(group.ctl({"dump", "--collect", folder("first")}).exit_code, 0);
  const std::string seq = std::to_string(index("first").at("seq").get<std::uint64_t>());
  group.member("m2").process().send(SIGSTOP);
  Terminal terminal(fetching(seq, "d"), {});
  ASSERT_TRUE(terminal.shows("░  2/3")) << terminal.screen();
  group.coordinator().kill_nine();
  EXPECT_TRUE(terminal.shows("no coordinator answers; waiting for it")) << terminal.screen();
  ASSERT_TRUE(group.start_coordinator());
  group.member("m2").process().send(SIGCONT);
  EXPECT_EQ(terminal.wait(40'000), (Ended{0, 0})) << terminal.screen();
  const std::string& screen = terminal.screen();
  const std::size_t cleared = screen.rfind("\x1b[J");
  ASSERT_NE(cleared, std::string::npos);
  EXPECT_NE(screen.find("3 collected in ", cleared), std::string::npos) << screen;
  EXPECT_EQ(screen.find("░", cleared), std::string::npos) << "nothing of the bar is left";
  EXPECT_EQ(of("d", "m2").at("digest"), of("first", "m2").at("digest"));
}

TEST_F(Dump, CtrlCLeavesWhatHasComeAndSaysHowToFetchTheRest) {
  begin();
  EXPECT_EQ(group.ctl({"dump", "--collect", folder("first")}).exit_code, 0);
  const std::string seq = std::to_string(index("first").at("seq").get<std::uint64_t>());
  group.member("m2").process().send(SIGSTOP);
  Terminal terminal(fetching(seq, "d"), {});
  ASSERT_TRUE(terminal.shows("░  2/3")) << terminal.screen();
  terminal.type(kCtrlC);
  EXPECT_EQ(terminal.wait(), (Ended{130, 0}));
  EXPECT_NE(terminal.screen().find("yet come: groupctl -E "), std::string::npos)
      << terminal.screen();
  EXPECT_EQ(of("d", "m2").at("missing"), "interrupted");
  EXPECT_EQ(of("d", "m1").at("digest"), of("first", "m1").at("digest"));
  group.member("m2").process().send(SIGCONT);
  group.expect_converged({"m1", "m2", "m3"});
  EXPECT_EQ(group.ctl({"result", seq, "--collect", folder("d")}).exit_code, 0);
  EXPECT_EQ(index("d").at("missing"), 0);
}

TEST_F(Dump, OnlyTheNewestBundlesAreKept) {
  begin();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(group.ctl({"dump", "m1"}).exit_code, 0);
  std::size_t kept = 0;
  for (const auto& file : fs::directory_iterator(group.member("m1").state_dir() / "dumps")) {
    if (file.path().filename().string().ends_with(".tar.zst")) ++kept;
  }
  EXPECT_EQ(kept, 8U);
  EXPECT_FALSE(fs::exists(group.member("m2").state_dir() / "dumps"));
}

}  // namespace
}  // namespace groupctl::process_test
