// dump --collect and result --collect against a scripted coordinator with members behind it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/collecting.h"
#include "cli/render_collect.h"
#include "commands/state/target.h"
#include "daemon/file_digest.h"
#include "tests/unit/cli/typed_lines.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Replies = std::vector<AdminReply>;

ArtefactDigest digest_of(const std::string& content) {
  Sha256 sha;
  sha.add(as_bytes(content));
  return sha.finish();
}

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class CollectTest : public TypedLines {
 protected:
  static constexpr std::uint64_t kSeq = 412;

  CollectTest() : TypedLines([this](const AdminRequest& request) { return answer(request); }) {
    folder = ::testing::TempDir() + "collect-XXXXXX";
    EXPECT_NE(::mkdtemp(folder.data()), nullptr);
    folder += "/d";
    for (std::uint64_t id = 1; id <= 12; ++id) {
      rows.push_back(ledger_row(id, fmt::format("web-{:02}", id), Outcome::kDone));
      bundles[id] = std::string(1000 * id * id, static_cast<char>('a' + id));
    }
  }
  ~CollectTest() override { fs::remove_all(fs::path(folder).parent_path()); }

  Replies answer(const AdminRequest& request) {
    if (std::holds_alternative<AdminHello>(request)) return {hello_reply()};
    if (const auto* ask = std::get_if<MemberAsk>(&request)) return asked(*ask);
    if (std::holds_alternative<Submit>(request)) {
      return {Accepted{Sequence(kSeq), Sequence(kSeq), {}}};
    }
    if (std::holds_alternative<LogQuery>(request)) return {LogReply{{log_row()}, {}, {}, false}};
    if (unheard) return {};
    Update update;
    update.sequence = Sequence(kSeq);
    update.version = 1;
    update.targets = static_cast<std::uint32_t>(rows.size());
    update.counts = {{Outcome::kDone, update.targets}};
    update.rows = rows;
    update.closed = true;
    return {update};
  }

  LogRow log_row() const {
    Entry entry;
    entry.sequence = Sequence(kSeq);
    entry.target = Target::all();
    for (const SyntaxRow& row : syntax_table()) {
      if (row.verb != logged) continue;
      entry.kind = row.kind;
      entry.entry_class = row.entry_class;
      entry.payload = row.build({{"KEY", {"a"}}})->payload;
    }
    return {encode_entry(entry), static_cast<std::uint32_t>(rows.size()), {}};
  }

  Replies asked(const MemberAsk& ask) {
    const auto question = decode_question(ask.question);
    const auto& bundle = std::get<BundleQuestion>(*question);
    EXPECT_EQ(bundle.at, Sequence(kSeq));
    ++asks[ask.member.value];
    stop = stop || (stop_after_last && asks[12] > 1);
    if (++all_asks == gone_after_asks) {
      coordinator.reachable = false;
      return {};
    }
    if (silent.contains(ask.member.value)) return {};
    if (refuses.contains(ask.member.value)) {
      return {MemberAnswered{encode(Answer(Refused{ErrorCode::kNotFound, "no bundle is kept"}))}};
    }
    if (auto& times = busy[ask.member.value]; times > 0) {
      --times;
      return {QueryRefused{ErrorCode::kBusy, "too many questions to members are open"}};
    }
    const std::string& content = bundles[ask.member.value];
    const std::string piece = content.substr(bundle.offset, kQuestionPageBytes);
    BundleChunk chunk{content.size(), digest_of(content), bundle.offset,
                      copy_bytes(as_bytes(piece))};
    if (lies.contains(ask.member.value)) chunk.data[0] ^= 1;
    return {MemberAnswered{encode(Answer(chunk))}};
  }

  Said run_words(const std::vector<std::string>& words, std::size_t columns = 0) {
    columns_ = columns;
    return TypedLines::run_words(words);
  }
  void surround(Surroundings& around) override {
    if (columns_ == 0) return;
    around.screen_facts = [this] {
      return ScreenFacts{TerminalSize{columns_, 24}, {}, "xterm", "C.UTF-8", false};
    };
  }
  std::vector<CollectedBundle> collect(const std::vector<LedgerRow>& of) {
    Client client(coordinator, [this] { return stop; });
    const auto opened = CollectFolder::open(folder, "shop", std::nullopt);
    EXPECT_TRUE(opened);
    return collect_bundles(client, Sequence(kSeq), of, *opened, [](const CollectProgress&) {});
  }
  Said dump(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"dump", "--collect", folder});
    return run_words(more);
  }
  Json index() const { return Json::parse(content_of(folder + "/index.json")); }
  std::string file(std::uint64_t id) const {
    return fmt::format("{}/412-web-{:02}.tar.zst", folder, id);
  }

  std::string folder;
  std::string logged = "dump";
  std::vector<LedgerRow> rows;
  std::map<std::uint64_t, std::string> bundles;
  std::map<std::uint64_t, int> asks, busy;
  std::set<std::uint64_t> silent, refuses, lies;
  int all_asks = 0, gone_after_asks = 0;
  bool stop_after_last = false, unheard = false;
  std::size_t columns_ = 0;
};

