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

/// The shell answers these, or hands them to its process: a group knows of no other.
void CoordinatorCore::Impl::refuse_for_process(const Peer& peer, AdminRequestId id) {
  answer(peer, id,
         QueryRefused{ErrorCode::kUnsupported, "groups are made and listed by their process"});
}
void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id, const GroupsQuery&) {
  refuse_for_process(peer, id);
}
void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id, const CreateGroup&) {
  refuse_for_process(peer, id);
}
void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id, const DeleteGroup&) {
  refuse_for_process(peer, id);
}

}  // namespace groupctl
