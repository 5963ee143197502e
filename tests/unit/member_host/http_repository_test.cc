// A web server as a repository: what is fetched, gone on with, believed and remembered.
#include "member/host/http_repository.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/unit/member_host/archives.h"
#include "tests/unit/member_host/fake_web.h"
#include "tests/unit/member_host/temp_dir.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUrl = "http://repo.example/a";
constexpr const char* kTar = "http://repo.example/a/site-1.0.tar";

std::string letters(std::size_t size, char first = 'a') {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i)
    text[i] = static_cast<char>(first + static_cast<int>(i * 7 % 26));
  return text;
}

class HttpRepositoryTest : public ::testing::Test {
 protected:
  HttpRepositoryTest() { open(); }
  /// As a new process does.
  void open(std::uint64_t max_bytes = 1 << 20, std::uint64_t within_ms = HttpLimits::kMaxFetchMs) {
    repository_ = std::make_unique<HttpRepository>(
        kUrl, web_, *ArtefactCache::open(dir_ / "cache", 1 << 20), desk_,
        HttpLimits{.max_bytes = max_bytes, .first_pause_ms = 1, .within_ms = within_ms});
  }
  static ArtefactDigest digest_of(const std::string& content) {
    Sha256 sha;
    sha.add(as_bytes(content));
    return sha.finish();
  }
  static Release release_of(const std::string& content) {
    Release release;
    release.version = "1.0";
    release.digest = digest_of(content);
    return release;
  }
  tl::expected<std::string, Miss> fetch(const std::string& content,
                                        Patience patience = Patience::kShort) {
    return repository_->fetch("site", release_of(content), patience, [](int) {});
  }
  Looked<ArtefactDigest> own_digest(const std::string& wanted) {
    return repository_->digest_of("site", release_of(wanted), [](int) {});
  }
  void expect_fetched(const std::string& content) {
    const auto path = fetch(content);
    ASSERT_TRUE(path) << path.error().text;
    EXPECT_EQ(content_of(*path), content);
  }
  std::string part_of(const std::string& content) const {
    return dir_ / ("cache/" + digest_of(content).hex() + ".part");
  }
  /// The first transfer breaks at byte 4000, and before the next the file becomes that one.
  void cut_and_change(FakeWeb::File into) {
    web_.faults = {FakeWeb::none(), FakeWeb::none(), web_.cut_after(4000),
                   [this, into](const HttpRequest&, HttpTaker&) -> std::optional<HttpEnd> {
                     web_.files[kTar] = into;
                     return std::nullopt;
                   }};
  }
  /// From which bytes on the file was asked, heads not counted.
  std::vector<std::uint64_t> begins() const {
    std::vector<std::uint64_t> from;
    for (const HttpRequest& one : web_.asked) {
      if (one.url == kTar && !one.head_only) from.push_back(one.from);
    }
    return from;
  }
  bool nothing_is_kept() const { return fs::is_empty(dir_ / "cache"); }

  using Begins = std::vector<std::uint64_t>;
  TempDir dir_;
  FakeWeb web_;
  ArtefactDesk desk_{[] {}};
  std::unique_ptr<HttpRepository> repository_;
};

TEST_F(HttpRepositoryTest, TakesTheFirstSuffixThatIsThere) {
  web_.files[kTar] = {"plain"};
  expect_fetched("plain");
  ASSERT_EQ(web_.asked.size(), 3U);
  EXPECT_EQ(web_.asked[0].url, "http://repo.example/a/site-1.0.tar.zst");
  EXPECT_EQ(web_.asked[1].url, "http://repo.example/a/site-1.0.tar.gz");
  web_.files["http://repo.example/a/site-1.0.tar.gz"] = {"packed"};
  expect_fetched("packed");
}

