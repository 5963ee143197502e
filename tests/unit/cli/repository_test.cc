// repo and artefact verbs against a coordinator by script.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/looking.h"
#include "cli/repository_report.h"
#include "cli/run.h"
#include "cli/upload.h"
#include "tests/unit/cli/scripted_coordinator.h"

namespace groupctl {
namespace {

using ::testing::HasSubstr;

ArtefactDigest digest(std::uint8_t seed) {
  ArtefactDigest made;
  made.bytes.fill(seed);
  return made;
}

/// Takes chunks as the real one does, and forgets everything at the `dies_at`th request.
class UploadScript {
 public:
  std::uint64_t had = 0;
  std::uint64_t total = 0;
  int requests = 0;
  int silent_from = -1;
  int silent_until = -1;

  std::vector<AdminReply> operator()(const AdminRequest& request) {
    if (std::holds_alternative<AdminHello>(request)) return {hello_reply()};
    const int number = requests++;
    if (number >= silent_from && number < silent_until) return {};
    if (const auto* put = std::get_if<PutArtefact>(&request)) {
      total = put->bytes;
      if (had == total) return {CataloguedReply{Sequence(7), false}};
      return {PutState{put->digest, had, had}};
    }
    const auto& chunk = std::get<PutChunk>(request);
    if (chunk.offset == had) had += chunk.bytes.size();
    return {PutState{chunk.digest, had, had}};
  }
};

class RepositoryVerbs : public ::testing::Test {
 protected:
  RepositoryVerbs() : path_(::testing::TempDir() + "archive-" + std::to_string(::getpid())) {
    std::ofstream(path_, std::ios::binary) << std::string(5 * kChunkBytes + 9, 'a');
  }
  ~RepositoryVerbs() override { std::filesystem::remove(path_); }

  static Done obey(ScriptedCoordinator& coordinator, Call call, Format format = Format::kJson) {
    Client client(coordinator, [] { return false; });
    GlobalOptions global;
    global.format = format;
    const Surroundings around{"ana@bastion", [] { return WallClock{}; }, [](std::string_view) {}};
    return run({global, std::move(call)}, client, around);
  }
  /// Puts the archive; what is said meanwhile goes to `err`. Once `stop_at` bytes are there it is
  /// stopped.
  Done put_before(const ScreenFacts& facts, UploadScript& script, std::size_t stop_at = ~0ULL) {
    ScriptedCoordinator coordinator([&](const auto& request) { return script(request); });
    Client client(coordinator, [&] { return script.had >= stop_at; });
    Surroundings around{"ana@bastion", [] { return WallClock{}; },
                        [this](std::string_view text) { err += text; }};
    around.screen_facts = [&] { return facts; };
    return run({GlobalOptions(), put()}, client, around);
  }
  static ScreenFacts terminal() {
    ScreenFacts facts;
    facts.err = facts.out = TerminalSize{80, 24};
    facts.term = "xterm";
    facts.locale = "C.UTF-8";
    return facts;
  }
  static nlohmann::json json(const Done& done) {
    EXPECT_TRUE(done) << done.error().message;
    return nlohmann::json::parse(done->out);
  }
  Call put() const { return RepoPutCall{{"shop", "1.0"}, path_, ""}; }

