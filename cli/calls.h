// What the words behind each verb mean: a row a verb, a file a family. Verbs of the syntax table
// are not here (cli/invocation.cc), nor what is one word and no more.
#pragma once

#include <span>
#include <string_view>

#include "cli/words.h"

namespace groupctl {

struct CallRow {
  std::string_view verb;  ///< "log list"; of a noun alone the row says what may follow
  Result<Call> (*build)(const Words& words);
};

std::span<const CallRow> agent_calls();
std::span<const CallRow> context_calls();
std::span<const CallRow> deployer_calls();
std::span<const CallRow> group_calls();
std::span<const CallRow> key_calls();
std::span<const CallRow> log_calls();
std::span<const CallRow> member_calls();
std::span<const CallRow> plan_calls();
std::span<const CallRow> repository_calls();
std::span<const CallRow> rollout_calls();

/// For verbs that take no words.
template <class Simple>
Result<Call> plain(const Words&) {
  return Simple{};
}

}  // namespace groupctl
