#include "tests/simulation/world/chaos.h"

namespace groupctl::sim {

void Chaos::next() {
  Stage& stage = world_.stage();
  if (stage.faults.chaos_interval_ms == 0) return;
  stage.queue.after(1 + stage.random.below(2 * stage.faults.chaos_interval_ms), [this] {
    if (ended_) return;
    strike();
    next();
  });
}

void Chaos::strike() {
  Pcg& random = world_.stage().random;
  strike_disk();
  strike_coordinator();
  strike_member(*world_.members()[random.below(world_.members().size())]);
  strike_link();
}

/// F30: the coordinator's disk is put back to an old copy. From then on somebody looks after it.
void Chaos::strike_disk() {
  Stage& stage = world_.stage();
  CoordinatorNode& coordinator = world_.coordinator();
  if (operator_.watches() || !stage.random.chance(stage.faults.put_back)) return;
  if (!copy_) {
    copy_ = coordinator.disk().store();
    return;
  }
  stage.trace.sometimes("coordinator put back");
  coordinator.crash();
  coordinator.disk().restore(*copy_);
  stage.truth.restored(*copy_->head());
  stage.queue.after(20 + stage.random.below(500), [&coordinator] { coordinator.start(); });
  operator_.watch();
}

void Chaos::strike_coordinator() {
  Stage& stage = world_.stage();
  CoordinatorNode& coordinator = world_.coordinator();
  if (!coordinator.up() || !stage.random.chance(stage.faults.crash_coordinator)) return;
  stage.trace.sometimes("coordinator crashed");
  coordinator.crash();
  stage.queue.after(20 + stage.random.below(2000), [&coordinator] { coordinator.start(); });
}

void Chaos::strike_member(MemberNode& member) {
  Stage& stage = world_.stage();
  const Faults& faults = stage.faults;
  if (!member.up()) return;
  if (stage.random.chance(faults.crash_member)) {
    stage.trace.sometimes("member crashed");
    member.crash();
    restart_later(member);
  } else if (stage.random.chance(faults.wipe)) {
    stage.trace.sometimes("member wiped");
    member.wipe(world_.draw_server_id());
    restart_later(member);
  } else if (stage.random.chance(faults.leave)) {
    stage.trace.sometimes("member leaves");
    member.leave();
  }
}

void Chaos::restart_later(MemberNode& member) {
  Stage& stage = world_.stage();
  if (stage.random.chance(200)) {
    stage.trace.sometimes("labels changed");
    member.set_labels({{"role", stage.random.chance(500) ? "web" : "db"}});
  }
  stage.queue.after(20 + stage.random.below(3000), [&member] { member.start(); });
}

void Chaos::strike_link() {
  Stage& stage = world_.stage();
  const auto node = static_cast<NodeId>(1 + stage.random.below(world_.members().size()));
  if (stage.random.chance(stage.faults.lose_session)) {
    stage.trace.sometimes("session lost");
    stage.net.renew_session(node);
  }
  if (!stage.random.chance(stage.faults.cut)) return;
  stage.trace.sometimes("link cut");
  const std::uint64_t ways = 1 + stage.random.below(3);
  if ((ways & 1) != 0) stage.net.cut(kCoordinatorNode, node);
  if ((ways & 2) != 0) stage.net.cut(node, kCoordinatorNode);
  stage.queue.after(50 + stage.random.below(3000), [&stage, node] {
    stage.net.heal(kCoordinatorNode, node);
    stage.net.heal(node, kCoordinatorNode);
  });
}

void Chaos::end() {
  ended_ = true;
  world_.stage().healed_at = world_.stage().queue.now();
  world_.stage().faults = Faults();
  world_.stage().net.heal_all();
  world_.coordinator().start();
  for (auto& member : world_.members()) member->start();
}

}  // namespace groupctl::sim
