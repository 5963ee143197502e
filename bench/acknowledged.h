// What the coordinator knows of its members.
#pragma once

#include "log/result.h"
#include "log/types.h"
#include "wire/zmq_client.h"

namespace groupctl::bench {

/// Asks the coordinator until so many members have acknowledged `at`. Errors: kTimeout.
Status wait_acknowledged(ZmqClient& client, std::uint64_t members, Sequence at);

}  // namespace groupctl::bench
