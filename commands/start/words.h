// START, as commands/named_payload.h wants it.
#pragma once

#include "commands/start/start.capnp.h"

namespace groupctl::start {

struct Command {
  using Payload = payload::Start;
  static constexpr std::string_view kName = "START";
  static constexpr bool kMayNameNone = false;
};

}  // namespace groupctl::start
