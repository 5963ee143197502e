// One archive on its way from a web server into a file.
#pragma once

#include <functional>

#include "daemon/digested_file.h"
#include "log/types.h"
#include "member/host/artefact_cache.h"
#include "member/host/http_get.h"
#include "member/host/miss.h"

namespace groupctl {

/// Over as many exchanges as it takes: each asks from where the file ends.
class HttpFilling : public HttpTaker {
 public:
  /// What is in the file is digested already; an earlier process left it.
  HttpFilling(DigestedFile& file, ArtefactCache& cache, std::uint64_t max_bytes, LocalTime until,
              std::function<void(int percent)> progress);

  /// Begins an exchange: what is to be asked.
  HttpRequest next_request(const std::string& url);
  bool head(const HttpHead& head) override;
  bool body(ByteView bytes) override;

  /// Of the exchange; nullopt: no head came.
  const std::optional<HttpVerdict>& verdict() const { return verdict_; }
  std::optional<std::uint64_t> retry_after_ms() const { return retry_after_ms_; }
  /// After an exchange that was there to its end: whether the file is.
  bool whole() const;
  /// This member cannot take it.
  const std::optional<Miss>& failed() const { return failed_; }
  /// As the server described it; nothing: it did not.
  const FileMark& mark() const { return mark_; }
  std::optional<std::uint64_t> total() const { return total_; }
  /// What is there to its end cannot be the begin of one whose connection broke.
  bool says_its_end() const { return says_its_end_; }
  /// Its bytes may be of two files: only the wanted digest proves that they are not.
  bool may_be_mixed() const { return mixed_; }
  /// Drops what is there.
  void begin_anew();

 private:
  bool fail_here(Miss::Why why, const Error& error);
  bool begin(const HttpHead& head, std::uint64_t total);
  bool go_on(const HttpHead& head, std::uint64_t total);
  bool make_room(std::uint64_t bytes);

  DigestedFile& file_;
  ArtefactCache& cache_;
  std::uint64_t max_bytes_;
  LocalTime until_;
  std::function<void(int)> progress_;
  std::optional<HttpVerdict> verdict_;
  std::optional<std::uint64_t> retry_after_ms_;
  std::optional<Miss> failed_;
  FileMark mark_;
  std::optional<std::uint64_t> total_;
  std::uint64_t room_until_ = 0;  ///< up to this length the disk was seen to have room
  bool mixed_;
  bool says_its_end_ = false;
  int shown_ = -1;
};

}  // namespace groupctl
