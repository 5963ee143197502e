// Writing the archive of a dump: a tar file compressed by zstd, bounded.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "log/result.h"
#include "log/unique_fd.h"

struct archive;

namespace groupctl {

class BundleArchive {
 public:
  /// What all its files together may hold, before compression.
  static constexpr std::uint64_t kMaxBytes = 64 * 1024 * 1024;
  static constexpr std::size_t kMaxFiles = 2000;

  struct File {
    std::string name;
    std::uint64_t bytes = 0;
  };

  /// A new file, mode 0600; what is there already goes. Its files get this time. Errors: kIo,
  /// kStorageFull.
  static Result<std::unique_ptr<BundleArchive>> create(const std::string& path,
                                                       std::uint64_t wall_ms);
  ~BundleArchive();
  BundleArchive(const BundleArchive&) = delete;
  BundleArchive& operator=(const BundleArchive&) = delete;

  /// Errors: kRefused beyond the bounds, and nothing of the file is in the archive; kIo and
  /// kStorageFull, and it is of no use any more.
  Status add(const std::string& name, std::string_view content);
  /// As add(), for the file that names the others: within the bounds or not.
  Status add_last(const std::string& name, std::string_view content);
  /// Whole, and synced. Nothing may be added afterwards. Errors: kIo, kStorageFull.
  Status finish();

  const std::vector<File>& files() const { return files_; }

 private:
  struct Free {
    void operator()(archive* writer) const;
  };
  BundleArchive(std::string path, std::uint64_t wall_ms, UniqueFd file);
  Status broken();

  std::string path_;
  std::uint64_t wall_ms_;
  UniqueFd file_;
  std::unique_ptr<archive, Free> writer_;
  std::vector<File> files_;
  std::uint64_t bytes_ = 0;
};

}  // namespace groupctl
