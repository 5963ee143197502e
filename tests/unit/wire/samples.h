// Messages with every field set, one of each kind, for the tests of wire.
#pragma once

#include <vector>

#include "wire/admin_messages.h"
#include "wire/agent_messages.h"
#include "wire/local_messages.h"
#include "wire/member_messages.h"

namespace groupctl::samples {

/// A block of Size bytes, all different.
template <class Fixed>
Fixed block(std::uint8_t seed) {
  Fixed fixed;
  for (std::size_t i = 0; i < fixed.bytes.size(); ++i) {
    fixed.bytes[i] = static_cast<std::uint8_t>(seed + i);
  }
  return fixed;
}

Envelope envelope();
/// A frame of one PING entry with this sequence.
FramePtr frame(Sequence sequence);

/// One of each kind with every field set, then one of each with nothing set that may be unset.
std::vector<MemberMessage> member_messages();
std::vector<MemberReply> member_replies();
std::vector<Publication> publications();
std::vector<AdminRequest> admin_requests();
std::vector<AdminReply> admin_replies();
std::vector<LocalRequest> local_requests();
std::vector<LocalReply> local_replies();
std::vector<AgentRequest> agent_requests();
std::vector<AgentReply> agent_replies();
std::vector<Question> questions();
std::vector<Answer> answers();

}  // namespace groupctl::samples
