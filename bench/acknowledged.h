// What the coordinator knows of its members.
#pragma once

#include "log/result.h"
#include "log/types.h"
#include "wire/zmq_client.h"

namespace groupctl::bench {

/// The last entry that all of so many members have acknowledged, by one look at the member list; 0
/// while there are fewer.
Result<Sequence> acknowledged_by_all(ZmqClient& client, std::uint64_t members);

/// Asks the coordinator until so many members have acknowledged `at`. Errors: kTimeout.
Status wait_acknowledged(ZmqClient& client, std::uint64_t members, Sequence at);

}  // namespace groupctl::bench
