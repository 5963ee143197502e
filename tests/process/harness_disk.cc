#include "tests/process/harness_disk.h"

#include <sys/mount.h>

#include <fstream>
#include <stdexcept>

#include "tests/process/harness_process.h"

namespace groupctl::process_test {

namespace fs = std::filesystem;

void copy_folder(const fs::path& from, const fs::path& to) {
  const Said copied = run_program({"/bin/cp", "-a", from.string(), to.string()});
  if (copied.ended != Ended{0, 0}) throw std::runtime_error("cannot copy: " + copied.err);
}

SmallDisk::SmallDisk(const fs::path& folder, const std::string& size) : folder_(folder) {
  const fs::path before = folder.string() + "-before";
  fs::rename(folder, before);
  fs::create_directory(folder);
  mounted_ = ::mount("none", folder.c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
  fs::copy(before, folder, fs::copy_options::recursive);
}

SmallDisk::~SmallDisk() {
  if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
}

void SmallDisk::fill() const {
  std::ofstream ballast(ballast_file(), std::ios::binary);
  const std::string block(4096, 'b');
  while (ballast.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
  }
}

void SmallDisk::free() const { fs::remove(ballast_file()); }

}  // namespace groupctl::process_test
