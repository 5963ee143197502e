#include "commands/left_behind.h"

#include <charconv>

#include "log/outcome.h"
#include "log/text.h"

namespace groupctl {
namespace {

constexpr std::string_view kDigest = "sha256:";
constexpr std::string_view kBytes = " bytes";
constexpr std::size_t kHexDigits = 64;

}  // namespace

std::string with_content(std::string_view before, const LeftContent& content) {
  const std::string behind = std::string(kDigest) + content.digest.hex() + " " +
                             std::to_string(content.bytes) + std::string(kBytes);
  if (before.empty()) return behind;
  return std::string(cut_text(before, kMaxOutcomeText - behind.size() - 1)) + " " + behind;
}

std::optional<LeftText> content_in(std::string_view text) {
  const std::size_t at = text.rfind(kDigest);
  if (at == std::string_view::npos || !text.ends_with(kBytes)) return std::nullopt;
  const std::string_view hex = text.substr(at + kDigest.size()).substr(0, kHexDigits);
  const std::size_t number = at + kDigest.size() + kHexDigits + 1;
  if (number + kBytes.size() >= text.size() || text[number - 1] != ' ') return std::nullopt;
  LeftText left;
  const char* end = text.data() + text.size() - kBytes.size();
  const auto read = std::from_chars(text.data() + number, end, left.content.bytes);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  if (!left.content.digest.assign_hex(hex)) return std::nullopt;
  left.before = text.substr(0, at);
  if (left.before.ends_with(' ')) left.before.pop_back();
  return left;
}

}  // namespace groupctl
