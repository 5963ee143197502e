#include "tests/unit/plan/states.h"

#include <gtest/gtest.h>

#include "commands/command.h"
#include "commands/state/target.h"
#include "plan/reader.h"

namespace groupctl::plan {

Status carry_out(const std::vector<Step>& steps, GroupState& state, Sequence first) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const ApplyRow* row = command_table().find(steps[i].command.kind);
    Entry entry;
    entry.sequence = Sequence(first.value + i);
    entry.kind = steps[i].command.kind;
    entry.target = steps[i].target;
    entry.payload = steps[i].command.payload;
    auto keys = row->keys(entry.payload);
    if (!keys) return tl::unexpected(keys.error());
    entry.keys = *std::move(keys);
    const auto changes = row->apply(entry, state);
    if (!changes) return tl::unexpected(changes.error());
    state.apply(*changes);
  }
  return {};
}

Plan plan_of(const std::string& toml) {
  auto plan = read_plan(toml, "p.toml");
  if (plan) return *std::move(plan);
  for (const std::string& line : plan.error()) ADD_FAILURE() << line;
  return {};
}

Diff diff_between(const std::string& toml, const GroupState& state, bool prune) {
  auto diff = diff_of(plan_of(toml), state, prune);
  if (diff) return *std::move(diff);
  ADD_FAILURE() << diff.error().text;
  return {};
}

GroupState state_of(const std::string& toml, GroupState state) {
  const Status done = carry_out(diff_between(toml, state).steps, state, Sequence(10));
  EXPECT_TRUE(done) << done.error().text;
  return state;
}

std::vector<std::string> words_of(const std::vector<Step>& steps) {
  std::vector<std::string> words;
  for (const Step& step : steps) {
    words.push_back(find_syntax(step.command.kind)->describe(step.command.payload) + " to " +
                    to_text(step.target));
  }
  return words;
}

std::vector<std::string> words_of(const std::vector<Difference>& differences) {
  std::vector<std::string> words;
  for (const Difference& one : differences) {
    if (one.kind == Difference::Kind::kSame) continue;
    std::string text = std::string(to_word(one.kind)) + " " + one.what + " " + one.target;
    for (const Field& field : one.fields) {
      text += " " + field.name + ":" + field.from + ">" + field.to;
    }
    words.push_back(std::move(text));
  }
  return words;
}

}  // namespace groupctl::plan
