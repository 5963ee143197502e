// Plain text handling of the style rules: lines, words, and C++ without its comments and strings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace groupctl::style {

/// The lines without their ends; no line after a final end of line.
std::vector<std::string_view> lines_of(std::string_view text);

std::string_view trimmed(std::string_view text);

bool is_word_character(char c);

/// Whether `word` occurs in `text` with no letter, digit or '_' before it (and, where it ends in
/// one itself, none after it).
bool has_word(std::string_view text, std::string_view word);

/// C++ source in which comments, the insides of literals and preprocessor lines are blanks. Every
/// other character and every end of line stays at its place.
std::string code_only(std::string_view source);

}  // namespace groupctl::style
