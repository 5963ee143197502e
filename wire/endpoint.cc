#include "wire/endpoint.h"

#include <charconv>

namespace groupctl {
namespace {

constexpr std::string_view kTcp = "tcp://";
constexpr std::string_view kIpc = "ipc://";
constexpr std::size_t kMaxSocketPath = 107;  // sun_path of Linux, less its NUL

/// The whole text as a decimal number up to `most`; -1 if it is none.
int decimal(std::string_view text, int most) {
  if (text.empty() || text.front() == '-') return -1;
  int value = -1;
  const char* end = text.data() + text.size();
  const auto [stopped, problem] = std::from_chars(text.data(), end, value);
  const bool whole = problem == std::errc() && stopped == end;
  return whole && value <= most ? value : -1;
}

/// "127.x.y.z" in full; other spellings of loopback are not needed and easily wrong. So is a
/// leading zero: to a resolver it means octal, and 0127.0.0.1 is another machine.
bool is_loopback_v4(std::string_view host) {
  for (int part = 0; part < 4; ++part) {
    const std::size_t dot = host.find('.');
    if ((dot == std::string_view::npos) != (part == 3)) return false;
    const std::string_view digits = host.substr(0, dot);
    if (digits.size() > 1 && digits.front() == '0') return false;
    const int number = decimal(digits, 255);
    if (number < 0 || (part == 0 && number != 127)) return false;
    host.remove_prefix(dot == std::string_view::npos ? host.size() : dot + 1);
  }
  return true;
}

Status check_tcp(std::string_view endpoint) {
  std::string_view address = endpoint.substr(kTcp.size());
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0) {
    return fail(ErrorCode::kInvalid, std::string(endpoint) + " is not tcp://ADDRESS:PORT");
  }
  const std::string_view port = address.substr(colon + 1);
  if (port != "*" && decimal(port, 65535) < 1) {
    return fail(ErrorCode::kInvalid, std::string(endpoint) + " has no port of 1 to 65535");
  }
  const std::string_view host = address.substr(0, colon);
  if (host == "[::1]" || is_loopback_v4(host)) return {};
  return fail(ErrorCode::kUnsupported,
              std::string(endpoint) + " is not loopback; secure transport is not there yet");
}

Status check_ipc(std::string_view endpoint) {
  const std::string_view path = endpoint.substr(kIpc.size());
  if (path.empty() || path.front() != '/') {
    return fail(ErrorCode::kInvalid, std::string(endpoint) + " is not an absolute path");
  }
  if (path.size() <= kMaxSocketPath) return {};
  return fail(ErrorCode::kInvalid, std::string(endpoint) + " is longer than a socket's name, " +
                                       std::to_string(kMaxSocketPath) + " bytes");
}

}  // namespace

Status check_endpoint(std::string_view endpoint) {
  if (endpoint.find('\0') != std::string_view::npos) {
    return fail(ErrorCode::kInvalid, "an endpoint holds a zero byte");
  }
  if (endpoint.substr(0, kTcp.size()) == kTcp) return check_tcp(endpoint);
  if (endpoint.substr(0, kIpc.size()) == kIpc) return check_ipc(endpoint);
  return fail(ErrorCode::kInvalid,
              "\"" + std::string(endpoint) + "\" is neither tcp://ADDRESS:PORT nor ipc://PATH");
}

}  // namespace groupctl
