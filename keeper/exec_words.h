// What a program is executed with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace groupctl::keeper {

/// The PATH of what is started here: nobody's own is passed on.
inline constexpr std::string_view kDefaultPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// As execve(2) takes them: a null is the last one. They live as long as the words.
inline std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace groupctl::keeper
