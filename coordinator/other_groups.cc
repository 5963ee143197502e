// CoordinatorCore: what is meant for another group, or for the process that has this one.
#include <fmt/format.h>

#include "coordinator/core_impl.h"

namespace groupctl {

const std::string& group_asked(const AdminRequest& request) {
  static const std::string none;
  if (const auto* hello = std::get_if<AdminHello>(&request)) return hello->group;
  if (const auto* submit = std::get_if<Submit>(&request)) return submit->group;
  return none;
}

/// A server is in one group. Who asks for another group than this one is told as little as ever.
void CoordinatorCore::Impl::refuse_double(const Peer& peer, const Join& join,
                                          const std::string& other_group) {
  std::optional<Error> refusal = check_join(join);
  if (!refusal) {
    refusal = Error{ErrorCode::kRefused,
                    fmt::format("a server is in one group: this one is a member of group {}, and "
                                "asks to join group {}; to move it, group-member leave there first",
                                other_group, config_.group)};
  }
  refuse(peer, *refusal, join.name);
}

/// Whoever names a group means that one alone: nothing is done here for another.
bool CoordinatorCore::Impl::of_another_group(const FromAdmin& event) {
  const std::string& asked = group_asked(event.request.request);
  if (asked.empty() || asked == config_.group) return false;
  std::string text = fmt::format("this is group {}, not {}", config_.group, asked);
  if (!event.groups_here.empty()) text += "; the groups here: " + event.groups_here;
  if (std::holds_alternative<Submit>(event.request.request)) {
    answer(event.peer, event.request.id, SubmitRefused{ErrorCode::kWrongGroup, std::move(text)});
  } else {
    answer(event.peer, event.request.id, QueryRefused{ErrorCode::kWrongGroup, std::move(text)});
  }
  return true;
}

/// A group knows of no other: its process answers.
void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id,
                                       const GroupsQuery& query) {
  output_.to_process.push_back({peer, id, query});
}
/// Who may do everything here may do so there.
void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id,
                                       const CreateGroup& create) {
  ToProcess asked{peer, id, create};
  for (const auto& [key, info] : access_.keys()) {
    const bool admin = info.role == KeyRole::kAdmin && info.state == KeyState::kAccepted;
    if (admin && !info.until) asked.admins.push_back(info);
  }
  output_.to_process.push_back(std::move(asked));
}
void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id,
                                       const DeleteGroup& deletion) {
  output_.to_process.push_back({peer, id, deletion});
}

}  // namespace groupctl
