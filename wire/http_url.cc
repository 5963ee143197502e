#include "wire/http_url.h"

#include <algorithm>

#include "log/text.h"
#include "wire/endpoint.h"
#include "wire/limits.h"

namespace groupctl {
namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEFabcdef";

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
/// RFC 3986, 2.3.
bool is_unreserved(char c) {
  return is_letter_or_digit(c) || std::string_view("-._~").find(c) != std::string_view::npos;
}
/// What may stand in a path as it is (RFC 3986, 3.3), without the '@' that looks like a user.
bool is_of_a_path(char c) {
  return is_unreserved(c) || std::string_view("!$&'()*+,;=:/").find(c) != std::string_view::npos;
}

tl::unexpected<Error> bad_url(std::string_view url, std::string_view why) {
  return fail(ErrorCode::kInvalid, "repository " + escaped(url) + ": " + std::string(why));
}

/// HOST[:PORT], by the rule of endpoints.
bool is_place(std::string_view place) {
  const std::size_t bracket = place.find(']');
  const std::size_t colon = place.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const bool port = colon != std::string_view::npos;
  const std::string endpoint = std::string(kTcp) + std::string(place) + (port ? "" : ":1");
  return check_endpoint(endpoint).has_value();
}

bool is_dots(std::string_view segment) {
  std::string plain;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    const std::string_view three = segment.substr(i, 3);
    const bool dot = three == "%2e" || three == "%2E";
    plain += dot ? '.' : segment[i];
    if (dot) i += 2;
  }
  return plain == "." || plain == "..";
}

Status check_path(std::string_view url, std::string_view path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    const std::string_view digits = path.substr(i).substr(path[i] == '%' ? 1 : 0).substr(0, 2);
    const bool escape = path[i] == '%' && digits.size() == 2 &&
                        std::all_of(digits.begin(), digits.end(), [](char c) {
                          return kHexDigits.find(c) != std::string_view::npos;
                        });
    if (!escape && !is_of_a_path(path[i])) {
      return bad_url(url, "a byte of its path is to be percent-encoded, as %20");
    }
  }
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (is_dots(path.substr(0, slash))) return bad_url(url, "its path has \".\" or \"..\" in it");
    path.remove_prefix(slash);
  }
  return {};
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return encoded;
}

}  // namespace

bool is_http_url(std::string_view url) { return url.starts_with(kHttp) || url.starts_with(kHttps); }

Status check_http_url(std::string_view url) {
  if (!is_http_url(url)) return bad_url(url, "neither http://HOST/PATH nor https://HOST/PATH");
  if (url.find('@') != std::string_view::npos) {
    return fail(ErrorCode::kInvalid,
                "a repository's URL names a user, or has an '@' that is not percent-encoded. "
                "Whoever may look is shown URLs, so they carry no credentials: let the web server "
                "know members by their addresses, or a proxy in front of it add what it wants");
  }
  if (url.find_first_of("?#") != std::string_view::npos) {
    return fail(ErrorCode::kInvalid,
                "a repository's URL has a query or a fragment: it is a folder, "
                "http://HOST/PATH or https://HOST/PATH");
  }
  if (url.size() > kMaxSharedTailBytes) {
    return fail(ErrorCode::kInvalid, "a repository's URL is longer than " +
                                         std::to_string(kMaxSharedTailBytes) + " bytes");
  }
  const std::string_view rest = url.substr(url.find("//") + 2);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  if (slash == 0) return bad_url(url, "it names no host");
  if (!is_place(rest.substr(0, slash))) {
    return bad_url(url, "its host is no name or address, or its port not 1 to 65535");
  }
  return check_path(url, rest.substr(slash));
}

std::string url_of_file(std::string_view folder, std::string_view name, std::string_view version,
                        std::string_view suffix) {
  while (folder.ends_with('/')) folder.remove_suffix(1);
  return std::string(folder) + "/" + percent_encoded(name) + "-" + percent_encoded(version) +
         std::string(suffix);
}

Status check_redirect(std::string_view from, std::string_view to) {
  const auto refused = [](std::string_view why) {
    return fail(ErrorCode::kRefused, "the server sends us on " + std::string(why));
  };
  if (!is_http_url(to)) return refused("to what is neither http: nor https:");
  if (from.starts_with(kHttps) && !to.starts_with(kHttps)) {
    return refused("from https: to http:");
  }
  if (to.size() > kMaxRedirectBytes) return refused("to a URL longer than 8 KiB");
  const std::string_view rest = to.substr(to.find("//") + 2);
  // A backslash may end the host, or not: that depends on who reads it.
  if (rest.substr(0, rest.find_first_of("/?#")).find_first_of("@\\") != std::string_view::npos) {
    return refused("as a user");
  }
  return {};
}

}  // namespace groupctl
