#include "cli/watch_keys.h"

#include <algorithm>
#include <optional>

namespace groupctl {
namespace {

constexpr char kEsc = '\x1b';
constexpr std::size_t kLongestSequence = 16;  // longer ones are none

struct Spelling {
  std::string_view bytes;  // behind ESC
  KeyKind key;
};
// ECMA-48 with xterm's variants: ESC O in place of ESC [ in its application mode.
constexpr Spelling kSpellings[] = {
    {"[A", KeyKind::kUp},    {"OA", KeyKind::kUp},      {"[B", KeyKind::kDown},
    {"OB", KeyKind::kDown},  {"[5~", KeyKind::kPageUp}, {"[6~", KeyKind::kPageDown},
    {"[H", KeyKind::kHome},  {"OH", KeyKind::kHome},    {"[1~", KeyKind::kHome},
    {"[7~", KeyKind::kHome}, {"[F", KeyKind::kEnd},     {"OF", KeyKind::kEnd},
    {"[4~", KeyKind::kEnd},  {"[8~", KeyKind::kEnd},
};

/// How many bytes of `text`, which begins with ESC, are one sequence; 0: it has not ended.
std::size_t sequence_size(std::string_view text) {
  if (text.size() < 2) return 0;
  if (text[1] == 'O') return text.size() < 3 ? 0 : 3;
  if (text[1] != '[') return 1;  // the key, and then another one
  const auto ends = [](char c) { return c >= '@' && c <= '~'; };
  const std::string_view head = text.substr(0, kLongestSequence);
  const auto end = std::find_if(head.begin() + 2, head.end(), ends);
  if (end != head.end()) return static_cast<std::size_t>(end - head.begin()) + 1;
  return head.size() < kLongestSequence ? 0 : kLongestSequence;
}

std::optional<Key> key_of_sequence(std::string_view text) {
  if (text.size() == 1) return Key{KeyKind::kEscape};
  for (const Spelling& one : kSpellings) {
    if (one.bytes == text.substr(1)) return Key{one.key};
  }
  return std::nullopt;
}

std::optional<Key> key_of_byte(char byte) {
  if (byte == '\r' || byte == '\n') return Key{KeyKind::kEnter};
  if (byte == '\x7f' || byte == '\b') return Key{KeyKind::kBackspace};
  if (byte < ' ' || byte > '~') return std::nullopt;
  return Key{KeyKind::kSign, byte};
}

}  // namespace

std::vector<Key> KeyReader::take(std::string_view bytes) {
  std::vector<Key> keys;
  const auto add = [&](const std::optional<Key>& key) {
    if (key) keys.push_back(*key);
  };
  if (bytes.empty() && begun_.size() == 1) add(Key{KeyKind::kEscape});
  if (bytes.empty()) {
    begun_.clear();
    return keys;
  }
  const std::string text = begun_ + std::string(bytes);
  begun_.clear();
  for (std::string_view rest = text; !rest.empty();) {
    if (rest.front() != kEsc) {
      add(key_of_byte(rest.front()));
      rest.remove_prefix(1);
      continue;
    }
    const std::size_t size = sequence_size(rest);
    if (size == 0) {
      begun_ = rest;
      break;
    }
    add(key_of_sequence(rest.substr(0, size)));
    rest.remove_prefix(size);
  }
  return keys;
}

}  // namespace groupctl