  std::string path_;
  std::string err;
};

TEST_F(RepositoryVerbs, OnATerminalAnUploadHasABarThatIsTakenAway) {
  UploadScript script;
  const Done done = put_before(terminal(), script);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_THAT(err, HasSubstr("░  0 B/327.7 kB   0:00"));
  EXPECT_THAT(err, ::testing::EndsWith("\x1b[J"));
  EXPECT_THAT(err, ::testing::Not(HasSubstr("were there")));
}

TEST_F(RepositoryVerbs, WhatWasThereAlreadyIsShown) {
  UploadScript script;
  script.had = 4 * kChunkBytes;
  ASSERT_TRUE(put_before(terminal(), script));
  EXPECT_THAT(err, HasSubstr("262.1 kB/327.7 kB   0:00"));
  EXPECT_THAT(err, HasSubstr("   262.1 kB were there"));
}

TEST_F(RepositoryVerbs, ElsewhereALineSaysWhatWasThereAlready) {
  UploadScript script;
  script.had = 4 * kChunkBytes;
  ASSERT_TRUE(put_before({}, script));
  EXPECT_EQ(err, "put shop@1.0: 262.1 kB of 327.7 kB; 262.1 kB were there\n");
  err.clear();
  UploadScript whole;
  ASSERT_TRUE(put_before({}, whole));
  EXPECT_EQ(err, "") << "what takes no time needs no line";
}

TEST_F(RepositoryVerbs, AStoppedUploadTakesItsBarAwayAndSaysHowToGoOn) {
  UploadScript script;
  const Done done = put_before(terminal(), script, 2 * kChunkBytes);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().exit_code, 130);
  EXPECT_THAT(done.error().hint, HasSubstr("goes on where it ended"));
  EXPECT_THAT(err, ::testing::EndsWith("\x1b[J"));
}

TEST_F(RepositoryVerbs, PutSendsEveryByteOnceAndEndsCatalogued) {
  auto script = std::make_shared<UploadScript>();
  ScriptedCoordinator coordinator([script](const auto& request) { return (*script)(request); });
  const auto said = json(obey(coordinator, put()));
  EXPECT_EQ(said.at("kind"), "ArtefactPut");
  EXPECT_EQ(said.at("seq"), 7);
  EXPECT_EQ(said.at("bytes"), 5 * kChunkBytes + 9);
  EXPECT_EQ(coordinator.requests_of<PutChunk>().size(), 6U);
  EXPECT_EQ(coordinator.requests_of<PutArtefact>().front().issuer, "ana@bastion");
}

TEST_F(RepositoryVerbs, PutGoesOnWhereAnEarlierOneEnded) {
  auto script = std::make_shared<UploadScript>();
  script->had = 4 * kChunkBytes;
  ScriptedCoordinator coordinator([script](const auto& request) { return (*script)(request); });
  json(obey(coordinator, put()));
  const auto chunks = coordinator.requests_of<PutChunk>();
  ASSERT_EQ(chunks.size(), 2U);
  EXPECT_EQ(chunks.front().offset, 4 * kChunkBytes);
}

TEST_F(RepositoryVerbs, LostChunksAreSentAgain) {
  auto script = std::make_shared<UploadScript>();
  script->silent_from = 2;
  script->silent_until = 9;
  ScriptedCoordinator coordinator([script](const auto& request) { return (*script)(request); });
  EXPECT_EQ(json(obey(coordinator, put())).at("seq"), 7);
}

TEST_F(RepositoryVerbs, SilenceIsAnUnknownOutcome) {
  auto script = std::make_shared<UploadScript>();
  script->silent_from = 3;
  script->silent_until = 1'000'000;
  ScriptedCoordinator coordinator([script](const auto& request) { return (*script)(request); });
  const Done done = obey(coordinator, put());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().exit_code, 9);
  EXPECT_THAT(done.error().hint, HasSubstr("goes on"));
}

TEST_F(RepositoryVerbs, PutOfAFileThatCannotBeReadIsUsage) {
  ScriptedCoordinator coordinator(
      [](const AdminRequest&) -> std::vector<AdminReply> { return {hello_reply()}; });
  const Done done = obey(coordinator, RepoPutCall{{"shop", "1.0"}, path_ + ".none", ""});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().exit_code, 2);
}

/// A state of a few rows, given two a page and in parts.
std::vector<AdminReply> state_script(const AdminRequest& request) {
  if (std::holds_alternative<AdminHello>(request)) return {hello_reply()};
  if (const auto* verify = std::get_if<VerifyQuery>(&request)) {
    const bool bad = verify->digest == digest(2);
    return {VerifyReply{verify->digest, 100, 100, true, bad ? "its content differs" : ""}};
  }
  const auto& query = std::get<StateQuery>(request);
  GroupState state;
  for (std::uint8_t i = 1; i <= 3; ++i) {
    const CatalogueRow row{digest(i), 100u * i, Sequence(i), GroupTime(1'795'257'676'201), "ana"};
    state.load_row(catalogue_key(i == 3 ? "blog" : "shop", std::to_string(i) + ".0"), encode(row));
  }
  StateReply reply{{}, false, Sequence(9)};
  for (auto at = state.lower_bound(query.prefix);
       at != state.end() && at->first.starts_with(query.prefix); ++at) {
    if (at->first <= query.after) continue;
    const std::size_t from = reply.rows.empty() ? query.offset : 0;
    const std::size_t size = std::min<std::size_t>(40, at->second.size() - from);
    const auto begin = at->second.begin() + static_cast<std::ptrdiff_t>(from);
    reply.rows.push_back(
        {at->first, {begin, begin + static_cast<std::ptrdiff_t>(size)}, at->second.size()});
    reply.more = true;
    return {reply};
  }
  return {reply};
}

