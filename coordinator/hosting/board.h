// What the groups of one process know of each other. Any thread may call anything here.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/core.h"
#include "coordinator/server_registry.h"

namespace groupctl {

class Board {
 public:
  /// A group is served, or quarantined, from now on.
  void put(GroupInfo info);
  void erase(const std::string& group);
  /// How a group that is served stands.
  void show(const StatusReply& status);
  /// The groups behind this name, as many as fit.
  GroupsReply page(const std::string& after) const;
  bool has(const std::string& group) const;
  /// For people: "bank at tcp://127.0.0.1:7501, shop at ...".
  std::string addresses() const;
  /// The group that is served at one of these; nullopt: none.
  std::optional<std::string> bound_at(const PlaneEndpoints& planes) const;

  /// ServerRegistry::claim.
  std::optional<std::string> claim(LocalTime now, const std::string& group, const ServerId& server);
  /// What has changed in the roster of a group, in order.
  void note_roster(const std::string& group, const std::vector<RosterChange>& changes);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, GroupInfo> groups_;
  ServerRegistry servers_;
};

}  // namespace groupctl
