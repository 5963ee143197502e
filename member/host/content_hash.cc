#include "member/host/content_hash.h"

#include <xxhash.h>

#include "daemon/file_digest.h"

namespace groupctl {
namespace {

class RunningHash {
 public:
  RunningHash() : state_(XXH3_createState()) {
    const bool begun = state_ != nullptr && XXH3_128bits_reset(state_.get()) == XXH_OK;
    GROUPCTL_INVARIANT(begun, "there is memory for a hash");
  }
  void add(ByteView bytes) { XXH3_128bits_update(state_.get(), bytes.data(), bytes.size()); }
  ContentHash finish() const {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_.get()));
    ContentHash hash;
    hash.assign({canonical.digest, sizeof(canonical.digest)});
    return hash;
  }

 private:
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> state_;
};

}  // namespace

ContentHash content_hash(ByteView bytes) {
  RunningHash hash;
  hash.add(bytes);
  return hash.finish();
}

Result<ContentHash> content_hash_of(int fd) {
  RunningHash hash;
  const Status read = read_pieces(fd, [&hash](ByteView piece) -> Status {
    hash.add(piece);
    return {};
  });
  if (!read) return tl::unexpected<Error>(read.error());
  return hash.finish();
}

}  // namespace groupctl
