// Dumps as files: what is in them, that they are there whole or not at all, and their bounds.
#include "member/host/bundles.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "commands/deploy/deploy.capnp.h"
#include "commands/member_view.h"
#include "commands/payload.h"
#include "daemon/file_digest.h"
#include "log/memory_store.h"
#include "member/host/bundle_text.h"
#include "member/host/process_figures.h"
#include "member/host/unpack.h"
#include "tests/unit/commands/builders.h"
#include "tests/unit/member_host/archives.h"
#include "tests/unit/member_host/deployers.h"
#include "tests/unit/member_host/idle_deployer.h"
#include "tests/unit/member_host/idle_host.h"
#include "tests/unit/member_host/temp_dir.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using testing::digest_of;

/// Knows what the test says, also too much.
struct TellingDeployer : testing::IdleDeployer {
  std::map<std::string, std::string> files;
  bool fails = false;

  StepResult<void> dump(const std::string& folder) override {
    for (const auto& [name, content] : files) write_content(folder + "/" + name, content);
    if (fails) return tl::unexpected(StepError{Outcome::kFailed, "dump", "it hangs"});
    return {};
  }
};

struct OneDeployer : testing::IdleHost {
  TellingDeployer deployer_;
  Deployer* deployer(std::string_view) override { return &deployer_; }
  std::vector<std::string> deployer_names() override { return {"unit"}; }
};

