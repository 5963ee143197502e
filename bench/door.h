// How a group of the bench is protected, and with what its clients connect.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "wire/zmq_client.h"

namespace groupctl::bench {

enum class Security : std::uint8_t {
  kKeys,  ///< as groupctl runs: CURVE and an allow-list on every TCP socket
  kOpen,  ///< --open: what the keys cost is seen beside it
};

/// A plane, and the keys of who connects to it; nullopt: without.
struct PlaneDoor {
  std::string endpoint;
  std::optional<ClientKeys> keys;

  Result<std::unique_ptr<ZmqClient>> open() const { return ZmqClient::open(endpoint, keys); }
};

}  // namespace groupctl::bench
