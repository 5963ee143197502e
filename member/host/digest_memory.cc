#include "member/host/digest_memory.h"

#include "log/unique_fd.h"

namespace groupctl {
namespace {

std::int64_t nanoseconds(const timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

Result<ArtefactDigest> DigestMemory::digest_of(int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return errno_error("cannot look at a file");
  const Looks looks{info.st_dev, info.st_ino, info.st_size, nanoseconds(info.st_mtim),
                    nanoseconds(info.st_ctim)};
  if (const auto known = known_.find(looks); known != known_.end()) return known->second;
  auto digest = digest_of_open_file(fd);
  if (!digest) return digest;
  if (known_.size() >= kMaxFiles) known_.clear();
  known_.emplace(looks, *digest);
  return digest;
}

}  // namespace groupctl
