// The roster by name and server id, kept beside the speculative state.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "commands/state/rows.h"

namespace groupctl {

class RosterIndex {
 public:
  /// Reads all rows.
  explicit RosterIndex(const GroupState& state);
  /// Follows changes that were made to the state, undoing ones too.
  void follow(const StateChanges& changes);

  const MemberRow* find(MemberId id) const;
  const MemberRow* find_name(const std::string& name) const;
  const MemberRow* find_server(const ServerId& server_id) const;
  const std::map<MemberId, MemberRow>& rows() const { return rows_; }

 private:
  void put(MemberRow row);
  void erase(MemberId id);
  std::map<MemberId, MemberRow> rows_;
  std::map<std::string, MemberId> by_name_;
  std::map<ServerId, MemberId> by_server_;
};

}  // namespace groupctl
