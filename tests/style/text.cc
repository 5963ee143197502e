#include "tests/style/text.h"

#include <algorithm>
#include <cctype>

namespace groupctl::style {

namespace {

/// Copies code and blanks the rest, one lexical element at a time.
class Blanker {
 public:
  explicit Blanker(std::string_view source) : source_(source), out_(source) {}

  std::string run() {
    while (at_ < source_.size()) step();
    return out_;
  }

 private:
  bool sees(std::string_view text) const { return source_.substr(at_).starts_with(text); }

  void blank_to(std::size_t end) {
    for (end = std::min(end, source_.size()); at_ < end; ++at_) {
      if (out_[at_] != '\n') out_[at_] = ' ';
    }
  }

  std::size_t after(std::string_view text, std::size_t from) const {
    const auto found = source_.find(text, from);
    return found == std::string_view::npos ? source_.size() : found + text.size();
  }

  /// The end of a line that backslashes may continue.
  std::size_t line_end() const {
    std::size_t end = source_.find('\n', at_);
    while (end != std::string_view::npos && end > 0 && source_[end - 1] == '\\') {
      end = source_.find('\n', end + 1);
    }
    return end == std::string_view::npos ? source_.size() : end;
  }

  void raw_string() {
    const auto open = source_.find('(', at_);
    const std::string close = ")" + std::string(source_.substr(at_ + 2, open - at_ - 2)) + "\"";
    blank_to(after(close, open));
  }

  void literal(char quote) {
    std::size_t end = at_ + 1;
    while (end < source_.size() && source_[end] != quote && source_[end] != '\n') {
      end += source_[end] == '\\' ? 2U : 1U;
    }
    blank_to(end + 1);
  }

  void step() {
    const char c = source_[at_];
    const bool in_word = at_ > 0 && is_word_character(source_[at_ - 1]);
    if (c == '\n') {
      line_begins_ = true;
      ++at_;
    } else if (sees("//")) {
      blank_to(line_end());
    } else if (sees("/*")) {
      blank_to(after("*/", at_ + 2));
    } else if (c == '#' && line_begins_) {
      blank_to(line_end());
    } else {
      line_begins_ = line_begins_ && (c == ' ' || c == '\t');
      if (sees("R\"") && !in_word) return raw_string();
      if (c == '"') return literal('"');
      if (c == '\'' && !in_word) return literal('\'');  // in a word it parts digits
      ++at_;
    }
  }

  std::string_view source_;
  std::string out_;
  std::size_t at_ = 0;
  bool line_begins_ = true;
};

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool has_word(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || !is_word_character(text[at - 1]);
    const bool ends =
        !is_word_character(word.back()) || end == text.size() || !is_word_character(text[end]);
    if (begins && ends) return true;
  }
  return false;
}

std::string code_only(std::string_view source) { return Blanker(source).run(); }

}  // namespace groupctl::style
