// What is typed at a terminal, as keys. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace groupctl {

enum class KeyKind : std::uint8_t {
  kSign,  ///< of ASCII, the blank too
  kEnter,
  kEscape,
  kBackspace,
  kUp,
  kDown,
  kPageUp,
  kPageDown,
  kHome,
  kEnd,
};

struct Key {
  KeyKind kind = KeyKind::kSign;
  char sign = 0;  ///< of kSign
  bool operator==(const Key&) const = default;
};

/// Cuts bytes into keys. A terminal sends some keys as ESC and more, perhaps in two pieces.
class KeyReader {
 public:
  /// To be called regularly, with nothing if nothing was typed: an ESC behind which nothing has
  /// come by the next call is the key. What is no key of ours is passed over.
  std::vector<Key> take(std::string_view bytes);

 private:
  std::string begun_;  // an escape sequence that has not ended
};

}  // namespace groupctl