TEST_F(HttpRepositoryTest, WhatIsNotThereIsAbsent) {
  EXPECT_EQ(fetch("x").error().why, Miss::Why::kAbsent);
  EXPECT_EQ(*own_digest("x"), std::nullopt);
  EXPECT_EQ(*repository_->look("site", "1.0", Patience::kLong), std::nullopt);
  EXPECT_EQ(*repository_->config_of("site", "1.0"), std::nullopt);
  EXPECT_TRUE(nothing_is_kept());
}

TEST_F(HttpRepositoryTest, NothingButNamesIsAsked) {
  Release release = release_of("x");
  EXPECT_FALSE(repository_->fetch("../x", release, Patience::kShort, [](int) {}));
  release.version = "../1.0";
  EXPECT_FALSE(repository_->fetch("site", release, Patience::kShort, [](int) {}));
  EXPECT_TRUE(web_.asked.empty());
}

TEST_F(HttpRepositoryTest, ABreakIsGoneOnWith) {
  const std::string content = letters(10'500);
  web_.files[kTar] = {content};
  web_.faults = {FakeWeb::none(), FakeWeb::none(), web_.cut_after(4000), web_.cut_after(3000)};
  expect_fetched(content);
  EXPECT_EQ(begins(), (Begins{0, 4000, 7000}));
  EXPECT_EQ(web_.asked.back().if_range, "\"1\"");
}

TEST_F(HttpRepositoryTest, WhatAnEarlierProcessLeftIsGoneOnWith) {
  const std::string content = letters(5000);
  web_.files[kTar] = {content};
  write_content(part_of(content), content.substr(0, 3000));
  expect_fetched(content);
  EXPECT_EQ(begins(), (Begins{3000}));
  EXPECT_EQ(web_.asked.back().if_range, "");
}

TEST_F(HttpRepositoryTest, AWholePartIsAskedForNoMore) {
  const std::string content = letters(5000);
  web_.files[kTar] = {content};
  write_content(part_of(content), content);
  expect_fetched(content);
  EXPECT_EQ(begins(), (Begins{5000}));
}

TEST_F(HttpRepositoryTest, AWrongPartIsFetchedOnceMoreFromTheFirstByte) {
  const std::string content = letters(5000);
  web_.files[kTar] = {content};
  write_content(part_of(content), std::string(3000, 'x'));
  expect_fetched(content);
  EXPECT_EQ(begins(), (Begins{3000, 0}));
  write_content(part_of("longer"), std::string(9000, 'x'));
  web_.files[kTar] = {"longer"};
  expect_fetched("longer");
}

TEST_F(HttpRepositoryTest, AServerWithoutRangesBeginsAnew) {
  const std::string content = letters(9000);
  web_.files[kTar] = {content};
  web_.ranges = false;
  web_.faults = {FakeWeb::none(), FakeWeb::none(), web_.cut_after(4000)};
  expect_fetched(content);
  EXPECT_EQ(begins(), (Begins{0, 4000}));
}

TEST_F(HttpRepositoryTest, AChangeBetweenBreakAndResumeBeginsAnew) {
  const std::string content = letters(9000, 'b');
  web_.files[kTar] = {letters(8000)};
  cut_and_change({content, "\"2\""});
  expect_fetched(content);
  EXPECT_EQ(begins(), (Begins{0, 4000}));
}

TEST_F(HttpRepositoryTest, AChangeThatTheServerDoesNotSayIsFoundByTheDigest) {
  const std::string content = letters(9000, 'b');
  web_.files[kTar] = {letters(9000), ""};
  cut_and_change({content, ""});
  expect_fetched(content);
  EXPECT_EQ(begins(), (Begins{0, 4000, 0}));
}

TEST_F(HttpRepositoryTest, AnotherLengthThanBeforeBeginsAnew) {
  const std::string content = letters(9500, 'b');
  web_.files[kTar] = {letters(9000), ""};
  cut_and_change({content, ""});
  expect_fetched(content);
  EXPECT_EQ(begins(), (Begins{0, 4000, 0}));
}

TEST_F(HttpRepositoryTest, AnotherPartThanAskedForIsDamage) {
  const std::string content = letters(9000);
  web_.files[kTar] = {content};
  web_.faults = {FakeWeb::none(), FakeWeb::none(), web_.cut_after(4000),
                 FakeWeb::answer({"HTTP/1.1 206 x", "Content-Range: bytes 3000-8999/9000"},
                                 content.substr(3000))};
  const auto path = fetch(content);
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().why, Miss::Why::kDamaged);
  EXPECT_NE(path.error().text.find("another part"), std::string::npos) << path.error().text;
  EXPECT_TRUE(nothing_is_kept());
}

