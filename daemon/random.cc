#include "daemon/random.h"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "log/result.h"

namespace groupctl {

void fill_random(std::span<std::uint8_t> bytes) {
  ssize_t got = 0;
  do {
    got = ::getrandom(bytes.data(), bytes.size(), 0);
  } while (got < 0 && errno == EINTR);
  GROUPCTL_INVARIANT(got == static_cast<ssize_t>(bytes.size()), "getrandom gave too little");
}

std::uint64_t random_number() {
  std::array<std::uint8_t, sizeof(std::uint64_t)> bytes{};
  fill_random(bytes);
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data(), bytes.size());
  return number;
}

}  // namespace groupctl
