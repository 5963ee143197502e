#include "member/host/machine_host.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "daemon/file_digest.h"
#include "tests/unit/member_host/archives.h"
#include "tests/unit/member_host/deployers.h"
#include "tests/unit/member_host/fake_web.h"
#include "tests/unit/member_host/temp_dir.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

class MachineHostTest : public ::testing::Test {
 protected:
  MachineHostTest() {
    fs::create_directory(dir_ / "one");
    fs::create_directory(dir_ / "two");
    open({url("one"), url("two")});
  }
  MachineHostConfig config(std::vector<std::string> repositories) const {
    return {std::move(repositories), true, dir_ / "cache", 1 << 20, dir_ / "staging"};
  }
  void open(std::vector<std::string> repositories, bool allow_override = true) {
    MachineHostConfig settings = config(std::move(repositories));
    settings.allow_override = allow_override;
    auto web = std::make_unique<FakeWeb>();
    web_ = web.get();
    auto opened = MachineHost::open(settings, desk_, std::move(web));
    EXPECT_TRUE(opened);
    host_ = std::move(*opened);
  }
  std::string url(const std::string& name) const { return "file:" + (dir_ / name); }
  Release put(const std::string& file, const std::string& content) {
    write_content(dir_ / file, content);
    Release release;
    release.version = "1.0";
    release.digest = *file_digest(dir_ / file);
    release.deployer = "dir";
    return release;
  }

  TempDir dir_;
  ArtefactDesk desk_{[] {}};
  std::unique_ptr<MachineHost> host_;
  FakeWeb* web_ = nullptr;  ///< of the host
};

TEST_F(MachineHostTest, G38_TheChainIsAskedInOrder) {
  const Release second = put("two/site-1.0.tar.gz", "second");
  auto source = host_->fetch("site", second);
  ASSERT_TRUE(source) << source.error().text;
  EXPECT_EQ(source->repository, url("two"));
  EXPECT_EQ(content_of(source->path), "second");

  const Release first = put("one/site-1.0.tar.zst", "first");
  source = host_->fetch("site", first);
  ASSERT_TRUE(source) << source.error().text;
  EXPECT_EQ(source->repository, url("one"));
  EXPECT_EQ(content_of(source->path), "first");
}

TEST_F(MachineHostTest, WhatIsHandedOutIsACopyOfWhatWasDigested) {
  const Release release = put("one/site-1.0.tar", "checked");
  const auto source = host_->fetch("site", release);
  ASSERT_TRUE(source) << source.error().text;
  write_content(dir_ / "one/site-1.0.tar", "swapped");
  EXPECT_EQ(content_of(source->path), "checked");
  struct stat info {};
  ASSERT_EQ(::stat((dir_ / "staging").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700U);
}

TEST_F(MachineHostTest, AWrongDigestIsNamedWithItsRepository) {
  Release release = put("one/site-1.0.tar.gz", "abc");
  release.digest.assign_hex("9f2c61d0" + std::string(56, '0'));
  const auto source = host_->fetch("site", release);
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().outcome, Outcome::kFailed);
  EXPECT_EQ(source.error().step, "verify");
  EXPECT_EQ(source.error().text,
            "digest mismatch in " + url("one") + " (wanted 9f2c61d0\u2026, found ba7816bf\u2026)");
  EXPECT_TRUE(fs::is_empty(dir_ / "staging"));
}

TEST_F(MachineHostTest, G38_BehindThePrivateOnesComesTheSharedTail) {
  fs::create_directory(dir_ / "shared");
  desk_.set_shared_tail({"file:" + (dir_ / "broken"), "file:" + (dir_ / "shared")});
  const Release release = put("shared/site-1.0.tar", "shared");
  auto source = host_->fetch("site", release);
  ASSERT_TRUE(source) << source.error().text;
  EXPECT_EQ(source->repository, url("shared"));
  // A wrong digest is damage there, and the next one is asked.
  fs::create_directory(dir_ / "broken");
  write_content(dir_ / "broken/site-1.0.tar", "damaged");
  source = host_->fetch("site", release);
  ASSERT_TRUE(source) << source.error().text;
  EXPECT_EQ(source->repository, url("shared"));
  fs::remove(dir_ / "shared/site-1.0.tar");
  const auto nowhere = host_->fetch("site", release);
  ASSERT_FALSE(nowhere);
  EXPECT_NE(nowhere.error().text.find("broken: digest mismatch"), std::string::npos)
      << nowhere.error().text;
}