TEST_F(HttpRepositoryTest, AnotherDigestIsDamageAndNotKept) {
  web_.files[kTar] = {"another"};
  const auto path = fetch("wanted");
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().why, Miss::Why::kDamaged);
  EXPECT_NE(path.error().text.find("digest mismatch in " + std::string(kTar)), std::string::npos);
  EXPECT_TRUE(nothing_is_kept());
}

TEST_F(HttpRepositoryTest, NoMoreThanTheBoundIsTaken) {
  open(5000);
  web_.files[kTar] = {letters(5001)};
  EXPECT_EQ(fetch(letters(5001)).error().why, Miss::Why::kDamaged);
  web_.lengths = false;  // only its body shows it
  const auto path = fetch(letters(5001));
  EXPECT_EQ(path.error().why, Miss::Why::kDamaged);
  EXPECT_NE(path.error().text.find("more comes"), std::string::npos) << path.error().text;
  EXPECT_TRUE(nothing_is_kept());
  web_.files[kTar] = {letters(5000)};
  expect_fetched(letters(5000));
}

TEST_F(HttpRepositoryTest, WhatTricklesIsGivenUpAndGoneOnWithLater) {
  const std::string content = letters(20'000);
  web_.files[kTar] = {content};
  open(1 << 20, 0);
  const auto late = fetch(content);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().why, Miss::Why::kUnreachable);
  EXPECT_NE(late.error().text.find("too slowly"), std::string::npos) << late.error().text;
  open();
  expect_fetched(content);
  EXPECT_EQ(begins(), (Begins{0, 1000}));
}

TEST_F(HttpRepositoryTest, NothingKeptMakesWayForWhatCannotFit) {
  web_.files[kTar] = {"kept"};
  expect_fetched("kept");
  open(1ULL << 60);
  web_.faults = {FakeWeb::none(), FakeWeb::none(),
                 FakeWeb::answer({"HTTP/1.1 200 x", "Content-Length: 1152921504606846976"})};
  const auto path = fetch("wanted");
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().why, Miss::Why::kUnreachable) << "another server may have it";
  EXPECT_NE(path.error().text.find("no room"), std::string::npos) << path.error().text;
  EXPECT_TRUE(fs::exists(dir_ / ("cache/" + digest_of("kept").hex())));
  EXPECT_FALSE(fs::exists(part_of("wanted")));
}

TEST_F(HttpRepositoryTest, MoreThanSaidIsDamage) {
  web_.faults = {FakeWeb::answer({"HTTP/1.1 200 x", "Content-Length: 3"}, "four")};
  EXPECT_EQ(fetch("fou").error().why, Miss::Why::kDamaged);
}

TEST_F(HttpRepositoryTest, AServerThatCannotNowIsAskedAgain) {
  web_.files["http://repo.example/a/site-1.0.tar.zst"] = {"content"};
  web_.faults = {FakeWeb::status(503), FakeWeb::end(HttpEnd::How::kBroken, "Connection refused")};
  expect_fetched("content");
  EXPECT_EQ(web_.asked.size(), 3U);
}

TEST_F(HttpRepositoryTest, AndThenIsUnreachable) {
  web_.fail_all(100, FakeWeb::status(500));
  const auto soon = fetch("content");
  EXPECT_EQ(soon.error().why, Miss::Why::kUnreachable);
  EXPECT_NE(soon.error().text.find("answers 500"), std::string::npos) << soon.error().text;
  EXPECT_EQ(web_.asked.size(), HttpRepository::kShortTries);
  web_.asked.clear();
  EXPECT_EQ(fetch("content", Patience::kLong).error().why, Miss::Why::kUnreachable);
  EXPECT_EQ(web_.asked.size(), HttpRepository::kLongTries);
}

