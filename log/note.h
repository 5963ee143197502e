// A line that a pure core wants in its process's log.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "log/strong.h"

namespace groupctl {

enum class NoteLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };

/// One key=value of a line. Keys are stable words: seq epoch member artefact digest step ms ...;
/// they outlive the field.
struct NoteField {
  NoteField(std::string_view k, std::string_view v) : key(k), value(v) {}
  NoteField(std::string_view k, std::uint64_t v)
      : key(k), value(std::to_string(v)), is_number(true) {}
  template <class Meaning>
  NoteField(std::string_view k, Number<Meaning> v) : NoteField(k, v.value) {}

  std::string_view key;
  std::string value;
  bool is_number = false;  ///< so that JSON has it without quotes
};

struct Note {
  NoteLevel level = NoteLevel::kInfo;
  std::string text;
  std::vector<NoteField> fields = {};  ///< what came from outside belongs here
};

/// "text key=value ...". A value that is empty or holds blanks, quotes or control bytes is quoted,
/// and such bytes are escaped, so that a line stays one line.
std::string text_of(const Note& note);

}  // namespace groupctl
