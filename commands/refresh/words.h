// REFRESH, as commands/named_payload.h wants it.
#pragma once

#include "commands/refresh/refresh.capnp.h"

namespace groupctl::refresh {

struct Command {
  using Payload = payload::Refresh;
  static constexpr std::string_view kName = "REFRESH";
  static constexpr bool kMayNameNone = true;
};

}  // namespace groupctl::refresh
