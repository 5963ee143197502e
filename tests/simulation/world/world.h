// A whole group in one thread: a coordinator, members and admins on one stage.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/world/admin_node.h"
#include "tests/simulation/world/coordinator_node.h"
#include "tests/simulation/world/member_node.h"

namespace groupctl::sim {

class World {
 public:
  /// A group with an empty log; nothing runs yet.
  World(std::uint64_t seed, const CommandTable& coordinator_table,
        const std::string& group = "shop");

  Stage& stage() { return stage_; }
  CoordinatorNode& coordinator() { return *coordinator_; }
  MemberNode& add_member(const std::string& name, Labels labels, const CommandTable& table);
  AdminNode& add_admin(const std::string& name);

  std::vector<std::unique_ptr<MemberNode>>& members() { return members_; }
  std::vector<std::unique_ptr<AdminNode>>& admins() { return admins_; }
  /// nullptr: no member of that name.
  MemberNode* member(const std::string& name);
  AdminNode* admin(const std::string& name);

  ServerId draw_server_id();
  static constexpr NodeId kFirstAdmin = 101;

 private:
  Stage stage_;
  std::unique_ptr<CoordinatorNode> coordinator_;
  std::vector<std::unique_ptr<MemberNode>> members_;
  std::vector<std::unique_ptr<AdminNode>> admins_;
};

/// Times short enough that a world of seconds shows everything.
CoordinatorConfig coordinator_defaults();
MemberConfig member_defaults();

}  // namespace groupctl::sim
