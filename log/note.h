// A line that a pure core wants in its process's log.
#pragma once

#include <cstdint>
#include <string>

namespace groupctl {

enum class NoteLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };
struct Note {
  NoteLevel level = NoteLevel::kInfo;
  std::string text;
};

}  // namespace groupctl
