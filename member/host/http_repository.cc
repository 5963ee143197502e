#include "member/host/http_repository.h"

#include <algorithm>

#include "daemon/clock.h"
#include "daemon/random.h"
#include "member/host/http_filling.h"
#include "member/host/names.h"
#include "wire/http_url.h"

namespace groupctl {
namespace {

tl::unexpected<Miss> missed(Miss::Why why, std::string text) {
  return tl::unexpected<Miss>(Miss{why, std::move(text)});
}
tl::unexpected<Miss> ends_here() { return missed(Miss::Why::kFailed, "this process ends"); }
tl::unexpected<Miss> not_taken(const Error& error) {
  return missed(Miss::Why::kFailed, error.text);
}
tl::unexpected<Miss> of_url(Miss::Why why, const std::string& url, const std::string& text) {
  return missed(why, "cannot get " + url + ": " + (text.empty() ? "no answer" : text));
}

unsigned tries_of(Patience patience) {
  return patience == Patience::kShort ? HttpRepository::kShortTries : HttpRepository::kLongTries;
}

tl::expected<void, Miss> checked(const std::string& name, const std::string& version) {
  if (auto names = check_names(name, version, "fetch"); !names) {
    return missed(Miss::Why::kFailed, names.error().text);
  }
  return {};
}

/// What an earlier process left of an archive that had no digest yet is called by its URL's.
ArtefactDigest name_of_part(const std::string& url) {
  Sha256 sha;
  sha.add(as_bytes(url));
  return sha.finish();
}

/// What an earlier process left is digested before it is gone on with.
tl::expected<void, Miss> read_what_is_there(DigestedFile& file, const ArtefactDesk& desk) {
  constexpr std::uint64_t kAtOnce = 4 << 20;
  while (file.checked() < file.size()) {
    if (desk.closed()) return ends_here();
    if (auto read = file.check(kAtOnce); !read) return not_taken(read.error());
  }
  return {};
}

}  // namespace

/// An answer that is kept in memory.
struct HttpRepository::Small : HttpTaker {
  std::uint64_t most = 0;
  std::optional<HttpHead> heard{};
  Bytes content{};
  bool too_long = false;

