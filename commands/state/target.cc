#include "commands/state/target.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

#include "commands/state/names.h"
#include "log/nearest.h"

namespace groupctl {
namespace {

/// A selector may have thousands of terms; so many are compared with the roster for a message.
constexpr std::size_t kMaxAskedTerms = 16;

/// nullptr: the member has no such label.
const std::string* label_of(const MemberRow& member, const std::string& label) {
  if (label == "name") return &member.name;
  for (const Labels* labels : {&member.operator_labels, &member.own_labels}) {
    auto found = labels->find(label);
    if (found != labels->end()) return &found->second;
  }
  return nullptr;
}

/// '*' is any run of bytes, '?' any one byte.
bool glob_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, retry_text = 0;
  std::size_t star = std::string_view::npos;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry_text = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry_text;
    } else {
      return false;
    }
  }
  return pattern.substr(p).find_first_not_of('*') == std::string_view::npos;
}

bool term_matches(const SelectorTerm& term, const MemberRow& member) {
  const std::string* value = label_of(member, term.label);
  auto is_value = [&](const std::string& wanted) { return value != nullptr && *value == wanted; };
  switch (term.test) {
    case SelectorTerm::Test::kEquals:
    case SelectorTerm::Test::kAmong:
      return std::any_of(term.values.begin(), term.values.end(), is_value);
    case SelectorTerm::Test::kNotEquals:
    case SelectorTerm::Test::kNotAmong:
      return std::none_of(term.values.begin(), term.values.end(), is_value);
    case SelectorTerm::Test::kHas:
      return value != nullptr;
    case SelectorTerm::Test::kHasNot:
      return value == nullptr;
    case SelectorTerm::Test::kGlob:
      return value != nullptr &&
             std::any_of(term.values.begin(), term.values.end(),
                         [&](const std::string& glob) { return glob_matches(glob, *value); });
  }
  return false;
}

bool all_terms_match(const Conjunction& terms, const MemberRow& member) {
  return std::all_of(terms.begin(), terms.end(),
                     [&](const SelectorTerm& term) { return term_matches(term, member); });
}

/// What was asked for, as texts to compare labels with: "role=web", or "gpu" for has(gpu).
std::vector<SelectorTerm> asked_terms(const Target& asked) {
  std::vector<SelectorTerm> terms;
  for (const Conjunction& conjunction : asked.selector) {
    for (const SelectorTerm& term : conjunction) {
      if (terms.size() < kMaxAskedTerms) terms.push_back(term);
    }
  }
  return terms;
}

/// How far a label that a member carries is from what was asked.
std::size_t distance(const std::string& label, const std::string& value,
                     const std::vector<SelectorTerm>& asked) {
  std::size_t nearest = std::string::npos;
  for (const SelectorTerm& term : asked) {
    const std::size_t of_label = edit_distance(label, term.label);
    std::size_t of_value = term.values.empty() ? 0 : std::string::npos;
    for (std::size_t i = 0; i < std::min(term.values.size(), kMaxAskedTerms); ++i) {
      of_value = std::min(of_value, edit_distance(value, term.values[i]));
    }
    nearest = std::min(nearest, of_label + of_value);
  }
  return nearest;
}

}  // namespace

bool matches(const Target& target, const MemberRow& member) {
  switch (target.kind) {
    case Target::Kind::kNone:
      return false;
    case Target::Kind::kAll:
      return true;
    case Target::Kind::kMember:
      return target.member == member.id;
    case Target::Kind::kSelector:
      return std::any_of(target.selector.begin(), target.selector.end(),
                         [&](const Conjunction& terms) { return all_terms_match(terms, member); });
  }
  return false;
}

std::vector<MemberId> resolve(const Target& target, const GroupState& state) {
  if (target.kind == Target::Kind::kNone) return {};
  if (target.kind == Target::Kind::kMember) {
    if (state.find(member_key(target.member)) == nullptr) return {};
    return {target.member};
  }
  std::vector<MemberId> ids;
  for (const MemberRow& member : roster(state)) {
    if (matches(target, member)) ids.push_back(member.id);
  }
  return ids;
}

std::string no_such_member(std::string_view name, const std::vector<std::string>& names) {
  const char* hint = name == "all" ? " Without a target, all members are meant." : "";
  return "no member is called " + std::string(name) + "." + hint + did_you_mean(name, names);
}

std::string labels_seen(const GroupState& state, const Target& asked, std::size_t most) {
  const std::vector<SelectorTerm> terms = asked_terms(asked);
  const bool names_asked = std::any_of(terms.begin(), terms.end(),
                                       [](const SelectorTerm& t) { return t.label == "name"; });
  std::map<std::pair<std::string, std::string>, std::size_t> carried;
  for (const MemberRow& member : roster(state)) {
    for (const auto& label : member.labels()) ++carried[label];
    if (names_asked) ++carried[{"name", member.name}];
  }
  struct Ranked {
    std::size_t distance;
    std::size_t count;
    std::string text;
  };
  std::vector<Ranked> ranked;
  for (const auto& [label, count] : carried) {
    ranked.push_back(
        {distance(label.first, label.second, terms), count, label.first + "=" + label.second});
  }
  std::sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
    return std::tie(a.distance, b.count, a.text) < std::tie(b.distance, a.count, b.text);
  });
  std::string text;
  for (std::size_t i = 0; i < std::min(most, ranked.size()); ++i) {
    if (i > 0) text += ", ";
    text += ranked[i].text + " (" + std::to_string(ranked[i].count) + ")";
  }
  return text;
}

}  // namespace groupctl
