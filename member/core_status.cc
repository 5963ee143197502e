// What a member shows of itself.
#include <fmt/format.h>

#include "member/core_impl.h"

namespace groupctl {

namespace {

LocalDelta shown(const std::string& key, const IntendedDelta& delta) {
  std::string text = "by " + delta.who + (delta.why.empty() ? "" : ": " + delta.why);
  if (delta.cause == Cause::kOverride) text = delta.why;  // it names the repository
  return {key, std::string(to_word(delta.cause)), {}, std::move(text)};
}

std::string held_text(Sequence at) {
  return fmt::format("held at {}: needs a newer group-member", at.value);
}

}  // namespace

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
  status.coordinator_up = session_.coordinator_up(now_);
  status.note = session_.why();
  if (follower_.held_at()) {
    status.note = held_text(follower_.held_at());
  }
  for (const auto& [key, delta] : intentions_.rows()) status.delta.push_back(shown(key, delta));
  const Aim aim = this->aim();
  for (const auto& [key, entry] : observed_delta(aim, actuals_.actual())) {
    if (entry.kind == DeltaKind::kHeld) continue;
    status.delta.push_back({key, std::string(to_word(entry.kind)), entry.sequence, entry.text});
  }
  for (const auto& [name, placed] : in_place(actuals_.actual())) {
    status.artefacts.push_back(
        {name, placed.version, placed.digest, run_text(actuals_.actual(), name)});
  }
  for (const auto& [key, property] : aim.desired.properties) {
    status.properties.emplace_back(key, property.value);
  }
  return status;
}

MemberView MemberCore::Impl::member_view() const {
  MemberView view;
  view.group = config_.group;
  view.member = config_.name;
  view.product = config_.product;
  view.phase = to_word(session_.phase());
  view.note = follower_.held_at() ? held_text(follower_.held_at()) : session_.why();
  view.epoch = fence_.binding().epoch;
  view.executed = marks().executed;
  view.known_head = follower_.known_head();
  view.head = follower_.head();
  view.state = follower_.state();
  view.me = follower_.me();
  view.actual = actuals_.actual();
  view.intended = intentions_.rows();
  view.outcomes = outcomes_.unrecorded();
  return view;
}

}  // namespace groupctl
