// The names and keys of a swarm's members. Both follow from the number, so that whoever measures
// can let them in before they come.
#pragma once

#include <cstdint>
#include <string>

#include "log/keys.h"

namespace groupctl::bench {

inline std::string swarm_name(std::uint64_t number) { return "swarm-" + std::to_string(number); }

inline KeyPair swarm_keys(std::uint64_t number) {
  SecretKey secret{};
  secret.bytes[0] = 1;
  for (std::size_t i = 0; i < sizeof(number); ++i) {
    secret.bytes[i + 1] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return pair_of(secret);
}

}  // namespace groupctl::bench
