#include "member/host/file_repository.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "daemon/file_io.h"
#include "member/host/artefact_repository.h"
#include "member/host/names.h"
#include "wire/repository_url.h"

namespace groupctl {
namespace {

constexpr std::string_view kConfig[] = {kConfigSuffix};

tl::unexpected<StepError> cannot_open(const std::string& what) {
  const bool link = errno == ELOOP;  // what O_NOFOLLOW says of a symbolic link
  return step_failed("fetch", what + ": " + (link ? "a symbolic link" : std::strerror(errno)));
}

}  // namespace

Result<FileRepository> FileRepository::of(const std::string& url) {
  if (auto folder = check_file_url(url); !folder) return tl::unexpected<Error>(folder.error());
  return FileRepository(url);
}

StepResult<std::optional<FoundArchive>> FileRepository::find(const std::string& name,
                                                             const std::string& version) const {
  return find_file(name, version, kArchiveSuffixes);
}

StepResult<std::optional<Bytes>> FileRepository::find_config(const std::string& name,
                                                             const std::string& version) const {
  auto found = find_file(name, version, kConfig);
  if (!found) return tl::unexpected<StepError>(found.error());
  if (!*found) return std::nullopt;
  const std::string what = url_ + "/" + name + "-" + version + ".config";
  Bytes config(kMaxPayloadBytes + 1);
  auto got = read_at((*found)->file.get(), 0, config, what);
  if (!got) return step_failed("fetch", got.error().text);
  if (*got > kMaxPayloadBytes) return step_failed("fetch", what + ": longer than 32 KiB");
  config.resize(*got);
  return config;
}

StepResult<std::optional<FoundArchive>> FileRepository::find_file(const std::string& name,
                                                                  const std::string& version,
                                                                  Suffixes suffixes) const {
  if (auto checked = check_names(name, version, "fetch"); !checked) {
    return tl::unexpected<StepError>(checked.error());
  }
  const std::string dir = url_.substr(kFile.size());
  const UniqueFd folder(::open(dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder && errno == ENOENT) return std::nullopt;
  if (!folder) return cannot_open(url_);
  for (std::string_view suffix : suffixes) {
    const std::string file_name = name + "-" + version + std::string(suffix);
    // O_NONBLOCK: a named pipe is to be refused, not waited for.
    UniqueFd file(
        ::openat(folder.get(), file_name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file && errno == ENOENT) continue;
    struct stat info {};
    if (!file || ::fstat(file.get(), &info) != 0) return cannot_open(url_ + "/" + file_name);
    if (!S_ISREG(info.st_mode)) {
      return step_failed("fetch", url_ + "/" + file_name + ": not a regular file");
    }
    return FoundArchive{std::move(file), static_cast<std::uint64_t>(info.st_size)};
  }
  return std::nullopt;
}

}  // namespace groupctl
