// A list of assignments as the group has it beside the one that a plan wants. In such a list the
// last that matches a member counts, and a new one goes to the end.
#pragma once

#include <algorithm>
#include <vector>

#include "plan/plan.h"

namespace groupctl::plan {

template <class Value>
using Assignments = std::vector<Assigned<Value>>;

struct Comparison {
  std::vector<bool> again;                        ///< of what is wanted: it has to be assigned anew
  std::vector<std::optional<std::size_t>> there;  ///< what the group has for the same target
  std::vector<std::size_t> extra;                 ///< of what the group has: the plan names it not
};

template <class Value>
std::optional<std::size_t> find_target(const Assignments<Value>& list, const Target& target) {
  for (std::size_t i = list.size(); i > 0; --i) {
    if (list[i - 1].target == target) return i - 1;
  }
  return std::nullopt;
}

/// Whom the group gave nothing keeps nothing; but behind a plan's own it has something to say.
template <class Value>
std::vector<std::size_t> extra_in(const Assignments<Value>& have, const Assignments<Value>& want) {
  std::vector<std::size_t> extra;
  bool behind = false;
  for (std::size_t i = 0; i < have.size(); ++i) {
    const bool named = find_target(want, have[i].target).has_value();
    if (!named && (behind || have[i].value)) extra.push_back(i);
    behind = behind || named;
  }
  return extra;
}

/// Whether whatever gives somebody something is one that is wanted behind `place`.
template <class Value>
bool given_behind(const Assignments<Value>& have, const Assignments<Value>& want,
                  std::size_t place) {
  return std::all_of(have.begin(), have.end(), [&](const Assigned<Value>& one) {
    const auto wanted = find_target(want, one.target);
    return !one.value || (wanted && *wanted > place);
  });
}

/// What is equal stays, as long as all before it stay and the order is that of the plan. To take
/// away what nobody has is nothing to do.
template <class Value>
Comparison compare(const Assignments<Value>& have, const Assignments<Value>& want) {
  Comparison result;
  bool again = false;
  std::size_t next = 0;
  for (const Assigned<Value>& wanted : want) {
    const auto there = find_target(have, wanted.target);
    const bool equal = there && *there >= next && have[*there].value == wanted.value;
    const bool never_was = !wanted.value && given_behind(have, want, result.again.size());
    again = again || !(equal || never_was);
    if (equal) next = *there + 1;
    result.again.push_back(again);
    result.there.push_back(there);
  }
  result.extra = extra_in(have, want);
  return result;
}

}  // namespace groupctl::plan
