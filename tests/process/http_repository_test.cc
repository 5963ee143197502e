// Repositories at web servers: in the shared tail and in front of it, and what goes wrong there.
#include <gtest/gtest.h>
#include <signal.h>

#include "daemon/file_digest.h"
#include "tests/process/harness_group.h"
#include "tests/process/harness_http.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

class HttpRepositories : public ::testing::Test {
 protected:
  struct Packed {
    std::string archive;  ///< its path
    std::string content;
    std::string at;  ///< its path at the web server
  };

  /// A member whose chain is the coordinator's: group:, then these.
  void start_with_tail(const std::vector<std::string>& urls) {
    std::vector<std::string> flags = {"--shared-tail", "group:"};
    for (const std::string& url : urls) flags.insert(flags.end(), {"--shared-tail", url});
    ASSERT_TRUE(group_.start_coordinator({.flags = flags}));
    start_member({none()});
  }
  /// A member with private repositories, in front of the group's.
  void start_private(const std::vector<std::string>& urls) {
    ASSERT_TRUE(group_.start_coordinator());
    start_member(urls);
  }
  void start_member(const std::vector<std::string>& urls, std::vector<std::string> more = {}) {
    for (const std::string& url : urls) more.insert(more.end(), {"--repository", url});
    group_.start_member("m1", more);
    group_.expect_converged({"m1"});
  }
  /// A folder that is not there.
  std::string none() const { return "file:" + (group_.dir() / "none").string(); }

