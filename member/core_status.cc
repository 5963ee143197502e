// What a member shows of itself.
#include <fmt/format.h>

#include "member/core_impl.h"

namespace groupctl {

Delta MemberCore::Impl::delta() const {
  Desired desired;
  if (follower_.me()) {
    desired.artefacts = desired_artefacts(follower_.state(), *follower_.me());
  }
  return observed_delta(desired, actuals_.actual());
}

LocalStatus MemberCore::Impl::status() const {
  LocalStatus status;
  status.group = config_.group;
  status.name = config_.name;
  status.id = follower_.me() ? follower_.me()->id : welcomed_as_;
  status.server_id = config_.server_id;
  status.log_id = follower_.head().log_id;
  status.epoch = fence_.binding().epoch;
  status.phase = to_word(session_.phase());
  status.marks = marks();
  status.known_head = follower_.known_head();
  status.chain = follower_.head().chain;
  status.state_digest = follower_.head().state_digest;
  status.coordinator_up = session_.heard_lately(now_);
  status.note = session_.why();
  if (follower_.held_at()) {
    status.note = fmt::format("held at {}: needs a newer group-member", follower_.held_at().value);
  }
  for (const auto& [key, entry] : delta()) {
    status.delta.push_back({key, std::string(to_word(entry.kind)), entry.sequence, entry.text});
  }
  for (const auto& [name, placed] : actuals_.actual().artefacts) {
    status.artefacts.push_back({name, placed.version, placed.digest});
  }
  if (follower_.me()) {
    for (const auto& [key, property] : desired_for(follower_.state(), *follower_.me()).properties) {
      status.properties.emplace_back(key, property.value);
    }
  }
  return status;
}

}  // namespace groupctl
