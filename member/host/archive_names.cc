#include "member/host/archive_names.h"

#include <locale.h>
#include <wctype.h>

#include <optional>

namespace groupctl {
namespace {

constexpr std::size_t kMaxComponentBytes = 255;  // NAME_MAX of Linux
constexpr std::size_t kMaxShownBytes = 80;

/// How many bytes a UTF-8 sequence has by its first byte; 0: none begins so.
std::size_t sequence_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  if (first >= 0xF0 && first < 0xF5) return 4;
  return 0;
}

/// Takes one character off the front of `text`; nullopt: it is not UTF-8 (RFC 3629).
std::optional<char32_t> take_character(std::string_view& text) {
  static constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = sequence_length(first);
  if (length == 0 || length > text.size()) return std::nullopt;
  char32_t character = length == 1 ? first : first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80U) return std::nullopt;
    character = (character << 6U) | (next & 0x3FU);
  }
  const bool surrogate = character >= 0xD800 && character < 0xE000;
  if (character < kLeast[length] || surrogate || character > 0x10FFFF) return std::nullopt;
  text.remove_prefix(length);
  return character;
}

/// Characters that make two names look, or on another file system be, the same: combining marks
/// (instead of the composed letter), and what is not seen at all.
bool is_ambiguous(char32_t c) {
  const bool combining = c >= 0x300 && c <= 0x36F;
  const bool invisible = c == 0xAD || (c >= 0x200B && c <= 0x200F) ||
                         (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
                         c == 0xFEFF || (c >= 0xFE00 && c <= 0xFE0F) || c >= 0xE0000;
  return combining || invisible;
}

/// nullptr: every character may stand in a name.
const char* fault_of_text(std::string_view text) {
  while (!text.empty()) {
    const auto character = take_character(text);
    if (!character) return "the name is not UTF-8";
    if (*character < 0x20 || (*character >= 0x7F && *character < 0xA0)) {
      return "control characters in the name";
    }
    if (is_ambiguous(*character)) return "combining or invisible characters in the name";
  }
  return nullptr;
}

void append_utf8(std::string& text, char32_t c) {
  const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0U | (c >> 6U));
  } else if (c < 0x10000) {
    put(0xE0U | (c >> 12U));
    put(0x80U | ((c >> 6U) & 0x3FU));
  } else {
    put(0xF0U | (c >> 18U));
    put(0x80U | ((c >> 12U) & 0x3FU));
    put(0x80U | ((c >> 6U) & 0x3FU));
  }
  put(0x80U | (c & 0x3FU));
}

/// With it the cases of all of Unicode are known; where it is not installed, those of ASCII.
locale_t unicode() {
  static const locale_t named = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  static const locale_t plain = ::newlocale(LC_CTYPE_MASK, "C", nullptr);
  return named == nullptr ? plain : named;
}

/// The same for all names that differ only by case. `path` is UTF-8.
std::string folded(std::string_view path) {
  std::string text;
  while (!path.empty()) {
    const auto character = take_character(path);
    if (!character) break;  // parse_entry_name lets no such name pass
    // Up, then down: letters with two small forms (the Greek sigma) fold to one.
    const wint_t upper = ::towupper_l(static_cast<wint_t>(*character), unicode());
    append_utf8(text, static_cast<char32_t>(::towlower_l(upper, unicode())));
  }
  return text;
}

std::vector<std::string_view> split_at_slashes(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto slash = text.find('/');
    parts.push_back(text.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    text.remove_prefix(slash + 1);
  }
}

}  // namespace

std::string shown_name(std::string_view name) {
  std::string shown(name.substr(0, kMaxShownBytes));
  for (char& c : shown) {
    if (c < 0x20 || c > 0x7E) c = '?';
  }
  return name.size() > kMaxShownBytes ? shown + "..." : shown;
}

tl::unexpected<Error> unsafe_archive(std::string_view name, std::string_view why) {
  return fail(ErrorCode::kUnsafe, "unsafe archive: " + shown_name(name) + ": " + std::string(why));
}

Result<std::vector<std::string>> parse_entry_name(std::string_view name,
                                                  const UnpackLimits& limits) {
  if (name.empty()) return unsafe_archive("(no name)", "an entry without a name");
  if (name.size() > limits.path_bytes) return unsafe_archive(name, "the name is too long");
  if (name.front() == '/') return unsafe_archive(name, "an absolute name");
  if (const char* fault = fault_of_text(name)) return unsafe_archive(name, fault);
  if (name.back() == '/') name.remove_suffix(1);
  std::vector<std::string> path;
  for (std::string_view part : split_at_slashes(name)) {
    if (part == ".") continue;
    if (part.empty()) return unsafe_archive(name, "an empty component");
    if (part == "..") return unsafe_archive(name, "\"..\" in the name");
    if (part.size() > kMaxComponentBytes) return unsafe_archive(name, "a component is too long");
    path.emplace_back(part);
  }
  if (path.size() > limits.depth) return unsafe_archive(name, "too many levels of folders");
  return path;
}

Status check_link_target(std::string_view target, std::size_t depth) {
  if (target.empty()) return unsafe_archive("(no target)", "a symbolic link to nothing");
  if (target.front() == '/') return unsafe_archive(target, "a symbolic link to an absolute name");
  std::size_t climbed = 0;
  bool named = false;
  for (std::string_view part : split_at_slashes(target)) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      named = true;
      continue;
    }
    if (named || ++climbed > depth)
      return unsafe_archive(target, "a symbolic link that leads outside");
  }
  return {};
}

Status NameRegister::add(const std::vector<std::string>& path, bool folder) {
  std::string below;
  for (std::size_t i = 0; i < path.size(); ++i) {
    below += (i == 0 ? "" : "/") + path[i];
    const bool last = i + 1 == path.size();
    if (Status added = add_one(below, folder || !last); !added) return added;
  }
  return {};
}

Status NameRegister::add_one(const std::string& path, bool folder) {
  const auto [at, fresh] = known_.try_emplace(folded(path), Known{path, folder});
  if (fresh) return {};
  if (at->second.name != path) {
    return unsafe_archive(path, "differs only by case from " + shown_name(at->second.name));
  }
  if (folder && at->second.folder) return {};
  return unsafe_archive(
      path, folder ? "a name below something that is no folder" : "the name comes twice");
}

}  // namespace groupctl
