// STOP, as commands/named_payload.h wants it.
#pragma once

#include "commands/stop/stop.capnp.h"

namespace groupctl::stop {

struct Command {
  using Payload = payload::Stop;
  static constexpr std::string_view kName = "STOP";
  static constexpr bool kMayNameNone = false;
};

}  // namespace groupctl::stop
