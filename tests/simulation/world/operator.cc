#include "tests/simulation/world/operator.h"

namespace groupctl::sim {
namespace {

constexpr Millis kOperatorLooksEachMs = 1500;

bool needs_an_operator(const MemberNode& member) {
  if (!member.up() || member.core()->phase() != MemberPhase::kQuarantined) return false;
  const std::string note = member.core()->status().note;
  return note.find("diverged") != std::string::npos || note.find("ahead") != std::string::npos;
}

}  // namespace

void Operator::watch() {
  watches_ = true;
  world_.stage().queue.after(kOperatorLooksEachMs, [this] {
    look();
    watch();
  });
}

void Operator::look() {
  world_.coordinator().ask(Recover{}, [this](const AdminReply& reply) { recover(reply); });
  for (auto& member : world_.members()) {
    if (needs_an_operator(*member)) set_up_anew(*member);
  }
}

void Operator::recover(const AdminReply& reply) {
  const auto* found = std::get_if<RecoverReply>(&reply);
  if (found == nullptr) return;
  const Recover recover{found->last_lost, "operator", ""};
  // Not within its answer: the coordinator is in the midst of a step.
  world_.stage().queue.after(
      1, [this, recover] { world_.coordinator().ask(recover, [](const AdminReply&) {}); });
}

/// What the quarantine's note says: its state directory is moved away.
void Operator::set_up_anew(MemberNode& member) {
  world_.stage().trace.sometimes("member set up anew");
  member.wipe(world_.draw_server_id());
  world_.stage().queue.after(100, [&member] { member.start(); });
}

}  // namespace groupctl::sim
