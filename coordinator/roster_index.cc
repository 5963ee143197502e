#include "coordinator/roster_index.h"

namespace groupctl {

RosterIndex::RosterIndex(const GroupState& state) {
  for (MemberRow& row : groupctl::roster(state)) put(std::move(row));
}

void RosterIndex::follow(const StateChanges& changes) {
  for (const StateChange& change : changes) {
    const auto id = member_in(change.key);
    if (!id) continue;
    if (change.value) {
      auto row = decode_member_row(*change.value);
      GROUPCTL_INVARIANT(row.has_value(), "a roster row that apply() made does not decode");
      put(*std::move(row));
      continue;
    }
    erase(*id);
  }
}

void RosterIndex::put(MemberRow row) {
  erase(row.id);
  by_name_[row.name] = row.id;
  by_server_[row.server_id] = row.id;
  rows_[row.id] = std::move(row);
}

void RosterIndex::erase(MemberId id) {
  auto found = rows_.find(id);
  if (found == rows_.end()) return;
  by_name_.erase(found->second.name);
  by_server_.erase(found->second.server_id);
  rows_.erase(found);
}

const MemberRow* RosterIndex::find(MemberId id) const {
  auto found = rows_.find(id);
  return found == rows_.end() ? nullptr : &found->second;
}

const MemberRow* RosterIndex::find_name(const std::string& name) const {
  auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : find(found->second);
}

const MemberRow* RosterIndex::find_server(const ServerId& server_id) const {
  auto found = by_server_.find(server_id);
  return found == by_server_.end() ? nullptr : find(found->second);
}

}  // namespace groupctl
