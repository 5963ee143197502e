#include "tests/simulation/world/world.h"

namespace groupctl::sim {
namespace {

template <class Block>
Block draw_block(Pcg& random) {
  Block block;
  for (std::uint8_t& byte : block.bytes) byte = static_cast<std::uint8_t>(random.below(256));
  return block;
}

}  // namespace

CoordinatorConfig coordinator_defaults() {
  CoordinatorConfig config;
  config.product = "0.1.0";
  config.open = true;
  config.command_endpoint = "sim://command";
  config.member_endpoint = "sim://members";
  config.secret.bytes[0] = 7;
  config.server_id.bytes[0] = 0xc0;
  config.heartbeat_interval_ms = 200;
  config.watermark_interval_ms = 50;
  config.sluggish_entries = 50;
  config.sluggish_ms = 2000;
  return config;
}

MemberConfig member_defaults() {
  MemberConfig config;
  config.product = "0.1.0";
  config.heartbeat_interval_ms = 200;
  config.retry_min_ms = 50;
  config.retry_max_ms = 1000;
  config.scan_interval_ms = 3000;
  return config;
}

World::World(std::uint64_t seed, const CommandTable& coordinator_table, const std::string& group)
    : stage_(seed) {
  CoordinatorConfig config = coordinator_defaults();
  config.group = group;
  coordinator_ = std::make_unique<CoordinatorNode>(stage_, coordinator_table, std::move(config));
  coordinator_->create(draw_block<LogId>(stage_.random));
}

ServerId World::draw_server_id() { return draw_block<ServerId>(stage_.random); }

MemberNode& World::add_member(const std::string& name, Labels labels, const CommandTable& table) {
  MemberSpec spec;
  spec.node = static_cast<NodeId>(members_.size() + 1);
  spec.group = coordinator_->group();
  spec.name = name;
  spec.labels = std::move(labels);
  spec.server_id = draw_server_id();
  MemberConfig config = member_defaults();
  config.chunk_bytes = stage_.faults.chunk_bytes;
  members_.push_back(
      std::make_unique<MemberNode>(stage_, std::move(spec), table, std::move(config)));
  return *members_.back();
}

AdminNode& World::add_admin(const std::string& name) {
  const auto node = kFirstAdmin + static_cast<NodeId>(admins_.size());
  admins_.push_back(std::make_unique<AdminNode>(stage_, node, name));
  return *admins_.back();
}

MemberNode* World::member(const std::string& name) {
  for (auto& one : members_) {
    if (one->spec().name == name) return one.get();
  }
  return nullptr;
}

AdminNode* World::admin(const std::string& name) {
  for (auto& one : admins_) {
    if (one->name() == name) return one.get();
  }
  return nullptr;
}

}  // namespace groupctl::sim
