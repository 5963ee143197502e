// A folder of this machine as a place in the chain of repositories: what it gives is copied before
// it is used.
#pragma once

#include "member/host/artefact_repository.h"
#include "member/host/digest_memory.h"
#include "member/host/file_repository.h"

namespace groupctl {

class FolderRepository : public ArtefactRepository {
 public:
  /// `staged` is where an archive is copied while it is digested, so that what was checked is what
  /// is unpacked, whoever writes to the folder meanwhile. Nobody else writes there.
  FolderRepository(FileRepository files, std::string staged)
      : files_(std::move(files)), staged_path_(std::move(staged)) {}

  const std::string& url() const override { return files_.url(); }
  Looked<ArtefactDigest> digest_of(const std::string& name, const Release& wanted,
                                   const Progress& progress) override;
  Looked<Bytes> config_of(const std::string& name, const std::string& version) override;
  tl::expected<Located, Miss> locate(const std::string& name, const Release& release) override;
  tl::expected<std::string, Miss> fetch(const std::string& name, const Release& release,
                                        Patience patience, const Progress& progress) override;

 private:
  tl::expected<std::string, Miss> take_over(const FoundArchive& found, const ArtefactDigest& wanted,
                                            const Progress& progress);

  FileRepository files_;
  std::string staged_path_;
  DigestMemory digests_;  ///< of archives that have not changed since
};

}  // namespace groupctl
