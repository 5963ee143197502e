// A private repository of artefacts in a folder of this machine: `file:DIR`.
//
// Its layout is flat, as artefact_repository.h has it. Where NAME and VERSION meet cannot be seen
// in a file's name, and need not: the digest decides what the file is.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "commands/host.h"
#include "log/unique_fd.h"

namespace groupctl {

/// An archive that a repository holds, opened. Nothing is known of its content yet.
struct FoundArchive {
  UniqueFd file;
  std::uint64_t bytes = 0;
};

class FileRepository {
 public:
  /// Of a URL `file:DIR`, DIR absolute. The folder need not be there yet. Error: kInvalid for
  /// another one.
  static Result<FileRepository> of(const std::string& url);

  const std::string& url() const { return url_; }

  /// nullopt: not here, or the folder is not there. Never leaves DIR, follows no symbolic link in
  /// it, and takes regular files only. Errors: step "fetch".
  StepResult<std::optional<FoundArchive>> find(const std::string& name,
                                               const std::string& version) const;
  /// The repository's own configuration of it, by the same rules. Errors besides: more than a
  /// command can hold.
  StepResult<std::optional<Bytes>> find_config(const std::string& name,
                                               const std::string& version) const;

 private:
  using Suffixes = std::span<const std::string_view>;
  StepResult<std::optional<FoundArchive>> find_file(const std::string& name,
                                                    const std::string& version,
                                                    Suffixes suffixes) const;

  explicit FileRepository(std::string url) : url_(std::move(url)) {}
  std::string url_;
};

}  // namespace groupctl
