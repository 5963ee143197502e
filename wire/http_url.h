// A repository at a web server, as it is configured: http://HOST[:PORT][/PATH] or https://..., a
// folder of files.
#pragma once

#include <string>
#include <string_view>

#include "log/result.h"

namespace groupctl {

inline constexpr std::string_view kHttp = "http://";
inline constexpr std::string_view kHttps = "https://";
/// Of a URL that a server sends us on to: signed ones of object stores are long.
inline constexpr std::size_t kMaxRedirectBytes = 8192;

/// By its scheme alone.
bool is_http_url(std::string_view url);

/// HOST is an IPv4 address, [an IPv6 address] or a name; PATH is percent-encoded and has neither
/// "." nor ".." in it. Whoever may look is shown it, so it has no user, password, query or
/// fragment, and an error never repeats one that may be secret. Error: kInvalid.
Status check_http_url(std::string_view url);

/// FOLDER/NAME-VERSION and the suffix; name and version are percent-encoded.
std::string url_of_file(std::string_view folder, std::string_view name, std::string_view version,
                        std::string_view suffix);

/// Whether a server may send us on from one URL to the other: to http: and https: only, never back
/// from https: to http:, and as nobody in particular. Error: kRefused, with what it does.
Status check_redirect(std::string_view from, std::string_view to);

}  // namespace groupctl
