#include "wire/repository_url.h"

#include <algorithm>

#include "wire/limits.h"

namespace groupctl {

Status check_shared_tail(const std::vector<std::string>& urls) {
  if (urls.size() > kMaxSharedTail) {
    return fail(ErrorCode::kInvalid, "more than 16 shared repositories");
  }
  if (urls.empty() || urls.front() != kGroupRepository) {
    return fail(ErrorCode::kInvalid, "shared repositories begin with group:");
  }
  for (auto url = urls.begin(); url != urls.end(); ++url) {
    if (url->size() > kMaxSharedTailBytes) {
      return fail(ErrorCode::kInvalid, "repository " + *url + ": longer than 512 bytes");
    }
    if (std::find(urls.begin(), url, *url) != url) {
      return fail(ErrorCode::kInvalid, "repository " + *url + " stands there twice");
    }
    if (url != urls.begin() && !url->starts_with("file:/")) {
      return fail(ErrorCode::kUnsupported,
                  "repository " + *url + ": only group: and file:DIR, an absolute path");
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
