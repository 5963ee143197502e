// RESTART, as commands/named_payload.h wants it.
#pragma once

#include "commands/restart/restart.capnp.h"

namespace groupctl::restart {

struct Command {
  using Payload = payload::Restart;
  static constexpr std::string_view kName = "RESTART";
  static constexpr bool kMayNameNone = false;
};

}  // namespace groupctl::restart
