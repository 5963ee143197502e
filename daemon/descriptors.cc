#include "daemon/descriptors.h"

#include <sys/resource.h>

#include <algorithm>
#include <filesystem>

namespace groupctl {

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  rlimit wanted = limit;
  wanted.rlim_cur = std::max(limit.rlim_cur, std::min<rlim_t>(limit.rlim_max, kMostDescriptors));
  if (::setrlimit(RLIMIT_NOFILE, &wanted) == 0) limit = wanted;
  return std::min<rlim_t>(limit.rlim_cur, kMostDescriptors);
}

std::size_t open_descriptors() {
  std::error_code error;
  std::size_t count = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", error), end; at != end && !error;
       at.increment(error)) {
    ++count;
  }
  return count;
}

}  // namespace groupctl