  bool head(const HttpHead& head) override {
    heard = head;
    return head.status == 200;  // of other answers the body says nothing to us
  }
  bool body(ByteView bytes) override {
    too_long = content.size() + bytes.size() > most;
    if (!too_long) content.insert(content.end(), bytes.begin(), bytes.end());
    return !too_long;
  }
};

HttpRepository::HttpRepository(std::string url, HttpGet& http, ArtefactCache cache,
                               ArtefactDesk& desk, const HttpLimits& limits)
    : url_(std::move(url)),
      http_(http),
      cache_(std::move(cache)),
      desk_(desk),
      limits_(limits),
      pcg_(random_number()) {}

// ---- what is there

Looked<HttpRepository::Small> HttpRepository::ask_small(const HttpRequest& request,
                                                        std::uint64_t most, Patience patience) {
  HttpTries tries(tries_of(patience), limits_.first_pause_ms);
  while (true) {
    Small answer;
    answer.most = most;
    const HttpEnd end = http_.ask(request, answer);
    if (desk_.closed()) return ends_here();
    std::string why = end.text;
    std::optional<std::uint64_t> retry_after_ms;
    const bool cut =
        end.how == HttpEnd::How::kBroken && answer.heard && answer.heard->status == 200;
    if (answer.heard && !cut) {
      const HttpVerdict verdict = judge(*answer.heard, 0, limits_.max_bytes);
      if (verdict.next == HttpNext::kBegin) return answer;
      if (verdict.next == HttpNext::kAbsent) return std::nullopt;
      why = verdict.why;
      retry_after_ms = answer.heard->retry_after_ms;
      if (verdict.next != HttpNext::kLater)
        return of_url(Miss::Why::kUnreachable, request.url, why);
    } else if (end.how == HttpEnd::How::kRefused) {
      return of_url(Miss::Why::kUnreachable, request.url, why);
    }
    const auto wait_ms = tries.next(retry_after_ms, pcg_);
    if (!wait_ms) return of_url(Miss::Why::kUnreachable, request.url, why);
    if (!pause(*wait_ms)) return ends_here();
  }
}

Looked<HttpFile> HttpRepository::look_at(const std::string& url, Patience patience) {
  auto answer = ask_small({.url = url, .head_only = true}, 0, patience);
  if (!answer) return tl::unexpected<Miss>(answer.error());
  if (!*answer) return std::nullopt;
  return HttpFile{url, (*answer)->heard->length, (*answer)->heard->mark};
}

Looked<HttpFile> HttpRepository::look(const std::string& name, const std::string& version,
                                      Patience patience) {
  if (auto names = checked(name, version); !names) return tl::unexpected<Miss>(names.error());
  for (const std::string_view suffix : kArchiveSuffixes) {
    auto file = look_at(url_of_file(url_, name, version, suffix), patience);
    if (!file || *file) return file;
  }
  return std::nullopt;
}

Looked<Bytes> HttpRepository::config_of(const std::string& name, const std::string& version) {
  if (auto names = checked(name, version); !names) return tl::unexpected<Miss>(names.error());
  const std::string url = url_of_file(url_, name, version, kConfigSuffix);
  auto answer = ask_small({.url = url}, kMaxPayloadBytes, Patience::kLong);
  if (!answer) return tl::unexpected<Miss>(answer.error());
  if (!*answer) return std::nullopt;
  if ((*answer)->too_long) return missed(Miss::Why::kFailed, url + ": longer than 32 KiB");
  if (!(*answer)->heard->says_its_end()) {
    return of_url(Miss::Why::kUnreachable, url, "the server does not say how long it is");
  }
  return std::move((*answer)->content);
}

// ---- archives

Looked<ArtefactDigest> HttpRepository::digest_of(const std::string& name, const Release& wanted,
                                                 const Progress& progress) {
  auto file = look(name, wanted.version, Patience::kLong);
  if (!file) return tl::unexpected<Miss>(file.error());
  if (!*file) return std::nullopt;
  const auto known = known_.find((*file)->url);
  if (known != known_.end() && known->second.first == **file) return known->second.second;
  const std::string& url = (*file)->url;
  auto loaded =
      load(url, name_of_part(url), wanted.digest, AnyDigest::kYes, Patience::kLong, progress);
  if (!loaded) return tl::unexpected<Miss>(loaded.error());
  if (!*loaded) return std::nullopt;  // it is gone since
  remember((*loaded)->file, (*loaded)->digest);
  return (*loaded)->digest;
}

tl::expected<Located, Miss> HttpRepository::locate(const std::string& name,
                                                   const Release& release) {
  const auto file = look(name, release.version, Patience::kShort);
  if (!file) return tl::unexpected<Miss>(file.error());
  if (!*file) return missed(Miss::Why::kAbsent, {});
  return Located{url_, (*file)->bytes.value_or(0), cache_.size_of(release.digest).has_value()};
}

tl::expected<std::string, Miss> HttpRepository::fetch(const std::string& name,
                                                      const Release& release, Patience patience,
                                                      const Progress& progress) {
  if (auto names = checked(name, release.version); !names) {
    return tl::unexpected<Miss>(names.error());
  }
  if (auto path = at_hand(name, release, patience)) return *std::move(path);
  for (const std::string_view suffix : kArchiveSuffixes) {
    auto loaded = load(url_of_file(url_, name, release.version, suffix), release.digest,
                       release.digest, AnyDigest::kNo, patience, progress);
    if (!loaded) return tl::unexpected<Miss>(loaded.error());
    if (!*loaded) continue;
    remember((*loaded)->file, (*loaded)->digest);
    return (*loaded)->path;
  }
  return missed(Miss::Why::kAbsent, {});
}

std::optional<std::string> HttpRepository::at_hand(const std::string& name, const Release& release,
                                                   Patience patience) {
  const auto is_it = [&](const auto& one) { return one.second.second == release.digest; };
  if (std::none_of(known_.begin(), known_.end(), is_it)) return std::nullopt;
  const auto file = look(name, release.version, patience);
  if (!file || !*file) return std::nullopt;  // asked anew, and said then
  const auto known = known_.find((*file)->url);
  if (known == known_.end() || known->second.first != **file || !is_it(*known)) {
    return std::nullopt;
  }
  return cache_.find(release.digest);
}

Looked<HttpRepository::Loaded> HttpRepository::load(const std::string& url,
                                                    const ArtefactDigest& part,
                                                    const ArtefactDigest& wanted, AnyDigest any,
                                                    Patience patience, const Progress& progress) {
  auto file = cache_.begin(part);
  if (!file) return not_taken(file.error());
  if (auto read = read_what_is_there(*file, desk_); !read) {
    return tl::unexpected<Miss>(read.error());
  }
  HttpFilling filling(*file, cache_, limits_.max_bytes,
                      LocalTime(local_now().value + limits_.within_ms), progress);
  for (bool again = false;; again = true) {
    const auto there = fill(url, *file, filling, patience);
    if (!there) {
      const bool useless = there.error().why == Miss::Why::kDamaged || filling.failed();
      if (useless) cache_.drop_part(part);
      return tl::unexpected<Miss>(there.error());
    }
    if (!*there) {
      if (file->size() == 0) cache_.drop_part(part);
      return std::nullopt;
    }
    if (auto synced = file->sync(); !synced) {
      cache_.drop_part(part);
      return not_taken(synced.error());
    }
    const ArtefactDigest digest = file->finish();
    const bool proved = filling.says_its_end() && !filling.may_be_mixed();
    if (digest == wanted || (any == AnyDigest::kYes && proved)) {
      auto whole = cache_.take_in(part, digest);
      if (!whole) return not_taken(whole.error());
      return Loaded{digest, *std::move(whole), {url, filling.total(), filling.mark()}};
    }
    if (!filling.may_be_mixed() || again) {
      cache_.drop_part(part);
      if (any == AnyDigest::kNo) {
        return missed(Miss::Why::kDamaged, mismatch(url, wanted, digest));
      }
      return of_url(Miss::Why::kUnreachable, url,
                    filling.says_its_end() ? "it breaks off, and has no ETag to go on by"
                                           : "the server does not say how long it is");
    }
    filling.begin_anew();  // what an earlier exchange left may be to blame
  }
}

tl::expected<bool, Miss> HttpRepository::fill(const std::string& url, DigestedFile& file,
                                              HttpFilling& filling, Patience patience) {
  using Why = Miss::Why;
  HttpTries tries(tries_of(patience), limits_.first_pause_ms);
  tries.reached(file.size());
  while (true) {
    const HttpEnd end = http_.ask(filling.next_request(url), filling);
    if (desk_.closed()) return ends_here();
    if (filling.failed()) return tl::unexpected<Miss>(*filling.failed());
    const HttpVerdict verdict = filling.verdict().value_or(HttpVerdict{HttpNext::kLater});
    const std::string why = verdict.why.empty() ? end.text : verdict.why;
    const bool to_its_end = end.how == HttpEnd::How::kWhole || verdict.next == HttpNext::kWhole;
    if (to_its_end && filling.whole()) return true;
    if (verdict.next == HttpNext::kAbsent) return false;
    if (verdict.next == HttpNext::kDamaged) return of_url(Why::kDamaged, url, why);
    if (verdict.next == HttpNext::kGiveUp || end.how == HttpEnd::How::kRefused) {
      return of_url(Why::kUnreachable, url, why);
    }
    if (verdict.next == HttpNext::kBeginAnew) filling.begin_anew();
    tries.reached(file.size());
    const auto wait_ms = tries.next(filling.retry_after_ms(), pcg_);
    if (!wait_ms) return of_url(Why::kUnreachable, url, why);
    if (!pause(*wait_ms)) return ends_here();
  }
}

void HttpRepository::remember(const HttpFile& file, const ArtefactDigest& digest) {
  if (file.mark.none() || !file.bytes) return;
  if (known_.size() >= kMaxFiles) known_.clear();
  known_[file.url] = {file, digest};
}

bool HttpRepository::pause(std::uint64_t ms) {
  const std::uint64_t until = local_now().value + ms;
  // Chunks of the group's repository that still come are nobody's any more.
  for (std::uint64_t now = local_now().value; now < until; now = local_now().value) {
    if (desk_.closed()) return false;
    static_cast<void>(desk_.wait(until - now));
  }
  return !desk_.closed();
}

}  // namespace groupctl
