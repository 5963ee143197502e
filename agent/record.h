// What an agent keeps of a member beside its configuration: DIR/members/GROUP/NAME/agent.json.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "log/result.h"
#include "wire/agent_messages.h"

namespace groupctl {

/// Pid and start time name one process of one start of the machine: no other one has both.
struct MemberRecord {
  bool wanted = true;            ///< it is to run
  std::uint64_t pid = 0;         ///< 0: none was started
  std::uint64_t start_time = 0;  ///< of the process: ticks since the machine started
  std::string boot;              ///< of the machine, as the kernel names it
  bool operator==(const MemberRecord&) const = default;
};

std::string record_text(const MemberRecord& record);
/// Error: kCorrupt.
Result<MemberRecord> read_record(std::string_view text);

/// The configuration file of a member whose folder this is (absolute). No secret stands in it.
std::string member_toml(const SpawnMember& spawn, const std::string& folder);

}  // namespace groupctl