TEST_F(MachineHostTest, G40_AnotherBuildInAPrivateRepositoryIsAnOverride) {
  const Release own = put("one/site-1.0.tar", "own build");
  Release wanted = own;
  EXPECT_EQ(*host_->override_of("site", wanted), std::nullopt);  // the same: a hit
  wanted.digest.assign_hex("9f2c61d0" + std::string(56, '0'));
  const auto found = host_->override_of("site", wanted);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->release, own);
  EXPECT_EQ((*found)->repository, url("one"));
  EXPECT_EQ(content_of(host_->fetch("site", (*found)->release)->path), "own build");
  EXPECT_EQ(*host_->override_of("other", wanted), std::nullopt);
  // The file has changed: it is read anew.
  const Release later = put("one/site-1.0.tar", "another build");
  EXPECT_EQ((*host_->override_of("site", wanted))->release.digest, later.digest);

  open({url("one")}, false);
  const auto refused = host_->override_of("site", wanted);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().step, "verify");
  EXPECT_NE(refused.error().text.find("overrides are not allowed"), std::string::npos);
}

TEST_F(MachineHostTest, G38_WebServersStandInTheChainAsFoldersDo) {
  const std::string web = "http://repo.example";
  open({url("one"), web, url("two")});
  desk_.set_shared_tail({"https://first.example/a", "https://second.example/a"});
  Release release = put("two/site-1.0.tar", "content");
  web_->files[web + "/site-1.0.tar"] = {"content"};
  EXPECT_EQ(host_->fetch("site", release)->repository, web);
  web_->files.clear();
  EXPECT_EQ(host_->fetch("site", release)->repository, url("two"));
  fs::remove(dir_ / "two/site-1.0.tar");
  // In the tail a wrong digest and no answer are passed over, and said when nobody has it.
  web_->files["https://first.example/a/site-1.0.tar"] = {"damaged"};
  web_->files["https://second.example/a/site-1.0.tar"] = {"content"};
  EXPECT_EQ(host_->fetch("site", release)->repository, "https://second.example/a");
  web_->files.erase("https://second.example/a/site-1.0.tar");
  const auto nowhere = host_->fetch("site", release);
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().step, "fetch");
  EXPECT_NE(nowhere.error().text.find("https://first.example/a: digest mismatch"),
            std::string::npos)
      << nowhere.error().text;
}

TEST_F(MachineHostTest, G38_APrivateWebServerThatDoesNotAnswerFailsTheStep) {
  open({"http://repo.example", url("two")});
  const Release release = put("two/site-1.0.tar", "content");
  const auto expect_failed = [](const auto& step) {
    ASSERT_FALSE(step);
    EXPECT_EQ(step.error().step, "fetch");
    EXPECT_NE(
        step.error().text.find("http://repo.example/site-1.0.tar.zst: the server answers 403"),
        std::string::npos)
        << step.error().text;
  };
  web_->fail_all(2, FakeWeb::status(403));
  expect_failed(host_->override_of("site", release));
  expect_failed(host_->fetch("site", release));
  EXPECT_TRUE(host_->fetch("site", release));
}

TEST_F(MachineHostTest, G40_AnotherBuildAtAPrivateWebServerIsAnOverride) {
  const std::string web = "http://repo.example";
  open({web, url("two")});
  const Release wanted = put("two/site-1.0.tar", "the group's");
  web_->files[web + "/site-1.0.tar"] = {"own build"};
  web_->files[web + "/site-1.0.config"] = {"memory=1G"};
  const auto found = host_->override_of("site", wanted);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->repository, web);
  EXPECT_EQ(as_text((*found)->release.config), "memory=1G");
  EXPECT_EQ(content_of(host_->fetch("site", (*found)->release)->path), "own build");
  // Whoever says exactly which one it is to be does not get another.
  const auto mixed = host_->fetch("site", wanted);
  ASSERT_FALSE(mixed);
  EXPECT_EQ(mixed.error().step, "verify");
}