  Packed packed(const std::string& archive) const {
    return {archive, read_file(archive), "/a/" + fs::path(archive).filename().string()};
  }
  Packed site(const std::string& version) const { return packed(group_.pack_site(version)); }
  /// More than one read of a socket gives.
  Packed big() const {
    std::string noise(1 << 20, ' ');
    std::uint32_t state = 1;
    for (char& c : noise) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    return packed(group_.pack("big", "1", {{"data", noise}}));
  }
  /// What the group's DEPLOY of exactly this archive came to.
  nlohmann::json deploy(const std::string& artefact, const Packed& what) {
    const Answer answer = group_.ctl({"deploy", artefact, "--archive", what.archive, "-o", "json"});
    return answer.json().at("members").at(0);
  }
  void expect_deployed(const std::string& artefact, const Packed& what) {
    const nlohmann::json row = deploy(artefact, what);
    EXPECT_EQ(row.at("result"), "done") << row;
    EXPECT_TRUE(fs::exists(group_.member("m1").files() / artefact.substr(0, artefact.find('@')) /
                           "current"));
  }
  void expect_failed(const std::string& artefact, const Packed& what, const std::string& why) {
    const nlohmann::json row = deploy(artefact, what);
    EXPECT_EQ(row.at("result"), "failed") << row;
    EXPECT_NE(row.value("message", "").find(why), std::string::npos) << row;
  }
  std::string repository_of(const std::string& artefact) {
    const auto where = group_.ctl({"artefact", "where", artefact, "-o", "json"}).json();
    return where.at("members").at(0).value("repository", "");
  }
  /// From which bytes on it was asked for.
  std::vector<std::uint64_t> begins(const Packed& what) {
    std::vector<std::uint64_t> from;
    for (const HttpAsked& one : web_.asked(what.at)) from.push_back(one.from());
    return from;
  }
  std::uint64_t bytes_on_their_way() {
    std::uint64_t bytes = 0;
    std::error_code error;
    for (fs::directory_iterator it(group_.member("m1").state_dir() / "artefacts", error), end;
         !error && it != end; it.increment(error)) {
      std::error_code gone;
      if (it->path().extension() == ".part") bytes += it->file_size(gone);
    }
    return bytes;
  }
  /// Of big@1, that stops coming after so many bytes.
  void deploy_until_it_hangs(const std::vector<std::string>& more) {
    std::vector<std::string> words = {"deploy", "big@1", "--no-wait"};
    words.insert(words.end(), more.begin(), more.end());
    ASSERT_EQ(group_.ctl(words).exit_code, 0);
    ASSERT_TRUE(eventually([&] { return bytes_on_their_way() == 300'000; }));
  }
  std::string url() const { return web_.url() + "/a"; }
  static HttpFault sends_on(const std::string& to) {
    return {.head = "HTTP/1.1 302 Found\r\nContent-Length: 4\r\nLocation: " + to + "\r\n\r\n",
            .body = "here"};
  }

  using Begins = std::vector<std::uint64_t>;
  Group group_;
  HttpServer web_;
};

TEST_F(HttpRepositories, G38_TheTailGivesWhatTheGroupHasNot) {
  start_with_tail({url()});
  const Packed one = site("1.0");
  web_.put(one.at, one.content);
  expect_deployed("site@1.0", one);
  EXPECT_TRUE(group_.serves("m1", "1.0"));
  EXPECT_EQ(repository_of("site"), url());
  ASSERT_EQ(begins(one), (Begins{0}));
  EXPECT_TRUE(web_.asked(one.at)[0].fields["user-agent"].starts_with("groupctl/"));
  EXPECT_EQ(web_.asked(one.at)[0].fields["accept-encoding"], "identity");
  // It stays in the cache: nobody is asked again.
  web_.close();
  ASSERT_EQ(group_.ctl({"undeploy", "site"}).exit_code, 0);
  expect_deployed("site@1.0", one);
}

TEST_F(HttpRepositories, G38_WhatATailCannotGiveIsPassedOver) {
  HttpServer damaged;
  HttpServer away;
  start_with_tail({damaged.url(), away.url() + "/x", url()});
  away.close();
  const Packed one = site("1.0");
  damaged.put(one.at.substr(2), "something else");
  web_.put(one.at, one.content);
  expect_deployed("site@1.0", one);
  EXPECT_EQ(repository_of("site"), url());
  const std::string log = read_file(group_.member("m1").log_file());
  EXPECT_NE(log.find("digest mismatch in " + damaged.url()), std::string::npos);
  EXPECT_NE(log.find("cannot get " + away.url()), std::string::npos);
}

TEST_F(HttpRepositories, AnArchiveThatIsNowhereNamesWhatWasTried) {
  start_with_tail({url()});
  expect_failed("site@1.0", site("1.0"), "is in no repository (tried " + none() + ", group:");
  EXPECT_EQ(web_.asked("/a/site-1.0.tar.zst").size(), 1U);
  EXPECT_EQ(web_.asked("/a/site-1.0.tar.gz").size(), 1U);
  EXPECT_EQ(web_.asked("/a/site-1.0.tar").size(), 1U);
}

TEST_F(HttpRepositories, AServerThatCannotNowIsAskedAgain) {
  start_with_tail({url()});
  const Packed one = site("1.0");
  web_.put(one.at, one.content);
  web_.fault(one.at, {.head = "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\n", .body = "oops"});
  web_.fault(one.at, {.head = "HTTP/1.1 429 Later\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"});
  const std::uint64_t begun = now_ms();
  expect_deployed("site@1.0", one);
  EXPECT_GE(now_ms() - begun, 1000U);
  EXPECT_EQ(begins(one), (Begins{0, 0, 0}));
}

TEST_F(HttpRepositories, ABreakInTheMiddleIsGoneOnWith) {
  start_with_tail({url()});
  const Packed one = big();
  web_.put(one.at, one.content);
  web_.fault(one.at, {.cut_after = 300'000});
  web_.fault(one.at, {.cut_after = 200'000});
  expect_deployed("big@1", one);
  EXPECT_EQ(begins(one), (Begins{0, 300'000, 500'000}));
  EXPECT_EQ(web_.asked(one.at).back().fields["if-range"], "\"1\"");
}

TEST_F(HttpRepositories, AServerWithoutRangesBeginsAnew) {
  start_with_tail({url()});
  const Packed one = big();
  web_.put(one.at, one.content);
  web_.fault(one.at, {.cut_after = 300'000});
  web_.fault(one.at, {.without_ranges = true});
  expect_deployed("big@1", one);
  EXPECT_EQ(begins(one), (Begins{0, 300'000}));
}

TEST_F(HttpRepositories, AChangeBetweenBreakAndResumeBeginsAnew) {
  start_with_tail({url()});
  const Packed one = big();
  web_.put(one.at, one.content, "\"2\"");
  const std::string length = std::to_string(one.content.size());
  web_.fault(one.at,
             {.head = "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: " + length + "\r\n\r\n",
              .body = std::string(400'000, 'x'),
              .cut_after = 400'000});
  expect_deployed("big@1", one);
  EXPECT_EQ(begins(one), (Begins{0, 400'000}));
}

TEST_F(HttpRepositories, AnotherRangeThanAskedForIsDamage) {
  start_with_tail({url()});
  const Packed one = big();
  web_.put(one.at, one.content);
  const std::string size = std::to_string(one.content.size());
  const std::string last = std::to_string(one.content.size() - 1);
  web_.fault(one.at, {.cut_after = 300'000});
  web_.fault(one.at, {.head = "HTTP/1.1 206 Part\r\nContent-Range: bytes 200000-" + last + "/" +
                              size + "\r\n\r\n",
                      .body = one.content.substr(200'000)});
  expect_failed("big@1", one, "gives another part");
  EXPECT_EQ(bytes_on_their_way(), 0U);
  expect_deployed("big@1", one);
}

TEST_F(HttpRepositories, WhatComesBehindTheEndIsNotTaken) {
  start_with_tail({url()});
  const Packed one = site("1.0");
  web_.fault(one.at, {.head = "HTTP/1.1 200 OK\r\nContent-Length: " +
                              std::to_string(one.content.size()) + "\r\n\r\n",
                      .body = one.content,
                      .endless = true});
  expect_deployed("site@1.0", one);
}

TEST_F(HttpRepositories, RedirectsAreFollowedWithinBounds) {
  start_with_tail({url()});
  const Packed one = site("1.0");
  web_.put("/b/it?signed=1", one.content);
  web_.fault(one.at, sends_on("/b/there"));
  web_.fault("/b/there", sends_on(web_.url() + "/b/it?signed=1"));
  expect_deployed("site@1.0", one);
  const Packed two = site("2.0");
  web_.fault(two.at, sends_on(two.at), 100);
  expect_failed("site@2.0", two, "sends us on more than 5 times");
  EXPECT_EQ(web_.asked(two.at).size(), 6U);
}

TEST_F(HttpRepositories, NoRedirectLeavesTheWeb) {
  start_with_tail({url()});
  const Packed one = site("1.0");
  web_.fault(one.at, sends_on("file:///etc/passwd"));
  expect_failed("site@1.0", one, "to what is neither http: nor https:");
  web_.fault(one.at, sends_on("http://user:secret@127.0.0.1/"));
  expect_failed("site@1.0", one, "sends us on as a user");
}

TEST_F(HttpRepositories, AConnectionThatStallsIsGivenUpAndGoneOnWith) {
  start_with_tail({url()});
  const Packed one = big();
  web_.put(one.at, one.content);
  web_.fault(one.at, {.cut_after = 300'000, .hold = true});
  expect_deployed("big@1", one);
  EXPECT_EQ(begins(one), (Begins{0, 300'000}));
}

TEST_F(HttpRepositories, AMemberThatIsKilledGoesOn) {
  start_with_tail({url()});
  const Packed one = big();
  web_.put(one.at, one.content);
  web_.fault(one.at, {.cut_after = 300'000, .hold = true});
  deploy_until_it_hangs({"--archive", one.archive});
  group_.member("m1").process().kill_nine();
  start_member({none()});
  EXPECT_TRUE(fs::exists(group_.member("m1").files() / "big/current/data"));
  EXPECT_EQ(begins(one), (Begins{0, 300'000}));
}

TEST_F(HttpRepositories, AMemberEndsPromptlyInTheMiddle) {
  start_with_tail({url()});
  const Packed one = big();
  web_.put(one.at, one.content);
  web_.fault(one.at, {.cut_after = 300'000, .hold = true});
  deploy_until_it_hangs({"--archive", one.archive});
  group_.member("m1").process().send(SIGTERM);
  const auto ended = group_.member("m1").process().wait(8000);  // a stall takes longer
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->code, 0);
  start_member({none()});
  EXPECT_TRUE(fs::exists(group_.member("m1").files() / "big/current/data"));
}

// ---- in a private position

TEST_F(HttpRepositories, G40_APrivateWebServerWins) {
  start_private({url()});
  const Packed wanted = site("1.0");
  ASSERT_EQ(group_.ctl({"repo", "put", "site@1.0", wanted.archive}).exit_code, 0);
  web_.put(wanted.at, wanted.content);
  ASSERT_EQ(group_.ctl({"deploy", "site@1.0"}).exit_code, 0);
  EXPECT_EQ(repository_of("site"), url());
  // The same digest is no deviation, and was fetched once.
  EXPECT_EQ(group_.ctl({"diff", "m1", "--exit-code"}).exit_code, 0);
  EXPECT_EQ(begins(wanted), (Begins{0}));
  // Another build under the same name and version.
  web_.put(wanted.at, site("2.0").content, "\"2\"");
  EXPECT_EQ(group_.ctl({"deploy", "site@1.0"}).exit_code, 0);
  EXPECT_TRUE(group_.serves("m1", "2.0"));
  const auto rows = group_.ctl({"diff", "m1", "-o", "json"}).json().at("members").at(0);
  ASSERT_EQ(rows.at("deviations").size(), 1U) << rows;
  EXPECT_EQ(rows.at("deviations")[0].at("cause"), "override");
  EXPECT_EQ(rows.at("deviations")[0].at("who"), url());
  EXPECT_EQ(begins(wanted), (Begins{0, 0}));
  // When it is gone the group's word counts again.
  web_.remove(wanted.at);
  EXPECT_EQ(group_.ctl({"reconcile", "m1"}).exit_code, 0);
  EXPECT_TRUE(group_.serves("m1", "1.0"));
  EXPECT_EQ(group_.ctl({"diff", "m1", "--exit-code"}).exit_code, 0);
}

TEST_F(HttpRepositories, G32_AConfigurationOfItsOwnIsAnOverride) {
  start_private({url()});
  const fs::path marks = group_.dir() / "marks";
  const auto config = [&](const std::string& whose) {
    return R"({"command":["./serve"],"environment":{"MARKS":")" + marks.string() +
           R"(","WHOSE":")" + whose + "\"}}";
  };
  const std::string archive = group_.pack(
      "clock", "1.0",
      {{"serve", "#!/bin/sh\nwhile :; do echo $WHOSE >\"$MARKS\"; sleep 0.05; done\n"}});
  ASSERT_EQ(group_.ctl({"repo", "put", "clock@1.0", archive}).exit_code, 0);
  web_.put("/a/clock-1.0.config", config("own"));
  const auto deploy_clock = [&](const std::string& whose) {
    const Answer answer = group_.ctl(
        {"deploy", "clock@1.0", "--deployer", "process", "--config", config(whose), "-o", "json"});
    return answer.json().at("members").at(0);
  };
  const auto row = deploy_clock("group");
  EXPECT_EQ(row.at("result"), "overridden") << row;
  EXPECT_TRUE(eventually([&] { return read_file(marks) == "own\n"; })) << read_file(marks);
  EXPECT_EQ(repository_of("clock"), "group:");
  // One without an end is not taken.
  web_.fault("/a/clock-1.0.config",
             {.head = "HTTP/1.1 200 OK\r\n\r\n", .body = std::string(4096, 'x'), .endless = true});
  const auto longer = deploy_clock("another");
  EXPECT_EQ(longer.at("result"), "failed") << longer;
  EXPECT_NE(longer.value("message", "").find("longer than 32 KiB"), std::string::npos) << longer;
}

TEST_F(HttpRepositories, G38_APrivateWebServerThatDoesNotAnswerFailsTheStep) {
  start_private({url()});
  const Packed wanted = site("1.0");
  ASSERT_EQ(group_.ctl({"repo", "put", "site@1.0", wanted.archive}).exit_code, 0);
  web_.close();
  const Answer deployed = group_.ctl({"deploy", "site@1.0", "--wait-timeout", "50s", "-o", "json"});
  const auto row = deployed.json().at("members")[0];
  EXPECT_EQ(row.at("result"), "failed") << deployed.out;
  EXPECT_EQ(row.at("step"), "fetch");
  const std::string why = row.at("message");
  EXPECT_NE(why.find("cannot get " + url()), std::string::npos) << why;
  EXPECT_NE(why.find("onnect"), std::string::npos) << why;
  EXPECT_FALSE(group_.serves("m1", "1.0"));
}

TEST_F(HttpRepositories, AKilledMemberGoesOnWithAPrivateArchive) {
  start_private({url()});
  const Packed wanted = big();
  ASSERT_EQ(group_.ctl({"repo", "put", "big@1", wanted.archive}).exit_code, 0);
  web_.put(wanted.at, wanted.content);
  web_.fault(wanted.at, {.cut_after = 300'000, .hold = true});
  deploy_until_it_hangs({});
  group_.member("m1").process().kill_nine();
  start_member({url()});
  EXPECT_TRUE(fs::exists(group_.member("m1").files() / "big/current/data"));
  EXPECT_EQ(repository_of("big"), url());
  EXPECT_EQ(begins(wanted), (Begins{0, 300'000}));
}

// ---- https

TEST_F(HttpRepositories, G38_OverHttpsTheServersNameIsProved) {
  fs::create_directories(group_.dir() / "folder");
  const HttpsServer server(group_.dir() / "nginx", group_.dir() / "folder");
  start_with_tail({server.url()});
  const Packed one = site("1.0");
  fs::copy(one.archive, group_.dir() / "folder");
  expect_failed("site@1.0", one, "certificate");
  group_.member("m1").process().kill_nine();
  start_member({none()}, {"--ca-file", server.ca_file()});  // it tries again at its start
  EXPECT_TRUE(eventually([&] { return group_.serves("m1", "1.0"); }));
  EXPECT_TRUE(eventually([&] { return repository_of("site") == server.url(); }));
}

TEST_F(HttpRepositories, NoRedirectLeadsFromHttpsToHttp) {
  const HttpsServer server(group_.dir() / "nginx", group_.dir());
  ASSERT_TRUE(group_.start_coordinator(
      {.flags = {"--shared-tail", "group:", "--shared-tail", server.url() + "/plain"}}));
  start_member({none()}, {"--ca-file", server.ca_file()});
  expect_failed("site@1.0", site("1.0"), "sends us on from https: to http:");
}

// ---- settings

TEST_F(HttpRepositories, AUrlThatIsNoneIsRefusedAtTheStart) {
  const std::string member_dir = (group_.dir() / "m").string();
  const auto member = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {member_program(), "run", "--group", "shop", "--name", "m1",
                                 "--state-dir", member_dir, "--root", member_dir});
    return run_program(words);
  };
  const auto coordinator = [&](const std::string& tail) {
    return run_program({coordinator_program(), "run", "--state-dir", group_.state_dir().string(),
                        "--shared-tail", "group:", "--shared-tail", tail});
  };
  for (const char* bad : {"http://", "HTTP://a", "ftp://a", "http://a/?q", "file:x", "group"}) {
    for (const Said& said : {member({"--repository", bad}), coordinator(bad)}) {
      EXPECT_EQ(said.ended.code, 2) << bad << said.err;
      EXPECT_EQ(count_in(said.err, "\n"), 1U) << said.err;
    }
  }
  for (const Said& said : {member({"--repository", "https://ana:hunter2@a/"}),
                           coordinator("https://ana:hunter2@a/")}) {
    EXPECT_EQ(said.ended.code, 2) << said.err;
    EXPECT_EQ(said.err.find("hunter2"), std::string::npos) << said.err;
    EXPECT_NE(said.err.find("proxy"), std::string::npos) << said.err;
  }
}

TEST_F(HttpRepositories, ACaFileThatIsNotThereIsSaidAtTheStart) {
  ASSERT_TRUE(group_.start_coordinator());
  group_.start_member("m1", {"--ca-file", (group_.dir() / "nothing.pem").string()});
  const auto ended = group_.member("m1").process().wait(20000);
  ASSERT_TRUE(ended.has_value());
  EXPECT_NE(ended->code, 0);
  EXPECT_NE(read_file(group_.member("m1").log_file()).find("nothing.pem"), std::string::npos);
}

}  // namespace
}  // namespace groupctl::process_test
