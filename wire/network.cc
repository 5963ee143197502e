#include "wire/network.h"

#include <algorithm>

namespace groupctl {
namespace {

constexpr std::size_t kGroups = 8;         // of an IPv6 address, 16 bits each
constexpr std::size_t kNetworkGroups = 4;  // of which the first say which network it is
constexpr std::string_view kMapped = "::ffff:";

std::string without_zeros(std::string_view group) {
  const std::size_t first = group.find_first_not_of('0');
  return first == std::string_view::npos ? "0" : std::string(group.substr(first));
}

}  // namespace

std::string network_of(std::string_view address) {
  if (address.find(':') == std::string_view::npos) return std::string(address);
  if (address.starts_with(kMapped) && address.find('.') != std::string_view::npos) {
    return std::string(address.substr(kMapped.size()));
  }
  // "::" stands for as many groups of zeros as are missing.
  const std::size_t gap = address.find("::");
  const std::string_view written = address.substr(0, gap);
  std::string network;
  std::size_t groups = 0;
  for (std::size_t at = 0; at < written.size() && groups < kNetworkGroups; ++groups) {
    const std::size_t end = std::min(written.find(':', at), written.size());
    network += without_zeros(written.substr(at, end - at)) + ":";
    at = end + 1;
  }
  if (gap == std::string_view::npos) return network + ":/64";
  const std::string_view behind = address.substr(gap + 2);
  const auto colons = static_cast<std::size_t>(std::count(behind.begin(), behind.end(), ':'));
  std::size_t zeros = kGroups - std::min(kGroups, groups + (behind.empty() ? 0 : colons + 1));
  for (; groups < kNetworkGroups && zeros > 0; ++groups, --zeros) network += "0:";
  for (std::size_t at = 0; groups < kNetworkGroups && at < behind.size(); ++groups) {
    const std::size_t end = std::min(behind.find(':', at), behind.size());
    network += without_zeros(behind.substr(at, end - at)) + ":";
    at = end + 1;
  }
  return network + ":/64";
}

}  // namespace groupctl
