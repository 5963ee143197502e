#include "coordinator/hosting/board.h"

#include <algorithm>
#include <array>

#include "wire/limits.h"

namespace groupctl {

void Board::put(GroupInfo info) {
  const std::lock_guard lock(mutex_);
  std::string name = info.name;
  groups_.insert_or_assign(std::move(name), std::move(info));
}

void Board::erase(const std::string& group) {
  const std::lock_guard lock(mutex_);
  groups_.erase(group);
  servers_.forget(group);
}

void Board::show(const StatusReply& status) {
  const std::lock_guard lock(mutex_);
  const auto group = groups_.find(status.hello.group);
  if (group == groups_.end()) return;
  group->second.head = status.head;
  group->second.members = status.members;
}

GroupsReply Board::page(const std::string& after) const {
  const std::lock_guard lock(mutex_);
  GroupsReply reply;
  std::size_t bytes = 0;
  auto group = groups_.upper_bound(after);
  for (; group != groups_.end() && reply.rows.size() < kMaxPageRows; ++group) {
    bytes += message_size(group->second);
    if (bytes > kPageBudgetBytes) break;
    reply.rows.push_back(group->second);
  }
  reply.more = group != groups_.end();
  return reply;
}

bool Board::has(const std::string& group) const {
  const std::lock_guard lock(mutex_);
  return groups_.contains(group);
}

std::string Board::addresses() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const auto& [name, info] : groups_) {
    text += (text.empty() ? "" : ", ") + name + " ";
    text += info.quarantined ? "(quarantined)" : "at " + info.endpoints.admin;
  }
  return text;
}

std::optional<std::string> Board::bound_at(const PlaneEndpoints& planes) const {
  const std::lock_guard lock(mutex_);
  const std::array<std::string, 3> wanted = {planes.member, planes.command, planes.admin};
  for (const auto& [name, info] : groups_) {
    if (info.quarantined) continue;
    for (const std::string* bound :
         {&info.endpoints.member, &info.endpoints.command, &info.endpoints.admin}) {
      if (std::find(wanted.begin(), wanted.end(), *bound) != wanted.end()) return name;
    }
  }
  return std::nullopt;
}

std::optional<std::string> Board::claim(LocalTime now, const std::string& group,
                                        const ServerId& server) {
  const std::lock_guard lock(mutex_);
  return servers_.claim(now, group, server);
}

void Board::note_roster(const std::string& group, const std::vector<RosterChange>& changes) {
  const std::lock_guard lock(mutex_);
  for (const RosterChange& change : changes) {
    if (change.joined) {
      servers_.joined(group, change.member, *change.joined);
    } else {
      servers_.left(group, change.member);
    }
  }
}

}  // namespace groupctl
