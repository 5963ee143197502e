#include "keeper/program_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "keeper/safe_walk.h"

namespace groupctl::keeper {
namespace {

/// What may be executed but not read is no script: its interpreter could not read it either.
bool begins_as_script(int fd) {
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  std::array<char, 2> start{};
  return file && ::pread(file.get(), start.data(), start.size(), 0) == 2 && start[0] == '#' &&
         start[1] == '!';
}

Startable<UniqueFd> open_unchecked(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!file) return tl::unexpected(failure_of(path, errno));
  return file;
}

}  // namespace

StartFailure failure_of(const std::string& path, int error) {
  if (error == ENOENT || error == ENOTDIR) return {EndKind::kNotFound, path + ": not found"};
  if (error == EACCES || error == EISDIR) {
    return {EndKind::kNotExecutable, path + ": not executable"};
  }
  if (error == ENOEXEC)
    return {EndKind::kWrongFormat, path + ": not a format that can be executed"};
  return {EndKind::kNotStarted, path + ": " + std::strerror(error)};
}

Startable<ProgramFile> open_program(const ProgramSpec& spec) {
  auto file = spec.checked ? open_safely(spec.path) : open_unchecked(spec.path);
  if (!file) return tl::unexpected(file.error());
  struct stat is {};
  if (::fstat(file->get(), &is) != 0) return tl::unexpected(failure_of(spec.path, errno));
  if (!S_ISREG(is.st_mode)) return tl::unexpected(failure_of(spec.path, EACCES));
  const bool is_script = begins_as_script(file->get());
  return ProgramFile{std::move(*file), is_script};
}

}  // namespace groupctl::keeper
