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

void Intentions::drop_void(const GroupState& state, const std::optional<MemberRow>& member,
                           RowStage& stage) {
  std::vector<std::string> gone;
  for (const auto& [key, delta] : rows_) {
    if (is_void(state, member, key, delta)) gone.push_back(key);
  }
  for (const std::string& key : gone) erase(key, stage);
}

bool Intentions::asked(const std::string& name, const AskedRepositories& asked,
                       std::uint64_t now_ms, const GroupState& state,
                       const std::optional<MemberRow>& member, RowStage& stage) {
  const std::string key = artefact_key(name);
  const auto known = rows_.find(key);
  const bool said_here = known != rows_.end() && known->second.cause != Cause::kOverride;
  if (said_here || !member) return false;
  if (!asked.instead) {
    erase(key, stage);
    return false;
  }
  IntendedDelta delta{Cause::kOverride, asked.instead->release, asked.instead->repository,
                      now_ms,           asked.instead->why,     asked.at};
  // The group has come to want another release while this step ran: the next one asks anew.
  if (is_void(state, member, key, delta)) return false;
  if (known != rows_.end()) {
    IntendedDelta since = delta;
    since.when_ms = known->second.when_ms;
    if (since == known->second) return false;
  }
  put(key, std::move(delta), stage);
  return true;
}

}  // namespace groupctl
