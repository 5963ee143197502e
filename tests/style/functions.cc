#include "tests/style/functions.h"

#include <algorithm>

#include "tests/style/text.h"

namespace groupctl::style {

namespace {

/// What a brace opens. A list within a head (`a_{1}` of a constructor, `T x = {...}`) ends nothing.
enum class Opens { kScope, kFunction, kList };

bool has_any_word(std::string_view head, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [head](std::string_view word) { return has_word(head, word); });
}

/// Where the parameters of a function's head begin; npos for a head without any.
std::size_t parameters_at(std::string_view head) {
  const auto call = head.find("operator()");
  return head.find('(', call == std::string_view::npos ? 0 : call + 10);
}

/// Where the parentheses that open at `open` close.
std::size_t closing(std::string_view head, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < head.size(); ++at) {
    if (head[at] == '(') ++depth;
    if (head[at] == ')' && --depth == 0) return at;
  }
  return std::string_view::npos;
}

/// In a constructor's list of members, a brace after a name belongs to that member.
bool opens_a_member(std::string_view head, std::size_t parameters_end) {
  const auto rest = head.substr(parameters_end + 1);
  const auto colon = rest.find(':');
  if (colon == std::string_view::npos || rest.substr(colon).starts_with("::")) return false;
  return is_word_character(head.back()) || head.back() == '>';
}

/// The head after its "template <...>", in which a default is no initialisation.
std::string_view without_template(std::string_view head) {
  if (!head.starts_with("template")) return head;
  int depth = 0;
  for (std::size_t at = 0; at < head.size(); ++at) {
    if (head[at] == '<') ++depth;
    if (head[at] == '>' && --depth == 0) return trimmed(head.substr(at + 1));
  }
  return head;
}

Opens opened_by(std::string_view whole_head) {
  const std::string_view head = without_template(whole_head);
  const auto open = parameters_at(head);
  if (has_any_word(head, {"namespace", "extern"}) && open == std::string_view::npos) {
    return Opens::kScope;
  }
  if (has_any_word(head, {"class", "struct", "union"}) && open == std::string_view::npos) {
    return Opens::kScope;
  }
  if (open == std::string_view::npos || head.ends_with('=')) return Opens::kList;
  const auto equals = head.substr(0, open).find(" = ");
  if (equals != std::string_view::npos && !has_word(head, "operator")) return Opens::kList;
  const auto close = closing(head, open);
  if (close == std::string_view::npos || opens_a_member(head, close)) return Opens::kList;
  return Opens::kFunction;
}

std::string name_in(std::string_view head) {
  const auto open = parameters_at(head);
  const std::string_view before = trimmed(head.substr(0, open));
  if (const auto oper = before.rfind("operator"); oper != std::string_view::npos) {
    return std::string(before.substr(oper));
  }
  std::size_t begin = before.size();
  while (begin > 0 && (is_word_character(before[begin - 1]) || before[begin - 1] == ':' ||
                       before[begin - 1] == '~')) {
    --begin;
  }
  std::string name(before.substr(begin));
  // All tests are called TEST: their arguments tell them apart.
  if (name.starts_with("TEST")) name = trimmed(head.substr(begin));
  return name;
}

class Scanner {
 public:
  explicit Scanner(std::string_view source) : code_(code_only(source)) {}

  std::vector<Function> run() {
    for (at_ = 0; at_ < code_.size(); ++at_) step(code_[at_]);
    return std::move(found_);
  }

 private:
  void step(char c) {
    if (c == '\n') ++line_;
    if (c == '{') {
      open_brace();
    } else if (c == '}') {
      head_.clear();
    } else if (c == ';' && parentheses_ == 0) {
      head_.clear();
    } else {
      if (c == '(') ++parentheses_;
      if (c == ')') --parentheses_;
      extend_head(c);
    }
  }

  void extend_head(char c) {
    const bool blank = c == ' ' || c == '\n' || c == '\t';
    if (head_.empty() && blank) return;
    if (head_.empty()) head_line_ = line_;
    head_ += c == '\n' ? ' ' : c;
    const std::string_view head = trimmed(head_);
    if (head == "public:" || head == "private:" || head == "protected:") head_.clear();
  }

  void open_brace() {
    const std::string_view head = trimmed(head_);
    const Opens opens = parentheses_ > 0 ? Opens::kList : opened_by(head);
    if (opens == Opens::kScope) {
      head_.clear();
      return;
    }
    const std::string name = opens == Opens::kFunction ? name_in(head) : std::string{};
    skip_braces();
    if (opens == Opens::kList) {
      head_ += '}';
      return;
    }
    found_.push_back({name, head_line_, line_ - head_line_ + 1});
    head_.clear();
  }

  /// Goes to the brace that closes the one at at_.
  void skip_braces() {
    int depth = 0;
    for (; at_ < code_.size(); ++at_) {
      if (code_[at_] == '\n') ++line_;
      if (code_[at_] == '{') ++depth;
      if (code_[at_] == '}' && --depth == 0) return;
    }
  }

  std::string code_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t head_line_ = 1;
  int parentheses_ = 0;
  std::string head_;
  std::vector<Function> found_;
};

}  // namespace

std::vector<Function> functions_of(std::string_view source) { return Scanner(source).run(); }

}  // namespace groupctl::style