TEST_F(RepositoryVerbs, ListReadsPagesAndParts) {
  ScriptedCoordinator coordinator(state_script);
  const auto artefacts = json(obey(coordinator, RepoListCall{})).at("artefacts");
  ASSERT_EQ(artefacts.size(), 3U);
  EXPECT_EQ(artefacts[0].at("artefact"), "blog");
  EXPECT_EQ(artefacts[1].at("version"), "2.0");  // of one name the last one first
  EXPECT_EQ(artefacts[1].at("bytes"), 200);
  EXPECT_EQ(artefacts[1].at("putAt"), "2026-11-21T10:41:16.201Z");
}

TEST_F(RepositoryVerbs, VerifyNamesTheDamagedAndEndsBadly) {
  ScriptedCoordinator coordinator(state_script);
  const Done done = obey(coordinator, RepoVerifyCall{}, Format::kTable);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->exit_code, 1);
  EXPECT_THAT(done->out, HasSubstr("damaged  shop@2.0  sha256:0202"));
  EXPECT_THAT(done->out, HasSubstr("3 blobs verified, 300 B; 1 damaged"));
}

/// Three members; shop@2 is for all, and what each has in place is what it says.
std::vector<AdminReply> where_script(const AdminRequest& request) {
  if (std::holds_alternative<AdminHello>(request)) return {hello_reply()};
  if (std::holds_alternative<MembersQuery>(request)) {
    MembersReply reply;
    for (std::uint64_t i = 1; i <= 3; ++i) {
      MemberInfo info;
      info.id = MemberId(i);
      info.name = "m" + std::to_string(i);
      info.state = i == 3 ? MemberState::kLost : MemberState::kInStep;
      info.silent_ms = 52'000;
      reply.rows.push_back(std::move(info));
    }
    return {reply};
  }
  if (const auto* ask = std::get_if<MemberAsk>(&request)) {
    ArtefactsPage page;
    const auto question = decode_question(ask->question);
    const bool second = std::get<ArtefactsQuestion>(*question).after == "blog";
    if (ask->member == MemberId(1) && !second) page = {{{"blog", "9", digest(9), ""}}, true};
    if (ask->member == MemberId(1) && second) {
      page = {{{"shop", "2", digest(7), "file:/own", "running"}}, false};
    }
    return {MemberAnswered{encode(Answer(page))}};
  }
  const auto& query = std::get<StateQuery>(request);
  StateReply reply{{}, false, Sequence(9)};
  const auto row = [&](const std::string& key, const Bytes& value) {
    if (key.starts_with(query.prefix) && key > query.after) {
      reply.rows.push_back({key, value, value.size()});
    }
  };
  ArtefactRow shop;
  shop.releases = {{Target::all(), Sequence(5), Release{"2", digest(2), "dir", {}}}};
  row(artefact_key("shop"), encode(shop));
  for (std::uint64_t i = 1; i <= 3; ++i) {
    MemberRow member;
    member.id = MemberId(i);
    member.name = "m" + std::to_string(i);
    row(member_key(MemberId(i)), encode(member));
  }
  return {reply};
}

TEST_F(RepositoryVerbs, WhereAsksTheMembersAndShowsWhoCannotBeTold) {
  ScriptedCoordinator coordinator(where_script);
  const ArtefactCall where{ArtefactCall::What::kWhere, "shop"};
  const Done done = obey(coordinator, where, Format::kTable);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->out,
            "MEMBER  IN PLACE   RUNS     DIGEST        REPOSITORY             GROUP  SEQ\n"
            "m1      2          running  070707070707  file:/own              2        5\n"
            "m2      absent     -        -             -                      2        5\n"
            "m3      ? unknown  -        -             lost: silent for 52 s  2        5\n");
  const auto members = json(obey(coordinator, where)).at("members");
  EXPECT_EQ(members[0].at("repository"), "file:/own");
  EXPECT_EQ(members[0].at("wanted"), "2");
  EXPECT_FALSE(members[1].contains("version"));
  EXPECT_EQ(members[2].at("unknown"), "lost: silent for 52 s");
}

TEST(RepositoryText, Sizes) {
  EXPECT_EQ(bytes_text(999), "999 B");
  EXPECT_EQ(bytes_text(1000), "1.0 kB");
  EXPECT_EQ(bytes_text(38'240'000), "38.2 MB");
  EXPECT_EQ(bytes_text(999'999'999), "1.0 GB");
}

TEST(RepositoryText, WhatWasCollected) {
  EXPECT_EQ(render_text(CollectReport{{1, 2, 3'000'000, 4, 5'000'000}, true}),
            "would remove 1 blob and 2 uploads, 3.0 MB; 4 blobs kept, 5.0 MB\n");
}

}  // namespace
}  // namespace groupctl
