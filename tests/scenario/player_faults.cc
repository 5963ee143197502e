// The faults that a scenario gives by hand.
#include <cstdlib>

#include "tests/scenario/player.h"

namespace groupctl::scenario {

Result<std::string> Player::network(const Words& words) {
  if (auto added = rules_.add(words); !added) return tl::unexpected<Error>(added.error());
  return "";
}

Result<std::string> Player::cut(const Words& words) {
  auto node = member(words.back());
  if (!node) return tl::unexpected<Error>(node.error());
  const sim::NodeId id = (*node)->spec().node;
  world_.stage().net.cut(sim::kCoordinatorNode, id);
  world_.stage().net.cut(id, sim::kCoordinatorNode);
  return "";
}

Result<std::string> Player::heal(const Words&) {
  rules_.clear();
  world_.stage().net.heal_all();
  return "";
}

Result<sim::SimDisk*> Player::disk(const std::string& name) {
  if (name == "coordinator") return &world_.coordinator().disk();
  auto node = member(name);
  if (!node) return tl::unexpected<Error>(node.error());
  return &(*node)->disk();
}

/// commits of WHO take 50ms | refused | unknown-written | unknown-lost: the last three the next
/// one.
Result<std::string> Player::commits(const Words& words) {
  if (words.size() < 4) return fail(ErrorCode::kInvalid, "commits of WHO WHAT");
  auto at = disk(words[2]);
  if (!at) return tl::unexpected<Error>(at.error());
  if (words[3] == "refused") {
    (*at)->refuse_next();
  } else if (words[3] == "unknown-written") {
    (*at)->leave_next_unknown(true);
  } else if (words[3] == "unknown-lost") {
    (*at)->leave_next_unknown(false);
  } else {
    auto time = parse_millis(words.back());
    if (!time) return tl::unexpected<Error>(time.error());
    (*at)->set_commit_ms(*time);
  }
  return "";
}

/// steps of m1 take 500ms | steps of m1 fail 2
Result<std::string> Player::steps(const Words& words) {
  if (words.size() < 5) return fail(ErrorCode::kInvalid, "steps of WHO take TIME | fail COUNT");
  auto node = member(words[2]);
  if (!node) return tl::unexpected<Error>(node.error());
  if (words[3] == "fail") {
    (*node)->exec().host().fail_next(
        static_cast<std::uint32_t>(std::strtoul(words[4].c_str(), nullptr, 10)));
    return "";
  }
  auto time = parse_millis(words[4]);
  if (!time) return tl::unexpected<Error>(time.error());
  (*node)->exec().set_step_ms(*time);
  return "";
}

Result<std::string> Player::backup(const Words&) {
  backup_ = world_.coordinator().disk().store();
  return "";
}

/// The coordinator's disk is as it was at `backup`: history is broken on purpose from here on.
Result<std::string> Player::restore(const Words&) {
  if (!backup_) return fail(ErrorCode::kInvalid, "there is no backup");
  world_.coordinator().crash();
  world_.coordinator().disk().restore(*backup_);
  world_.stage().truth.restored(*backup_->head());
  return "";
}

/// forge heartbeat to m1 epoch 1 head 9 | forge refusal to m1 epoch 1 head 0: what a coordinator of
/// that epoch would say.
Result<std::string> Player::forge(const Words& words) {
  if (words.size() < 8)
    return fail(ErrorCode::kInvalid, "forge heartbeat|refusal to WHO epoch N head M");
  auto node = member(words[3]);
  if (!node) return tl::unexpected<Error>(node.error());
  Envelope envelope;
  envelope.log_id = world_.stage().truth.head().log_id;
  envelope.epoch = Epoch(std::strtoull(words[5].c_str(), nullptr, 10));
  envelope.now = GroupTime(sim::Stage::kWallStartMs + world_.stage().queue.now());
  if (words[1] == "refusal") {
    (*node)->hear(FromCoordinator{{envelope, Refused{ErrorCode::kRefused, "forged"}}});
    return "";
  }
  Heartbeat heartbeat;
  heartbeat.head = Sequence(std::strtoull(words[7].c_str(), nullptr, 10));
  (*node)->hear(FromCommandPlane{{{envelope, heartbeat}}});
  return "";
}

}  // namespace groupctl::scenario
