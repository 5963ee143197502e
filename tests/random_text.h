// Text that fills a log: packing takes a quarter of it, not all.
#pragma once

#include <string>
#include <string_view>

#include "log/pcg.h"

namespace groupctl {

/// Letters, digits, - and _; the same for the same seed.
inline std::string random_text(std::size_t count, std::uint64_t seed) {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  Pcg random(seed);
  std::string text(count, ' ');
  for (char& letter : text) letter = kLetters[random.below(kLetters.size())];
  return text;
}

}  // namespace groupctl
