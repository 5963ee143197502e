#include "wire/endpoint.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "log/text.h"

namespace groupctl {
namespace {

constexpr std::string_view kIpc = "ipc://";
constexpr std::size_t kMaxSocketPath = 107;  // sun_path of Linux, less its NUL
constexpr std::size_t kMaxHostName = 253;    // RFC 1035
constexpr std::size_t kMaxIpv6 = 45;

std::string quoted(std::string_view text) { return "\"" + escaped(text) + "\""; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// The whole text as a decimal number up to `most`; -1 if it is none. A leading zero is none: to a
/// resolver it means octal, and 0127.0.0.1 is another machine.
int decimal(std::string_view text, int most) {
  if (text.empty() || text.front() == '-' || (text.size() > 1 && text.front() == '0')) return -1;
  int value = -1;
  const char* end = text.data() + text.size();
  const auto [stopped, problem] = std::from_chars(text.data(), end, value);
  const bool whole = problem == std::errc() && stopped == end;
  return whole && value <= most ? value : -1;
}

/// "a.b.c.d" in full; other spellings are not needed and easily wrong.
bool is_ipv4(std::string_view host) {
  for (int part = 0; part < 4; ++part) {
    const std::size_t dot = host.find('.');
    if ((dot == std::string_view::npos) != (part == 3)) return false;
    if (decimal(host.substr(0, dot), 255) < 0) return false;
    host.remove_prefix(dot == std::string_view::npos ? host.size() : dot + 1);
  }
  return true;
}

/// "[...]": whether it is an address the resolver says.
bool looks_like_ipv6(std::string_view host) {
  if (host.size() < 4 || host.front() != '[' || host.back() != ']') return false;
  const std::string_view inside = host.substr(1, host.size() - 2);
  const auto allowed = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
  };
  return inside.size() <= kMaxIpv6 && std::count(inside.begin(), inside.end(), ':') >= 2 &&
         std::all_of(inside.begin(), inside.end(), allowed);
}

bool is_label(std::string_view label) {
  const auto allowed = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; };
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), allowed);
}

/// What ends in a label of a number is an address in a spelling of its own: 127.1, 0x7f000001.
bool is_host_name(std::string_view host) {
  if (host.size() > kMaxHostName) return false;
  std::string_view label;
  while (true) {
    const std::size_t dot = host.find('.');
    label = host.substr(0, dot);
    if (!is_label(label)) return false;
    if (dot == std::string_view::npos) break;
    host.remove_prefix(dot + 1);
  }
  const bool number = std::all_of(label.begin(), label.end(), is_digit);
  return !number && !label.starts_with("0x") && !label.starts_with("0X");
}

struct Tcp {
  std::string_view host;
  std::string_view port;
};

Result<Tcp> cut_tcp(std::string_view endpoint) {
  const std::string_view address = endpoint.substr(kTcp.size());
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0) {
    return fail(ErrorCode::kInvalid, quoted(endpoint) + " is not tcp://HOST:PORT");
  }
  return Tcp{address.substr(0, colon), address.substr(colon + 1)};
}

Status check_tcp(std::string_view endpoint, bool to_bind) {
  const auto tcp = cut_tcp(endpoint);
  if (!tcp) return tl::unexpected<Error>(tcp.error());
  const bool free_port = to_bind && tcp->port == "*";
  if (!free_port && decimal(tcp->port, 65535) < 1) {
    return fail(ErrorCode::kInvalid, quoted(endpoint) + " has no port of 1 to 65535");
  }
  if (is_ipv4(tcp->host) || looks_like_ipv6(tcp->host)) return {};
  if (to_bind && tcp->host == "*") return {};
  if (!to_bind && is_host_name(tcp->host)) return {};
  return fail(ErrorCode::kInvalid, quoted(endpoint) + (to_bind ? " has no address that can be bound"
                                                               : " names no host"));
}

Status check_ipc(std::string_view endpoint) {
  const std::string_view path = endpoint.substr(kIpc.size());
  if (path.empty() || path.front() != '/') {
    return fail(ErrorCode::kInvalid, quoted(endpoint) + " is not an absolute path");
  }
  if (path.size() <= kMaxSocketPath) return {};
  return fail(ErrorCode::kInvalid, quoted(endpoint) + " is longer than a socket's name, " +
                                       std::to_string(kMaxSocketPath) + " bytes");
}

Status check(std::string_view endpoint, bool to_bind) {
  if (endpoint.find('\0') != std::string_view::npos) {
    return fail(ErrorCode::kInvalid, "an endpoint holds a zero byte");
  }
  if (endpoint.starts_with(kTcp)) return check_tcp(endpoint, to_bind);
  if (endpoint.starts_with(kIpc)) return check_ipc(endpoint);
  return fail(ErrorCode::kInvalid,
              quoted(endpoint) + " is neither tcp://HOST:PORT nor ipc:///PATH");
}

}  // namespace

Status check_endpoint(std::string_view endpoint) { return check(endpoint, false); }
Status check_bind_endpoint(std::string_view endpoint) { return check(endpoint, true); }

bool is_ipc(std::string_view endpoint) { return endpoint.starts_with(kIpc); }

bool is_this_machine(std::string_view endpoint) {
  if (is_ipc(endpoint)) return true;
  if (!endpoint.starts_with(kTcp)) return false;
  const auto tcp = cut_tcp(endpoint);
  if (!tcp) return false;
  return tcp->host == "[::1]" || (is_ipv4(tcp->host) && tcp->host.starts_with("127."));
}

Status check_without_keys(std::string_view endpoint) {
  if (is_this_machine(endpoint)) return {};
  return fail(ErrorCode::kRefused,
              std::string(endpoint) + " is reached by others: that takes keys");
}

}  // namespace groupctl