class BundlesTest : public ::testing::Test {
 protected:
  BundlesTest() {
    view.group = "shop";
    view.member = "web-01";
    view.me = testing::member(3, "web-01", {{"role", "web"}});
    testing::put(view.state, *view.me);
    ArtefactRow row;
    row.releases.push_back({Target::all(), Sequence(2), testing::release("1.0", 1)});
    row.releases.back().release->config = {1, 2, 3};
    view.state.apply({{artefact_key("site"), encode(row)}});
    view.actual.artefacts["site"] = {"0.9", digest_of(9), Sequence(1)};
    view.actual.failures[artefact_key("site")] = {Sequence(2), "in no repository"};
    view.intended[property_key("mode")] = {Cause::kLocal, std::string("slow"), "ana@here", 7,
                                           "why"};
    view.outcomes.push_back({Sequence(2), Sequence(2), Outcome::kFailed, "fetch", "nowhere"});
  }
  Bundles bundles() { return Bundles({temp_ / "dumps", "name = \"web-01\"\n"}, store); }
  LeftFile write(std::uint64_t at) {
    auto written = bundles().write(Sequence(at), view, host);
    EXPECT_TRUE(written) << written.error().text;
    return written.value_or(LeftFile{});
  }
  /// The files of a bundle, by name.
  fs::path unpacked(const LeftFile& written) {
    const UniqueFd file(::open(written.path.c_str(), O_RDONLY));
    const std::string into = temp_ / ("unpacked" + std::to_string(++unpacked_));
    const Status done = unpack(file.get(), into, {});
    EXPECT_TRUE(done) << done.error().text;
    return into;
  }
  static std::vector<Json> lines_of(const fs::path& file) {
    std::vector<Json> lines;
    std::istringstream text(content_of(file));
    for (std::string line; std::getline(text, line);) lines.push_back(Json::parse(line));
    return lines;
  }
  std::vector<std::string> kept() {
    std::vector<std::string> names;
    for (const auto& file : fs::directory_iterator(temp_ / "dumps")) {
      names.push_back(file.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  TempDir temp_;
  MemoryStore store;
  OneDeployer host;
  MemberView view;
  int unpacked_ = 0;
};

TEST_F(BundlesTest, HoldsWhatTheMemberKnows) {
  host.deployer_.files = {{"units.txt", "site: running\n"}};
  const LeftFile written = write(7);
  EXPECT_EQ(written.path, temp_ / "dumps/7.tar.zst");
  EXPECT_EQ(*file_digest(written.path), written.digest);
  EXPECT_EQ(fs::file_size(written.path), written.bytes);
  const fs::path in = unpacked(written);
  const auto state = lines_of(in / "state.jsonl");
  ASSERT_EQ(state.size(), 2U);
  EXPECT_EQ(state[0].at("key"), "artefact/site");
  EXPECT_EQ(state[0].at("releases")[0].at("version"), "1.0");
  EXPECT_EQ(state[0].at("releases")[0].at("configBytes"), 3);
  EXPECT_EQ(state[1].at("ownLabels").at("role"), "web");
  const auto delta = lines_of(in / "delta.jsonl");
  ASSERT_EQ(delta.size(), 2U);
  EXPECT_EQ(delta[0].at("kind"), "failed");
  EXPECT_EQ(delta[1].at("key"), "property/mode");
  EXPECT_EQ(delta[1].at("cause"), "local");
  const auto outcomes = lines_of(in / "outcomes.jsonl");
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[0].at("result"), "failed");
  EXPECT_EQ(outcomes[1].at("failed"), "in no repository");
  EXPECT_EQ(lines_of(in / "member.json")[0].at("artefacts")[0].at("version"), "0.9");
  const Json process = lines_of(in / "process.json")[0];
  EXPECT_EQ(process.at("pid"), ::getpid());
  EXPECT_GT(process.at("residentBytes"), 1'000'000);
  EXPECT_EQ(content_of(in / "settings.toml"), "name = \"web-01\"\n");
  EXPECT_EQ(content_of(in / "deployers/unit/units.txt"), "site: running\n");
  const Json about = Json::parse(content_of(in / "bundle.json"));
  EXPECT_EQ(about.at("seq"), 7);
  EXPECT_TRUE(about.at("problems").empty());
  EXPECT_EQ(about.at("files").size(), 8U);
}

TEST_F(BundlesTest, WhatADeployerCannotGiveIsSaidInTheBundle) {
  host.deployer_.files = {{"half.txt", "x"}, {"huge.bin", std::string(2'000'000, 'x')}};
  host.deployer_.fails = true;
  const fs::path in = unpacked(write(7));
  const Json about = Json::parse(content_of(in / "bundle.json"));
  ASSERT_EQ(about.at("problems").size(), 2U);
  EXPECT_EQ(about.at("problems")[0], "deployer unit: it hangs");
  EXPECT_TRUE(fs::exists(in / "deployers/unit/half.txt"));
  EXPECT_FALSE(fs::exists(in / "deployers/unit/huge.bin"));
}

TEST_F(BundlesTest, WhatDoesNotFitIsCountedAndTheListIsThereAlways) {
  for (std::size_t i = 0; i < BundleArchive::kMaxFiles + 200; ++i) {
    host.deployer_.files["f" + std::to_string(i)] = "x";
  }
  const fs::path in = unpacked(write(7));
  const Json about = Json::parse(content_of(in / "bundle.json"));
  EXPECT_EQ(about.at("files").size(), BundleArchive::kMaxFiles);
  EXPECT_EQ(about.at("problems").size(), Bundles::kMaxProblems);
  EXPECT_EQ(about.at("problems")[0].get<std::string>().rfind("deployers/unit/f", 0), 0U);
  EXPECT_EQ(about.at("moreProblems"), 200 + 7 - Bundles::kMaxProblems);
}

TEST_F(BundlesTest, NamesThatAreNoTextDoNoHarm) {
  host.deployer_.files = {{"bad\xff.txt", "x"}};
  const LeftFile written = write(7);
  EXPECT_GT(written.bytes, 0U);
}

TEST_F(BundlesTest, IsWrittenAnewAndLeavesNothingElse) {
  write_content((fs::create_directories(temp_ / "dumps"), temp_ / "dumps/.unfinished"), "a crash");
  const LeftFile first = write(7);
  view.state.apply({{property_key("a"), encode(PropertyRow{})}});
  const LeftFile second = write(7);
  EXPECT_NE(first.digest, second.digest);
  EXPECT_EQ(*file_digest(second.path), second.digest);
  EXPECT_EQ(kept(), (std::vector<std::string>{".7.sha256", "7.tar.zst"}));
  EXPECT_EQ(fs::status(temp_ / "dumps").permissions(), fs::perms::owner_all);
}

TEST_F(BundlesTest, OnlyTheNewestAreKept) {
  for (std::uint64_t at = 30; at > 30 - Bundles::kMaxKept - 2; --at) {
    const auto age = std::chrono::seconds(at);
    fs::last_write_time(write(at).path, fs::file_time_type::clock::now() - age);
  }
  EXPECT_EQ(kept().size(), 2 * Bundles::kMaxKept);
  EXPECT_FALSE(fs::exists(temp_ / "dumps/30.tar.zst")) << "the oldest, whatever its number";
  EXPECT_TRUE(fs::exists(temp_ / "dumps/21.tar.zst"));
  for (const auto& file : fs::directory_iterator(temp_ / "dumps")) {
    fs::last_write_time(file, fs::file_time_type::clock::now() + std::chrono::hours(1));
  }
  EXPECT_TRUE(fs::exists(write(1).path)) << "though the clock was put back";
  EXPECT_EQ(kept().size(), 2 * Bundles::kMaxKept);
}

TEST_F(BundlesTest, IsReadInPieces) {
  Pcg random(5);
  std::string noise(40 * 10'000, ' ');
  for (char& c : noise) c = static_cast<char>(random.below(256));
  host.deployer_.files = {{"noise", noise}};
  const LeftFile written = write(7);
  ASSERT_GT(written.bytes, kQuestionPageBytes);
  Bytes whole;
  while (true) {
    const auto chunk = bundles().files().read({Sequence(7), whole.size()});
    ASSERT_TRUE(chunk) << chunk.error().text;
    EXPECT_EQ(chunk->bytes, written.bytes);
    EXPECT_EQ(chunk->digest, written.digest);
    EXPECT_EQ(chunk->offset, whole.size());
    EXPECT_LE(encode(Answer(*chunk)).size(), kMaxQuestionBytes);
    if (chunk->data.empty()) break;
    whole.insert(whole.end(), chunk->data.begin(), chunk->data.end());
  }
  EXPECT_EQ(as_text(whole), content_of(written.path));
  EXPECT_EQ(bundles().files().read({Sequence(7), written.bytes + 1}).error().code,
            ErrorCode::kInvalid);
  EXPECT_EQ(bundles().files().read({Sequence(8), 0}).error().code, ErrorCode::kNotFound);
  fs::remove(temp_ / "dumps/.7.sha256");
  EXPECT_EQ(bundles().files().read({Sequence(7), 0}).error().code, ErrorCode::kNotFound);
}

TEST_F(BundlesTest, FailsWhereItCannotWrite) {
  write_content(temp_ / "dumps", "a file");
  const auto failed = bundles().write(Sequence(7), view, host);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().step, "dump");
  EXPECT_FALSE(bundles().files().read({Sequence(7), 0}));
}

TEST(BundleArchiveTest, WhatDoesNotFitIsRefusedAndTheRestIsWhole) {
  TempDir temp;
  auto archive = BundleArchive::create(temp / "a.tar.zst", 1000);
  ASSERT_TRUE(archive);
  const std::string quarter(BundleArchive::kMaxBytes / 4, 'x');
  for (const char* name : {"a", "b", "c"}) ASSERT_TRUE((*archive)->add(name, quarter));
  EXPECT_EQ((*archive)->add("d", quarter + "x").error().code, ErrorCode::kRefused);
  ASSERT_TRUE((*archive)->add("e", "small"));
  ASSERT_TRUE((*archive)->finish());
  const UniqueFd file(::open((temp / "a.tar.zst").c_str(), O_RDONLY));
  UnpackLimits trusting;
  trusting.ratio = 1'000'000;
  ASSERT_TRUE(unpack(file.get(), temp / "out", trusting));
  EXPECT_EQ(content_of(temp / "out/e"), "small");
  EXPECT_FALSE(fs::exists(temp / "out/d"));
}

TEST(BundleText, RowsBeyondTheBoundAreCounted) {
  MemberView view;
  for (int i = 0; i < 300; ++i) {
    PropertyRow row;
    row.values.push_back({Target::all(), Sequence(1), std::string(100'000, 'x')});
    view.state.apply({{property_key("k" + std::to_string(i)), encode(row)}});
  }
  const std::string text = state_lines(view);
  EXPECT_LT(text.size(), kMaxBundlePartBytes + 100);
  EXPECT_NE(text.find("{\"leftOut\":133}\n"), std::string::npos) << text.substr(text.size() - 40);
}

TEST(BundleText, LogEntriesAreDescribed) {
  Entry entry;
  entry.sequence = Sequence(5);
  entry.kind = kind_of<payload::Deploy>();
  entry.target = Target::all();
  entry.issuer_name = "ana@here";
  entry.payload = make_payload<payload::Deploy>([](auto out) {
    out.setName("shop");
    out.setVersion("1.0");
  });
  const Json line = Json::parse(log_lines({entry}));
  EXPECT_EQ(line.at("command"), "DEPLOY shop@1.0");
  EXPECT_EQ(line.at("target"), "all");
  entry.kind = KindId(17);
  EXPECT_EQ(Json::parse(log_lines({entry})).at("command"), "kind 0x11");
}

TEST(DirDeployerDump, ListsReleasesAndTheirRecords) {
  TempDir temp;
  DirDeployer deployer = testing::dir_deployer(temp / "root");
  pack(temp / "site.tar.gz", {packed_file("index.html", "hello")});
  const Release release{"1.0", *file_digest(temp / "site.tar.gz"), "dir", {}};
  ASSERT_TRUE(deployer.deploy("site", release, {temp / "site.tar.gz", "here"}));
  fs::create_directory(temp / "root/site/releases/0.1-abc");
  fs::create_directory(temp / "out");
  ASSERT_TRUE(deployer.dump(temp / "out"));
  const Json site = Json::parse(content_of(temp / "out/site.json"));
  ASSERT_EQ(site.at("releases").size(), 2U);
  EXPECT_FALSE(site.at("releases")[0].contains("version")) << "it has no record";
  EXPECT_EQ(site.at("releases")[1].at("digest"), "sha256:" + release.digest.hex());
  EXPECT_EQ(site.at("current"), site.at("releases")[1].at("release"));
  EXPECT_TRUE(testing::dir_deployer(temp / "nowhere").dump(temp / "out"))
      << "nothing was ever deployed";
}

TEST(ProcessFiguresTest, AreThoseOfThisProcess) {
  const ProcessFigures before = process_figures();
  EXPECT_EQ(before.pid, static_cast<std::uint64_t>(::getpid()));
  EXPECT_GE(before.peak_bytes, before.resident_bytes);
  EXPECT_GE(before.threads, 1U);
  const UniqueFd another(::open("/dev/null", O_RDONLY));
  EXPECT_EQ(process_figures().open_files, before.open_files + 1);
  EXPECT_LT(before.uptime_ms, 3'600'000U);
}

}  // namespace
}  // namespace groupctl
