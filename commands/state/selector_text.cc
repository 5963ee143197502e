// The selector language: a union of conjunctions of terms.
//
//   selector    = conjunction { "|" conjunction }
//   conjunction = term { "," term }
//   term        = label ( "=" | "!=" ) value | label [ "not" ] "in" "(" value { "," value } ")"
//               | "has(" label ")" | "!" label | value (a member's name)
//   value       = characters other than space and , ( ) = ! | \ " '; a backslash takes the next one
//                 as it stands; one with a bare * or ? is a pattern
// "not in" is written notin.
#include <algorithm>
#include <string_view>

#include "commands/state/target.h"

namespace groupctl {
namespace {

using Test = SelectorTerm::Test;
constexpr std::string_view kSpecial = " \t\n,()=!|\\\"'";
constexpr std::string_view kWildcards = "*?";

bool contains(std::string_view characters, char c) {
  return characters.find(c) != std::string_view::npos;
}

struct Word {
  std::string text;
  bool pattern = false;
};

/// Reads one text. Every take_ function begins where the former ended.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<std::vector<Conjunction>> parse() {
    std::vector<Conjunction> any;
    do {
      auto terms = take_conjunction();
      if (!terms) return tl::unexpected<Error>(terms.error());
      any.push_back(std::move(*terms));
    } while (take('|'));
    if (at_ < text_.size()) return expected("',' or '|'");
    return any;
  }

 private:
  tl::unexpected<Error> wrong(const std::string& what) const {
    return fail(ErrorCode::kInvalid, "selector \"" + std::string(text_) + "\", character " +
                                         std::to_string(at_ + 1) + ": " + what);
  }
  tl::unexpected<Error> expected(const std::string& what) const {
    return wrong("expected " + what);
  }