TEST_F(HttpRepositoryTest, ARefusalIsNotAskedAgain) {
  for (const auto& fault :
       {FakeWeb::status(403), FakeWeb::end(HttpEnd::How::kRefused, "no proof of its name")}) {
    web_.asked.clear();
    web_.faults = {fault, fault};
    EXPECT_EQ(fetch("content").error().why, Miss::Why::kUnreachable);
    EXPECT_EQ(web_.asked.size(), 1U);
    EXPECT_EQ(own_digest("content").error().why, Miss::Why::kUnreachable);
    EXPECT_EQ(web_.asked.size(), 2U);
  }
}

TEST_F(HttpRepositoryTest, WhoeverWaitsStopsWhenTheProcessEnds) {
  web_.fail_all(100, [this](const HttpRequest&, HttpTaker&) {
    desk_.close();
    return HttpEnd{HttpEnd::How::kBroken, "cut"};
  });
  EXPECT_EQ(fetch("content").error().why, Miss::Why::kFailed);
  EXPECT_EQ(web_.asked.size(), 1U);
}

// ---- in a private position

TEST_F(HttpRepositoryTest, ADigestIsRememberedWhileTheFileIsTheSame) {
  web_.files[kTar] = {"own build"};
  EXPECT_EQ(**own_digest("the group's"), digest_of("own build"));
  EXPECT_EQ(**own_digest("the group's"), digest_of("own build"));
  expect_fetched("own build");
  EXPECT_EQ(begins(), (Begins{0})) << "it is in the cache";
  web_.files[kTar] = {"later one", "\"2\""};
  EXPECT_EQ(**own_digest("the group's"), digest_of("later one"));
  EXPECT_EQ(begins().size(), 2U);
  web_.files.erase(kTar);
  EXPECT_EQ(*own_digest("the group's"), std::nullopt);
}

TEST_F(HttpRepositoryTest, WithoutAMarkItIsFetchedAnew) {
  web_.files[kTar] = {"own build", ""};
  EXPECT_EQ(**own_digest("x"), digest_of("own build"));
  web_.files[kTar] = {"own BUILD", ""};
  EXPECT_EQ(**own_digest("x"), digest_of("own BUILD"));
  web_.files[kTar] = {"own build", "W/\"1\"", "Mon, 23 Nov 2026 01:00:00 GMT"};
  EXPECT_EQ(**own_digest("x"), digest_of("own build"));
  EXPECT_EQ(**own_digest("x"), digest_of("own build"));
  EXPECT_EQ(begins().size(), 3U);
}

TEST_F(HttpRepositoryTest, WhatWasDroppedFromTheCacheIsFetchedAgain) {
  web_.files[kTar] = {"own build"};
  ASSERT_TRUE(own_digest("x"));
  fs::remove(dir_ / ("cache/" + digest_of("own build").hex()));
  expect_fetched("own build");
  EXPECT_EQ(begins().size(), 2U);
}

