#include "member/host/http_filling.h"

#include <algorithm>

#include "daemon/clock.h"

namespace groupctl {
namespace {

/// For so much more is looked for room when it is not known how much will come.
constexpr std::uint64_t kRoomStepBytes = 32 << 20;

}  // namespace

HttpFilling::HttpFilling(DigestedFile& file, ArtefactCache& cache, std::uint64_t max_bytes,
                         LocalTime until, std::function<void(int percent)> progress)
    : file_(file),
      cache_(cache),
      max_bytes_(max_bytes),
      until_(until),
      progress_(std::move(progress)),
      mixed_(file.size() != 0) {}

HttpRequest HttpFilling::next_request(const std::string& url) {
  verdict_.reset();
  retry_after_ms_.reset();
  HttpRequest request{.url = url, .from = file_.size()};
  if (request.from != 0) request.if_range = mark_.for_range();
  return request;
}

bool HttpFilling::head(const HttpHead& head) {
  verdict_ = judge(head, file_.size(), max_bytes_);
  retry_after_ms_ = head.retry_after_ms;
  if (verdict_->next == HttpNext::kBegin) return begin(head, verdict_->total);
  if (verdict_->next == HttpNext::kGoOn) return go_on(head, verdict_->total);
  return false;
}

bool HttpFilling::body(ByteView bytes) {
  const std::uint64_t size = file_.size() + bytes.size();
  if (size > total_.value_or(max_bytes_)) {
    verdict_ = {HttpNext::kDamaged, 0, "more comes than the server says, or than is taken"};
    return false;
  }
  if (size > room_until_ && !make_room(kRoomStepBytes)) return false;
  if (auto added = file_.append(bytes); !added) return fail_here(Miss::Why::kFailed, added.error());
  if (local_now() >= until_ && size != total_) {
    verdict_ = {HttpNext::kGiveUp, 0, "it comes too slowly; what is here is kept"};
    return false;
  }
  const int percent = total_ ? static_cast<int>(size * 100 / *total_) : 0;
  if (percent != shown_) progress_(shown_ = percent);
  return true;
}

bool HttpFilling::whole() const {
  if (!verdict_) return false;
  switch (verdict_->next) {
    case HttpNext::kWhole:
      return true;
    case HttpNext::kBegin:
    case HttpNext::kGoOn:
      return !total_ || file_.size() == *total_;
    default:
      return false;
  }
}

void HttpFilling::begin_anew() {
  verdict_.reset();
  mark_ = {};
  total_.reset();
  room_until_ = 0;
  mixed_ = false;
  if (auto cleared = file_.clear(); !cleared) {
    static_cast<void>(fail_here(Miss::Why::kFailed, cleared.error()));
  }
}

bool HttpFilling::fail_here(Miss::Why why, const Error& error) {
  failed_ = Miss{why, error.text};
  return false;
}

bool HttpFilling::begin(const HttpHead& head, std::uint64_t total) {
  const HttpVerdict verdict = *verdict_;
  begin_anew();
  verdict_ = verdict;
  if (failed_) return false;
  mark_ = head.mark;
  if (head.length) total_ = total;
  says_its_end_ = head.says_its_end();
  return make_room(total);
}

bool HttpFilling::go_on(const HttpHead& head, std::uint64_t total) {
  if (total_ && *total_ != total) {
    verdict_ = {HttpNext::kBeginAnew, 0, "the file has changed while it was read"};
    return false;
  }
  // A strong ETag alone promises the same bytes (RFC 9110, 13.1.5).
  mixed_ = mixed_ || mark_.etag.empty() || mark_.etag != head.mark.etag;
  if (mark_.none()) mark_ = head.mark;
  total_ = total;
  says_its_end_ = true;
  return make_room(total - file_.size());
}

bool HttpFilling::make_room(std::uint64_t bytes) {
  if (auto room = cache_.make_room(bytes); !room) {
    // For as much as this server says: another may have what fits.
    return fail_here(Miss::Why::kUnreachable, room.error());
  }
  room_until_ = file_.size() + bytes;
  return true;
}

}  // namespace groupctl
