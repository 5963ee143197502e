// A folder of a web server as a repository: `http://...`, `https://...`.
#pragma once

#include <map>

#include "member/host/artefact_cache.h"
#include "member/host/artefact_desk.h"
#include "member/host/artefact_repository.h"
#include "member/host/http_get.h"

namespace groupctl {

class HttpFilling;

/// What a web server has, as it was when it said so.
struct HttpFile {
  std::string url;
  std::optional<std::uint64_t> bytes;  ///< nullopt: it does not say
  FileMark mark;
  bool operator==(const HttpFile&) const = default;
};

struct HttpLimits {
  /// More than any link that is of use needs for kMaxArchiveBytes.
  static constexpr std::uint64_t kMaxFetchMs = std::uint64_t{4} * 3'600'000;

  std::uint64_t max_bytes = kMaxArchiveBytes;  ///< of one archive
  std::uint64_t first_pause_ms = HttpTries::kFirstPauseMs;
  /// For one archive, with all tries. What has come by then is gone on with when it is wanted
  /// again.
  std::uint64_t within_ms = kMaxFetchMs;
};

/// Archives come into the cache. One that broke off is gone on with, also by a later process;
/// whatever it was put together of, its digest decides, and one that is wrong only because of what
/// was here before is fetched once more from the first byte on. In memory is kept which digest a
/// file had, for as long as the server says that it is the same file: by its length, and its ETag
/// or the time when it was modified. Without these it is fetched whenever its digest is asked.
class HttpRepository : public ArtefactRepository {
 public:
  /// Beyond it everything is forgotten, and fetched anew.
  static constexpr std::size_t kMaxFiles = 1024;
  /// Tries in a row in which nothing comes; HttpTries has the pauses between them.
  static constexpr unsigned kShortTries = 3;
  static constexpr unsigned kLongTries = 6;

  /// Of a URL that check_http_url() accepts. The getter and the desk outlive it.
  HttpRepository(std::string url, HttpGet& http, ArtefactCache cache, ArtefactDesk& desk,
                 const HttpLimits& limits = {});

  const std::string& url() const override { return url_; }
  /// Fetches the archive, where it is not known yet.
  Looked<ArtefactDigest> digest_of(const std::string& name, const Release& wanted,
                                   const Progress& progress) override;
  Looked<Bytes> config_of(const std::string& name, const std::string& version) override;
  /// By a HEAD. Of one whose length the server does not say: 0 bytes.
  tl::expected<Located, Miss> locate(const std::string& name, const Release& release) override;
  /// kAbsent, too, for one that is not there.
  tl::expected<std::string, Miss> fetch(const std::string& name, const Release& release,
                                        Patience patience, const Progress& progress) override;
  /// What it has of that release, without fetching it.
  Looked<HttpFile> look(const std::string& name, const std::string& version, Patience patience);

 private:
  /// An archive in the cache, and the file that it was.
  struct Loaded {
    ArtefactDigest digest;
    std::string path;
    HttpFile file;
  };
  struct Small;
  enum class AnyDigest : bool { kNo, kYes };

  /// An answer whose body is short, or none.
  Looked<Small> ask_small(const HttpRequest& request, std::uint64_t most, Patience patience);
  Looked<HttpFile> look_at(const std::string& url, Patience patience);
  /// What fetch() has to give without asking for more than a head.
  std::optional<std::string> at_hand(const std::string& name, const Release& release,
                                     Patience patience);
  /// Asks until the file is whole; false: there is none.
  tl::expected<bool, Miss> fill(const std::string& url, DigestedFile& file, HttpFilling& filling,
                                Patience patience);
  /// Into the cache; what is on its way is called by `part`. Without AnyDigest::kYes another than
  /// the wanted one is kDamaged.
  Looked<Loaded> load(const std::string& url, const ArtefactDigest& part,
                      const ArtefactDigest& wanted, AnyDigest any, Patience patience,
                      const Progress& progress);
  void remember(const HttpFile& file, const ArtefactDigest& digest);
  /// False: the process ends.
  bool pause(std::uint64_t ms);

  std::string url_;
  HttpGet& http_;
  ArtefactCache cache_;
  ArtefactDesk& desk_;
  HttpLimits limits_;
  Pcg pcg_;
  std::map<std::string, std::pair<HttpFile, ArtefactDigest>> known_;  ///< by the file's URL
};

}  // namespace groupctl
