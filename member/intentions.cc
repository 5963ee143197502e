#include "member/intentions.h"

#include "member/memory.h"

namespace groupctl {

void Intentions::put(const std::string& key, IntendedDelta delta, RowStage& stage) {
  stage.put(intended_row(key), encode_intended_row(delta));
  rows_.insert_or_assign(key, std::move(delta));
  ++version_;
}

bool Intentions::erase(const std::string& key, RowStage& stage) {
  if (rows_.erase(key) == 0) return false;
  stage.erase(intended_row(key));
  ++version_;
  return true;
}

void Intentions::drop_what_the_state_says(const GroupState& state,
                                          const std::optional<MemberRow>& member, RowStage& stage) {
  std::vector<std::string> said;
  for (const auto& [key, delta] : rows_) {
    if (says_the_same(state, member, key, delta)) said.push_back(key);
  }
  for (const std::string& key : said) erase(key, stage);
}

}  // namespace groupctl
