// Answers the core's reads from short read transactions: replay pages, snapshot images, request
// look-ups, log rows. Owned by the replay thread; no clock or thread of its own.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "coordinator/quota.h"
#include "coordinator/reads.h"
#include "log/hash.h"
#include "log/store.h"
#include "wire/snapshot_image.h"

namespace groupctl {

class Replayer {
 public:
  struct Options {
    std::string group;
    TagSecret secret;
    std::uint64_t share_image_ms = 60000;  ///< joiners within it share one image
    std::uint64_t hold_image_ms = 20000;   ///< asked for within it: it is being fetched
    std::size_t max_images = 4;
    /// Made for one: it holds the whole state, and whoever only claims to need a newer one gets
    /// few.
    Rate images_of_a_peer = {1, 10'000, 3};
    std::size_t chunk_bytes = kChunkBytes;  ///< less only where small images are to be long
  };
  Replayer(const Store& store, Options options);

  ReadDone answer(LocalTime now, const ReadRequest& request);

 private:
  struct Image {
    ImageName name;
    LocalTime made;
    LocalTime used;
    Bytes bytes;
  };
  MemberRead replay(const ReplayRead& read);
  MemberRead chunk(LocalTime now, const ImageRead& read);
  RequestReadDone find_request(const RequestRead& read);
  Result<Sequence> sequence_of(const RequestRead& read);
  LogReadDone log_rows(const LogRead& read);
  FloorReadDone floor(LocalTime now, const FloorRead& read);
  Result<const Image*> image_for(LocalTime now, const ImageRead& read);
  Result<const Image*> make_image(LocalTime now);

  const Store& store_;
  Options options_;
  std::vector<Image> images_;  // oldest first
  IdleMap<PeerId, TokenBucket> made_for_;
  Sequence rising_to_;  ///< to where the core was told that the floor may rise
};

}  // namespace groupctl
