// A disk of a chosen size, and copies of folders.
#pragma once

#include <filesystem>
#include <string>

namespace groupctl::process_test {

/// With everything in it, sockets too.
void copy_folder(const std::filesystem::path& from, const std::filesystem::path& to);

/// A small file system over a folder, with what was in the folder; gone with this.
class SmallDisk {
 public:
  SmallDisk(const std::filesystem::path& folder, const std::string& size);
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk();
  /// False where this may not mount.
  bool mounted() const { return mounted_; }
  void fill() const;
  void free() const;

 private:
  std::filesystem::path ballast_file() const { return folder_ / "ballast"; }
  std::filesystem::path folder_;
  bool mounted_ = false;
};

}  // namespace groupctl::process_test
