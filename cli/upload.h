// An archive on its way into the group's repository.
#pragma once

#include <functional>
#include <string>

#include "cli/client.h"
#include "log/unique_fd.h"

namespace groupctl {

/// An archive on this machine, open.
struct ArchiveFile {
  std::string path;
  UniqueFd file;
  ArtefactDigest digest;
  std::uint64_t bytes = 0;
};
/// Reads it whole, for its digest. Errors: kNotFound, kIo; kInvalid for what is no regular file or
/// is empty.
Result<ArchiveFile> open_archive(const std::string& path);

/// Told how much the coordinator has, and how much there is.
using OnUploaded = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Puts what the coordinator does not have yet, from where an earlier upload ended, and has it
/// catalogued. Goes on over lost answers and a coordinator that restarts; gives up after
/// `silent_ms` without progress. Errors: kUnreachable when nothing was sent; kTimeout when it may
/// or may not be catalogued: the same again goes on; what a QueryRefused says; kIo.
Result<CataloguedReply> upload(Client& client, const PutArtefact& put, const ArchiveFile& archive,
                               std::uint64_t silent_ms, const OnUploaded& on_uploaded);

}  // namespace groupctl
