// The group's repository: answers the core's requests from files. Owned by the repository thread;
// no clock or thread of its own.
#pragma once

#include <set>

#include "coordinator/repo/uploads.h"
#include "coordinator/repo/verifier.h"
#include "coordinator/repo_requests.h"

namespace groupctl {

class Repository {
 public:
  /// Uploads that nobody has written to for so long are garbage.
  static constexpr std::int64_t kUploadKeptS = 24 * 3600;
  /// A blob that is so young may be about to be named: whoever put it has yet to say so.
  static constexpr std::int64_t kBlobKeptS = 600;

  /// Makes the folders. Errors: kIo, kStorageFull.
  static Result<std::unique_ptr<Repository>> open(const std::string& folder);

  /// `wall_now_s` is compared with the times of files. SettlePut has no answer.
  std::optional<RepoDone> answer(LocalTime now, std::int64_t wall_now_s,
                                 const RepoRequest& request);
  /// Who was to name what is on its way into the catalogue has gone.
  void settle_all() { unsettled_.clear(); }
  /// Work that nobody waits for by name: to be done a slice at a time between requests.
  bool busy() const { return uploads_.busy() || verifier_.busy(); }
  void work();

 private:
  explicit Repository(Blobs blobs);
  RepoDone open_put(LocalTime now, const OpenPut& request);
  RepoDone write(LocalTime now, const WritePut& request);
  RepoDone verify(const VerifyBlob& request);
  RepoDone collect(std::int64_t wall_now_s, const CollectBlobs& request);
  RepoDone read(const ReadBlob& request);

  Blobs blobs_;
  Uploads uploads_;
  Verifier verifier_;
  std::multiset<ArtefactDigest> unsettled_;  // whole, and on their way into the catalogue
};

}  // namespace groupctl