TEST_F(CollectTest, EveryBundleComesHomeWhole) {
  const Said said = dump({"-o", "json"});
  EXPECT_EQ(said.exit_code, 0) << err;
  for (const auto& [id, content] : bundles) EXPECT_EQ(content_of(file(id)), content) << id;
  EXPECT_GT(asks[12], 2) << "in pieces";
  const Json all = index();
  EXPECT_EQ(all.at("seq"), kSeq);
  EXPECT_EQ(all.at("missing"), 0);
  ASSERT_EQ(all.at("members").size(), 12U);
  EXPECT_EQ(all.at("members")[2].at("file"), "412-web-03.tar.zst");
  EXPECT_EQ(all.at("members")[2].at("bytes"), 9000);
  EXPECT_EQ(all.at("members")[2].at("digest"), "sha256:" + digest_of(bundles[3]).hex());
  const Json shown = Json::parse(said.out);
  EXPECT_EQ(shown.at("kind"), "Collection");
  EXPECT_EQ(shown.at("members"), all.at("members"));
  EXPECT_EQ(shown.at("exitCode"), 0);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 13);
}

TEST_F(CollectTest, WhatIsMissingIsNamedAndExitIsOne) {
  rows[0] = ledger_row(1, "web-01", Outcome::kLost);
  rows[1] = ledger_row(2, "web-02", Outcome::kFailed, "dump", "no room");
  refuses = {3};
  silent = {4};
  lies = {5};
  const Said said = dump();
  EXPECT_EQ(said.exit_code, 1);
  const Json members = index().at("members");
  EXPECT_EQ(index().at("missing"), 5);
  EXPECT_EQ(members[0].at("missing"), "lost");
  EXPECT_EQ(members[0].at("result"), "lost");
  EXPECT_EQ(members[1].at("missing"), "failed: no room");
  EXPECT_EQ(members[2].at("missing"), "no bundle is kept");
  EXPECT_EQ(members[3].at("missing"), "the coordinator does not answer");
  EXPECT_EQ(members[4].at("missing"), "what arrived is not what its digest says");
  EXPECT_EQ(asks.count(1), 0U);
  for (const std::uint64_t id : {1U, 2U, 3U, 4U, 5U}) EXPECT_FALSE(fs::exists(file(id))) << id;
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 8)
      << "nothing half done stays";
  EXPECT_THAT(said.out, HasSubstr("7 collected in " + folder + "   5 missing   of 12\n"));
  EXPECT_THAT(said.out, HasSubstr("failed: no room"));
  EXPECT_THAT(err, HasSubstr(" member=web-03 missing \"no bundle is kept\"\n"));
  EXPECT_THAT(err, HasSubstr(" member=web-06 collected file=412-web-06.tar.zst bytes=36000\n"));
  EXPECT_THAT(said.out, HasSubstr("yet come: groupctl result 412 --collect " + folder + "\n"));
}

TEST_F(CollectTest, ResultFetchesWhatWasMissingAndKeepsWhatIsThere) {
  silent = {4};
  EXPECT_EQ(dump().exit_code, 1);
  silent.clear();
  asks.clear();
  EXPECT_EQ(run_words({"result", "412", "--collect", folder}).exit_code, 0) << err;
  EXPECT_EQ(index().at("missing"), 0);
  EXPECT_EQ(asks[12], 1) << "its digest is asked for, not its content";
  EXPECT_EQ(content_of(file(4)), bundles[4]);
}

TEST_F(CollectTest, NothingThatIsThereIsOverwritten) {
  fs::create_directories(folder);
  std::ofstream(file(2)) << "my notes";
  EXPECT_EQ(dump().exit_code, 1);
  EXPECT_EQ(content_of(file(2)), "my notes");
  EXPECT_THAT(index().at("members")[1].at("missing").get<std::string>(),
              HasSubstr("another file is there: "));
  const auto submits = coordinator.requests_of<Submit>().size();
  EXPECT_EQ(dump().exit_code, 2) << "the index of an earlier dump is there";
  EXPECT_THAT(err, HasSubstr("index.json is of seq 412 of group shop: name another folder"));
  EXPECT_EQ(coordinator.requests_of<Submit>().size(), submits) << "nothing was submitted";
  std::ofstream(folder + "/index.json") << "{}";
  EXPECT_EQ(run_words({"result", "412", "--collect", folder}).exit_code, 2);
  EXPECT_EQ(content_of(folder + "/index.json"), "{}");
}

TEST_F(CollectTest, ABusyCoordinatorAndALostConnectionAreTriedAgain) {
  busy = {{1, 2}, {2, 1}};
  coordinator.lost_after_sending = 9;
  EXPECT_EQ(dump().exit_code, 0) << err;
  busy = {{3, 100}};
  folder += "2";
  EXPECT_EQ(dump().exit_code, 1);
  EXPECT_EQ(index().at("members")[2].at("missing"), "too many questions to members are open");
}