  void skip_space() {
    while (at_ < text_.size() && contains(" \t\n", text_[at_])) ++at_;
  }
  bool take(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  Result<Word> take_word(const std::string& what) {
    skip_space();
    Word word;
    bool literal_wildcard = false;
    while (at_ < text_.size()) {
      char c = text_[at_];
      if (c == '\\' && at_ + 1 < text_.size()) {
        c = text_[++at_];
        literal_wildcard = literal_wildcard || contains(kWildcards, c);
      } else if (contains(kSpecial, c)) {
        break;
      } else {
        word.pattern = word.pattern || contains(kWildcards, c);
      }
      word.text += c;
      ++at_;
    }
    if (word.text.empty()) return expected(what);
    if (word.pattern && literal_wildcard) return wrong("a pattern cannot hold a literal * or ?");
    return word;
  }

  Result<std::string> take_label() {
    auto word = take_word("a label");
    if (!word) return tl::unexpected<Error>(word.error());
    if (!is_name(word->text)) return wrong("\"" + word->text + "\" is no label name");
    return std::move(word->text);
  }

  Result<std::string> take_literal() {
    auto word = take_word("a value");
    if (!word) return tl::unexpected<Error>(word.error());
    if (word->pattern) return wrong("a pattern can only stand after '='");
    return std::move(word->text);
  }

  Result<Conjunction> take_conjunction() {
    Conjunction terms;
    bool named = false;
    do {
      auto term = take_term();
      if (!term) return tl::unexpected<Error>(term.error());
      if (bare_ && named) return wrong("no member has two names; for either of them use '|'");
      named = named || bare_;
      terms.push_back(std::move(*term));
    } while (take(','));
    std::sort(terms.begin(), terms.end());
    terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
    return terms;
  }

  Result<SelectorTerm> take_term() {
    bare_ = false;
    if (take('!')) return term_of(take_label(), Test::kHasNot);
    auto word = take_word("a label or a member's name");
    if (!word) return tl::unexpected<Error>(word.error());
    if (word->text == "has" && take('(')) {
      auto label = take_label();
      if (label && !take(')')) return expected("')'");
      return term_of(std::move(label), Test::kHas);
    }
    const std::size_t behind = at_;
    skip_space();
    const bool equals = at_ < text_.size() && contains("=!", text_[at_]);
    if (equals || next_is("in") || next_is("notin")) {
      if (!is_name(word->text)) return wrong("\"" + word->text + "\" is no label name");
      return equals ? take_comparison(word->text) : take_list(word->text);
    }
    at_ = behind;
    bare_ = true;
    return SelectorTerm{"name", word->pattern ? Test::kGlob : Test::kEquals, {word->text}};
  }

  Result<SelectorTerm> term_of(Result<std::string> label, Test test) const {
    if (!label) return tl::unexpected<Error>(label.error());
    return SelectorTerm{std::move(*label), test, {}};
  }

  bool next_is(std::string_view keyword) const {
    const std::string_view rest = text_.substr(at_);
    return rest.starts_with(keyword) &&
           (rest.size() == keyword.size() || contains(" \t\n(", rest[keyword.size()]));
  }

  Result<SelectorTerm> take_comparison(const std::string& label) {
    if (take('!')) {
      if (!take('=')) return expected("'='");
      auto value = take_literal();
      if (!value) return tl::unexpected<Error>(value.error());
      return SelectorTerm{label, Test::kNotEquals, {std::move(*value)}};
    }
    take('=');
    auto value = take_word("a value");
    if (!value) return tl::unexpected<Error>(value.error());
    return SelectorTerm{label, value->pattern ? Test::kGlob : Test::kEquals, {value->text}};
  }

  Result<SelectorTerm> take_list(const std::string& label) {
    const bool negated = next_is("notin");
    at_ += negated ? 5 : 2;
    if (!take('(')) return expected("'('");
    std::vector<std::string> values;
    do {
      auto value = take_literal();
      if (!value) return tl::unexpected<Error>(value.error());
      values.push_back(std::move(*value));
    } while (take(','));
    if (!take(')')) return expected("')'");
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    const bool single = values.size() == 1;
    const Test test = negated ? (single ? Test::kNotEquals : Test::kNotAmong)
                              : (single ? Test::kEquals : Test::kAmong);
    return SelectorTerm{label, test, std::move(values)};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool bare_ = false;  // the last term was a member's name alone
};

std::string escaped(std::string_view value, bool pattern) {
  std::string text;
  for (char c : value) {
    if (contains(kSpecial, c) || (!pattern && contains(kWildcards, c))) text += '\\';
    text += c;
  }
  return text;
}

std::string list_text(const std::vector<std::string>& values, bool pattern) {
  std::string text;
  for (const std::string& value : values) {
    if (!text.empty()) text += ',';
    text += escaped(value, pattern);
  }
  return text;
}

std::string term_text(const SelectorTerm& term) {
  switch (term.test) {
    case Test::kEquals:
      return term.label + "=" + list_text(term.values, false);
    case Test::kNotEquals:
      return term.label + "!=" + list_text(term.values, false);
    case Test::kAmong:
      return term.label + " in (" + list_text(term.values, false) + ")";
    case Test::kNotAmong:
      return term.label + " notin (" + list_text(term.values, false) + ")";
    case Test::kHas:
      return "has(" + term.label + ")";
    case Test::kHasNot:
      return "!" + term.label;
    case Test::kGlob:
      return term.label + "=" + list_text(term.values, true);
  }
  return {};
}

}  // namespace

Result<Target> parse_target(const std::vector<std::string>& texts) {
  if (texts.empty()) return Target::all();
  std::vector<Conjunction> any;
  for (const std::string& text : texts) {
    auto parsed = Parser(text).parse();
    if (!parsed) return tl::unexpected<Error>(parsed.error());
    any.insert(any.end(), parsed->begin(), parsed->end());
  }
  std::sort(any.begin(), any.end());
  any.erase(std::unique(any.begin(), any.end()), any.end());
  return Target::of(std::move(any));
}

std::string to_text(const Target& target) {
  if (target.kind == Target::Kind::kNone) return "none";
  if (target.kind == Target::Kind::kAll) return "all";
  if (target.kind == Target::Kind::kMember) return "member " + std::to_string(target.member.value);
  std::string text;
  for (const Conjunction& conjunction : target.selector) {
    if (!text.empty()) text += " | ";
    std::string terms;
    for (const SelectorTerm& term : conjunction) {
      if (!terms.empty()) terms += ',';
      terms += term_text(term);
    }
    text += terms;
  }
  return text;
}

}  // namespace groupctl