TEST_F(MachineHostTest, G32_AConfigurationOfItsOwnIsAnOverride) {
  const Release release = put("two/site-1.0.tar", "the group's build");
  write_content(dir_ / "one/site-1.0.config", "memory=1G");
  const auto found = host_->override_of("site", release);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ(as_text((*found)->release.config), "memory=1G");
  EXPECT_EQ((*found)->release.digest, release.digest);
  Release same = release;
  same.config = copy_bytes(as_bytes("memory=1G"));
  EXPECT_EQ(*host_->override_of("site", same), std::nullopt);
  write_content(dir_ / "one/site-1.0.config", std::string(kMaxPayloadBytes + 1, 'x'));
  EXPECT_FALSE(host_->override_of("site", release));
}

TEST_F(MachineHostTest, AMissingArtefactNamesWhatWasTried) {
  fs::remove(dir_ / "two");
  const auto source = host_->fetch("site", Release{"1.0", {}, "dir", {}});
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().step, "fetch");
  EXPECT_EQ(source.error().text,
            "site@1.0 is in no repository (tried " + url("one") + ", " + url("two") + ")");
}

TEST_F(MachineHostTest, NothingOutsideTheRepositoryIsReached) {
  Release release = put("site-1.0.tar", "outside");
  for (const char* name : {"../site", "/site", "..", "a/b", "Site", ""}) {
    const auto source = host_->fetch(name, release);
    ASSERT_FALSE(source) << name;
    EXPECT_EQ(source.error().text, "not a name of an artefact");
  }
  release.version = "../../site-1.0";
  EXPECT_EQ(host_->fetch("site", release).error().text, "not a version of an artefact");

  release.version = "1.0";
  fs::create_symlink(dir_ / "site-1.0.tar", dir_ / "one/site-1.0.tar");
  const auto link = host_->fetch("site", release);
  ASSERT_FALSE(link);
  EXPECT_EQ(link.error().step, "fetch");
  EXPECT_NE(link.error().text.find("symbolic link"), std::string::npos) << link.error().text;
}

TEST_F(MachineHostTest, APipeIsRefusedNotWaitedFor) {
  ASSERT_EQ(::mkfifo((dir_ / "one/site-1.0.tar").c_str(), 0600), 0);
  const auto source = host_->fetch("site", Release{"1.0", {}, "dir", {}});
  ASSERT_FALSE(source);
  EXPECT_NE(source.error().text.find("not a regular file"), std::string::npos);
}

TEST_F(MachineHostTest, ALeftArchiveIsDroppedAtStart) {
  write_content(dir_ / "staging/archive", "old");
  ASSERT_TRUE(MachineHost::open(config({}), desk_, nullptr));
  EXPECT_TRUE(fs::is_empty(dir_ / "staging"));
}

TEST_F(MachineHostTest, RefusesRepositoriesThatItCannotRead) {
  const auto code = [&](const std::string& repository) {
    return MachineHost::open(config({repository}), desk_, nullptr).error().code;
  };
  EXPECT_EQ(code("file:relative"), ErrorCode::kInvalid);
  EXPECT_EQ(code("file:"), ErrorCode::kInvalid);
  EXPECT_EQ(code("ftp://example.org/"), ErrorCode::kInvalid);
  EXPECT_EQ(code("http://user@example.org/"), ErrorCode::kInvalid);
}

TEST_F(MachineHostTest, ReportsProgressAndFindsDeployers) {
  std::vector<std::string> seen;
  host_->on_progress([&](std::string_view step, int percent) {
    seen.push_back(std::string(step) + " " + std::to_string(percent));
  });
  const Release release = put("one/site-1.0.tar", std::string(2 * kChunkBytes, 'x'));
  ASSERT_TRUE(host_->fetch("site", release));
  EXPECT_EQ(seen, (std::vector<std::string>{"fetch 50", "fetch 100"}));

  EXPECT_EQ(host_->deployer("dir"), nullptr);
  host_->add_deployer("dir", std::make_unique<DirDeployer>(testing::dir_deployer(dir_ / "root")));
  EXPECT_NE(host_->deployer("dir"), nullptr);
}

}  // namespace
}  // namespace groupctl
