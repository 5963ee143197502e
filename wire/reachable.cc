#include "wire/reachable.h"

#include <optional>

#include "wire/endpoint.h"

namespace groupctl {
namespace {

struct TcpEndpoint {
  std::string_view host;  ///< an IPv6 address has its brackets
  std::string_view port;
};

/// Nothing for what is no tcp endpoint.
std::optional<TcpEndpoint> split(std::string_view endpoint) {
  if (endpoint.substr(0, kTcp.size()) != kTcp) return std::nullopt;
  endpoint.remove_prefix(kTcp.size());
  const std::size_t colon = endpoint.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return TcpEndpoint{endpoint.substr(0, colon), endpoint.substr(colon + 1)};
}

std::string joined(std::string_view host, std::string_view port) {
  return std::string(kTcp) + std::string(host) + ":" + std::string(port);
}

std::string bracketed(std::string_view host) {
  const bool bare_v6 = host.find(':') != std::string_view::npos && host.front() != '[';
  return bare_v6 ? "[" + std::string(host) + "]" : std::string(host);
}

bool is_wildcard(std::string_view host) {
  return host == "*" || host == "0.0.0.0" || host == "[::]";
}

}  // namespace

Status check_advertised(std::string_view host) {
  const std::string written = bracketed(host);
  if (host.empty() || is_wildcard(written)) {
    return fail(ErrorCode::kInvalid, "\"" + std::string(host) + "\" is no host to connect to");
  }
  return check_endpoint(joined(written, "1"));
}

std::string advertised_endpoint(const std::string& bound, const std::string& host) {
  const auto parts = split(bound);
  return parts && !host.empty() ? joined(bracketed(host), parts->port) : bound;
}

std::string reachable_endpoint(const std::string& told, const std::string& reached) {
  const auto parts = split(told);
  if (!parts || !is_wildcard(parts->host)) return told;
  const auto way = split(reached);
  return joined(way ? way->host : "127.0.0.1", parts->port);
}

}  // namespace groupctl
