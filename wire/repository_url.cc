#include "wire/repository_url.h"

#include <algorithm>

#include "log/text.h"
#include "wire/http_url.h"
#include "wire/limits.h"

namespace groupctl {

Status check_file_url(std::string_view url) {
  if (url.starts_with(kFile) && url.substr(kFile.size()).starts_with('/')) return {};
  return fail(ErrorCode::kInvalid,
              "repository " + escaped(url) + ": give file:DIR an absolute path");
}

Status check_repository(std::string_view url) {
  if (url == kGroupRepository) return {};
  if (url.starts_with(kFile)) return check_file_url(url);
  if (is_http_url(url)) return check_http_url(url);
  // What has a user in it is not shown, whatever it is.
  const std::string shown = url.find('@') == url.npos ? " " + escaped(url) : "";
  return fail(ErrorCode::kInvalid, "repository" + shown +
                                       ": neither group:, file:DIR, http://HOST/PATH nor "
                                       "https://HOST/PATH");
}

Status check_shared_tail(const std::vector<std::string>& urls) {
  if (urls.size() > kMaxSharedTail) {
    return fail(ErrorCode::kInvalid, "more than 16 shared repositories");
  }
  if (urls.empty() || urls.front() != kGroupRepository) {
    return fail(ErrorCode::kInvalid, "shared repositories begin with group:");
  }
  for (auto url = urls.begin(); url != urls.end(); ++url) {
    if (auto valid = check_repository(*url); !valid) return valid;
    if (url->size() > kMaxSharedTailBytes) {
      return fail(ErrorCode::kInvalid, "repository " + *url + ": longer than 512 bytes");
    }
    if (std::find(urls.begin(), url, *url) != url) {
      return fail(ErrorCode::kInvalid, "repository " + *url + " stands there twice");
    }
  }
  return {};
}

Result<RepositoryChain> cut_chain(const std::vector<std::string>& urls) {
  const auto cut = std::find(urls.begin(), urls.end(), kGroupRepository);
  RepositoryChain chain{{urls.begin(), cut}, {cut, urls.end()}};
  if (chain.shared.empty()) return chain;
  if (auto valid = check_shared_tail(chain.shared); !valid) {
    return tl::unexpected<Error>(valid.error());
  }
  return chain;
}

}  // namespace groupctl
