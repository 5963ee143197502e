#include "member/host/http_answer.h"

#include <algorithm>
#include <charconv>

namespace groupctl {
namespace {

/// The whole text as a decimal number.
std::optional<std::uint64_t> decimal_of(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, problem] = std::from_chars(text.data(), end, value);
  if (text.empty() || problem != std::errc() || stopped != end) return std::nullopt;
  return value;
}

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string small_letters(std::string_view text) {
  std::string small(text);
  for (char& c : small) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return small;
}

bool may_be_said_again(std::string_view text) {
  return !text.empty() && text.size() <= FileMark::kMaxBytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

/// RFC 9110, 8.8.3: a weak one ("W/...") promises nothing of bytes.
std::string strong_etag(std::string_view text) {
  const bool quoted = text.size() >= 3 && text.front() == '"' && text.back() == '"';
  return quoted && may_be_said_again(text) ? std::string(text) : std::string();
}

/// RFC 9110, 14.4: "bytes FIRST-LAST/TOTAL", "bytes FIRST-LAST/*" or "bytes */TOTAL".
std::optional<HttpHead::Range> range_of(std::string_view text) {
  constexpr std::string_view kUnit = "bytes ";
  const std::size_t slash = text.find('/');
  if (!text.starts_with(kUnit) || slash == std::string_view::npos) return std::nullopt;
  const std::string_view bytes = text.substr(kUnit.size(), slash - kUnit.size());
  const std::string_view total = text.substr(slash + 1);
  HttpHead::Range range;
  if (total != "*") {
    range.total = decimal_of(total);
    if (!range.total) return std::nullopt;
  }
  if (bytes == "*") return range.total ? std::optional(range) : std::nullopt;
  const std::size_t dash = bytes.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto last = decimal_of(bytes.substr(dash + 1));
  range.first = decimal_of(bytes.substr(0, dash));
  if (!range.first || !last || *last < *range.first || (range.total && *last >= *range.total)) {
    return std::nullopt;
  }
  range.last = *last;
  return range;
}

/// Takes what a line says; another value than an earlier line's, or none that parses, is broken.
template <class T>
void take(std::optional<T>& into, const std::optional<T>& value, bool& broken) {
  broken = broken || !value || (into && *into != *value);
  if (value) into = value;
}

std::string answers(int status) { return "the server answers " + std::to_string(status); }

bool mends_with_time(int status) {
  return status == 408 || status == 425 || status == 429 || (status >= 500 && status <= 599);
}

HttpVerdict too_long(std::uint64_t most) {
  return {HttpNext::kDamaged, 0, "it is longer than " + std::to_string(most) + " bytes"};
}

HttpVerdict judge_part(const HttpHead& head, std::uint64_t from, std::uint64_t most) {
  const auto& range = head.range;
  if (!range || range->first != from) {
    return {
        HttpNext::kDamaged, 0,
        "asked for all from byte " + std::to_string(from) + " on, the server gives another part"};
  }
  if (range->last >= most) return too_long(most);
  const std::uint64_t bytes = range->last - from + 1;
  const bool to_the_end = !range->total || range->last + 1 == *range->total;
  if (!to_the_end || (head.length && *head.length != bytes)) {
    return {HttpNext::kDamaged, 0, "the server's part has another length than it says"};
  }
  return {HttpNext::kGoOn, range->last + 1};
}

}  // namespace

void HttpHead::add(std::string_view line) {
  if (line.starts_with("HTTP/")) {
    *this = {};
    const std::size_t blank = line.find(' ');
    const auto code =
        blank == std::string_view::npos ? std::nullopt : decimal_of(line.substr(blank + 1, 3));
    broken = !code || *code < 100;
    if (!broken) status = static_cast<int>(*code);
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string name = small_letters(line.substr(0, colon));
  const std::string_view value = without_blanks(line.substr(colon + 1));
  if (name == "content-length") {
    take(length, decimal_of(value), broken);
  } else if (name == "content-range") {
    take(range, range_of(value), broken);
  } else if (name == "transfer-encoding") {
    chunked = small_letters(value).ends_with("chunked");
  } else if (name == "location") {
    sends_on = !value.empty();
  } else if (name == "etag") {
    mark.etag = strong_etag(value);
  } else if (name == "last-modified") {
    mark.modified = may_be_said_again(value) ? std::string(value) : std::string();
  } else if (const auto seconds = name == "retry-after" ? decimal_of(value) : std::nullopt) {
    retry_after_ms = std::min<std::uint64_t>(*seconds, 86'400) * 1000;
  }
}

HttpVerdict judge(const HttpHead& head, std::uint64_t from, std::uint64_t most) {
  if (head.broken) return {HttpNext::kDamaged, 0, "the head of the server's answer is no good"};
  switch (head.status) {
    case 200:
      if (head.length.value_or(0) > most) return too_long(most);
      return {HttpNext::kBegin, head.length.value_or(0)};
    case 206:
      return judge_part(head, from, most);
    case 404:
    case 410:
      return {HttpNext::kAbsent, 0, answers(head.status)};
    case 416:
      if (from == 0) break;
      if (head.range && head.range->total == from) return {HttpNext::kWhole, from};
      return {HttpNext::kBeginAnew, 0, answers(416)};
    default:
      if (mends_with_time(head.status)) return {HttpNext::kLater, 0, answers(head.status)};
  }
  return {HttpNext::kGiveUp, 0, answers(head.status)};
}

void HttpTries::reached(std::uint64_t bytes) {
  if (!furthest_) furthest_ = bytes;
  if (bytes < *furthest_ + kProgressBytes) return;
  furthest_ = bytes;
  failed_ = 0;
  pauses_.reset();
}

std::optional<std::uint64_t> HttpTries::next(std::optional<std::uint64_t> retry_after_ms,
                                             Pcg& pcg) {
  if (++failed_ >= most_) return std::nullopt;
  const std::uint64_t pause = pauses_.next(pcg);
  return std::max(pause, std::min(retry_after_ms.value_or(0), kMaxRetryAfterMs));
}

}  // namespace groupctl