TEST_F(CollectTest, ACoordinatorThatGoesForGoodEndsIt) {
  gone_after_asks = 14;
  EXPECT_EQ(dump().exit_code, 1);
  EXPECT_EQ(index().at("members")[11].at("missing"), "no coordinator answers");
  EXPECT_THAT(err, HasSubstr(" no coordinator answers; waiting for it\n"));
  EXPECT_FALSE(fs::exists(folder + "/.412-web-12.tar.zst.part"));
  EXPECT_FALSE(fs::exists(file(12)));
  EXPECT_TRUE(fs::exists(file(1)));
  coordinator.reachable = true;
  gone_after_asks = 0;
  EXPECT_EQ(run_words({"result", "412", "--collect", folder}).exit_code, 0) << err;
}

TEST_F(CollectTest, WhenNothingWasHeardOfTheTargetsItIsNotDone) {
  unheard = true;
  const Said said = dump({"--wait-timeout", "2s"});
  EXPECT_EQ(said.exit_code, 5);
  EXPECT_EQ(index().at("members").size(), 0U);
  EXPECT_THAT(said.out, HasSubstr("yet come: groupctl result 412 --collect "));
}

TEST_F(CollectTest, ManyFilesMoveThroughTheListWhole) {
  // Those that end first leave their places to those behind them.
  busy = {{1, 3}, {5, 2}, {7, 1}};
  EXPECT_EQ(dump().exit_code, 0) << err;
  for (const auto& [id, content] : bundles) EXPECT_EQ(content_of(file(id)), content) << id;
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 13);
}

TEST_F(CollectTest, OneAtATimeWorksInAFolder) {
  const auto other = CollectFolder::open(folder, "shop", std::nullopt);
  ASSERT_TRUE(other);
  EXPECT_EQ(dump().exit_code, 2);
  EXPECT_THAT(err, HasSubstr("another groupctl collects into it"));
  EXPECT_TRUE(coordinator.requests_of<Submit>().empty());
}

TEST_F(CollectTest, WhatComesIsForItsOwnerAlone) {
  EXPECT_EQ(dump().exit_code, 0);
  for (const auto& one : fs::directory_iterator(folder)) {
    EXPECT_EQ(one.status().permissions(), fs::perms::owner_read | fs::perms::owner_write)
        << one.path();
  }
}

TEST_F(CollectTest, AStoppedClientLeavesAnIndexOfWhatIsThere) {
  silent = {1};
  stop_after_last = true;
  const auto collected = collect(rows);
  ASSERT_EQ(collected.size(), 12U);
  EXPECT_EQ(collected[0].missing, "interrupted");
  EXPECT_TRUE(fs::exists(file(2)));
  EXPECT_FALSE(fs::exists(folder + "/.412-web-12.tar.zst.part"));
}

TEST_F(CollectTest, AForeignNameIsNoPath) {
  const auto collected = collect({ledger_row(1, "../../etc/passwd", Outcome::kDone)});
  ASSERT_EQ(collected.size(), 1U);
  EXPECT_EQ(collected[0].missing, "its name cannot be part of a file's name");
  EXPECT_TRUE(asks.empty());
}

TEST_F(CollectTest, ResultOfOneMemberOrOfNothing) {
  EXPECT_EQ(run_words({"result", "412", "web-03", "--collect", folder}).exit_code, 0) << err;
  EXPECT_EQ(index().at("members").size(), 1U);
  EXPECT_EQ(run_words({"result", "412", "web-99", "--collect", folder}).exit_code, 3);
  logged = "unset";
  EXPECT_EQ(run_words({"result", "412", "--collect", folder}).exit_code, 2);
  EXPECT_THAT(err, HasSubstr("seq 412 is UNSET a: its members keep nothing of it"));
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"result", "412"},
                                             {"result", "--collect", "d"},
                                             {"result", "x", "--collect", "d"},
                                             {"dump", "--collect", "d", "--no-wait"},
                                             {"dump", "--collect", ""},
                                             {"ping", "-t", "a", "--collect", "d"}}) {
    EXPECT_EQ(run_words(words).exit_code, 2);
  }
}

TEST_F(CollectTest, ATerminalGetsABar) {
  EXPECT_EQ(run_words({"dump", "--collect", folder}, 60).exit_code, 0);
  EXPECT_THAT(err, HasSubstr("██  12/12   650.0 kB   0:00\x1b[K"));
  EXPECT_THAT(err, ::testing::EndsWith("\r\x1b[J")) << "nothing of the bar is left";
  EXPECT_THAT(err, HasSubstr("come back: groupctl result 412 --collect "));
  EXPECT_THAT(err, ::testing::Not(HasSubstr("member=")));
}

}  // namespace
}  // namespace groupctl