/// Half of one file and half of another have a digest that means nothing.
TEST_F(HttpRepositoryTest, WhatMayBeOfTwoFilesIsNoOverride) {
  const std::string own = letters(9000, 'b');
  web_.files[kTar] = {own, "", "Mon, 23 Nov 2026 01:00:00 GMT"};
  const std::vector<FakeWeb::Fault> heads(3, FakeWeb::none());
  web_.faults = heads;
  web_.faults.push_back(web_.cut_after(4000));
  EXPECT_EQ(**own_digest("the group's"), digest_of(own));
  EXPECT_EQ(begins(), (Begins{0, 4000, 0}));
  // When it breaks off again there is no telling.
  web_.asked.clear();
  open();
  web_.faults = heads;
  web_.fail_all(2, web_.cut_after(4000));
  web_.faults.push_back(FakeWeb::none());
  web_.faults.push_back(web_.cut_after(5000));
  const auto unknown = own_digest("the group's");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().text.find("no ETag"), std::string::npos) << unknown.error().text;
  for (const auto& kept : fs::directory_iterator(dir_ / "cache")) {
    EXPECT_NE(kept.path().extension(), ".part");
  }
  // An ETag promises that it is the same file.
  web_.asked.clear();
  web_.files[kTar] = {own, "\"2\""};
  web_.faults = heads;
  web_.faults.push_back(web_.cut_after(4000));
  EXPECT_EQ(**own_digest("the group's"), digest_of(own));
  EXPECT_EQ(begins(), (Begins{0, 4000}));
  // And so does the digest that is wanted.
  web_.asked.clear();
  web_.files[kTar] = {own, ""};
  web_.faults = heads;
  web_.faults.push_back(web_.cut_after(4000));
  EXPECT_EQ(**own_digest(own), digest_of(own));
  EXPECT_EQ(begins(), (Begins{0, 4000}));
}

TEST_F(HttpRepositoryTest, WhatMayHaveBeenCutOffIsNoOverride) {
  web_.files[kTar] = {"own build"};
  web_.lengths = false;
  const auto digest = own_digest("the group's");
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().why, Miss::Why::kUnreachable);
  EXPECT_NE(digest.error().text.find("how long it is"), std::string::npos) << digest.error().text;
  EXPECT_EQ(**own_digest("own build"), digest_of("own build"));
}

TEST_F(HttpRepositoryTest, ConfigurationsAreReadWithinTheirBound) {
  const std::string url = "http://repo.example/a/site-1.0.config";
  web_.files[url] = {"memory=1G"};
  EXPECT_EQ(as_text(**repository_->config_of("site", "1.0")), "memory=1G");
  web_.files[url] = {""};
  EXPECT_TRUE((*repository_->config_of("site", "1.0"))->empty());
  web_.files[url] = {std::string(kMaxPayloadBytes, 'x')};
  EXPECT_EQ((*repository_->config_of("site", "1.0"))->size(), kMaxPayloadBytes);
  web_.files[url] = {std::string(kMaxPayloadBytes + 1, 'x')};
  for (const bool said : {true, false}) {
    web_.lengths = said;
    const auto longer = repository_->config_of("site", "1.0");
    ASSERT_FALSE(longer);
    EXPECT_NE(longer.error().text.find("longer than 32 KiB"), std::string::npos);
  }
  web_.files[url] = {"memory=1G"};
  EXPECT_EQ(repository_->config_of("site", "1.0").error().why, Miss::Why::kUnreachable);
  web_.lengths = true;
  web_.faults = {web_.cut_after(3)};
  EXPECT_EQ(as_text(**repository_->config_of("site", "1.0")), "memory=1G");
}

TEST_F(HttpRepositoryTest, ALookFetchesNothing) {
  web_.files[kTar] = {letters(5000), "\"7\""};
  const auto found = repository_->look("site", "1.0", Patience::kShort);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ(**found, (HttpFile{kTar, 5000, {"\"7\"", ""}}));
  const Release release = release_of(letters(5000));
  const auto located = repository_->locate("site", release);
  ASSERT_TRUE(located) << located.error().text;
  EXPECT_EQ(located->repository, kUrl);
  EXPECT_EQ(located->bytes, 5000U);
  EXPECT_FALSE(located->at_hand);
  EXPECT_TRUE(begins().empty());
  EXPECT_TRUE(nothing_is_kept());
  expect_fetched(letters(5000));
  EXPECT_TRUE(repository_->locate("site", release)->at_hand);
  web_.files.clear();
  EXPECT_EQ(repository_->locate("site", release).error().why, Miss::Why::kAbsent);
}

}  // namespace
}  // namespace groupctl
