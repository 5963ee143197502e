// Bringing bundles home: several members at once, each a piece at a time.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "cli/client.h"
#include "cli/collect_folder.h"
#include "cli/collected.h"

namespace groupctl {

using OnCollect = std::function<void(const CollectProgress&)>;

/// A file that arrives piece by piece; without finish() nothing of it stays.
class Incoming {
 public:
  virtual ~Incoming() = default;
  virtual Status write(ByteView bytes) = 0;
  /// Error: kDigestMismatch when it is another content, among others.
  virtual Status finish(const ArtefactDigest& digest) = 0;
};

/// Where fetched files go.
class CollectPlace {
 public:
  virtual ~CollectPlace() = default;
  /// Under which a member's file is kept there; never empty.
  virtual std::string name_of(const CollectedBundle& bundle) const = 0;
  /// Whether this very file is there already. An error ends that member's transfer.
  virtual Result<bool> has(const CollectedBundle& bundle) const = 0;
  virtual Result<std::unique_ptr<Incoming>> begin(const CollectedBundle& bundle) = 0;
};

/// Fetches what these have left of an entry, but for those that are said to be missing already.
/// Ends as collect_bundles() does.
std::vector<CollectedBundle> fetch_left(Client& client, Sequence sequence,
                                        std::vector<CollectedBundle> wanted, CollectPlace& place,
                                        const OnCollect& told);

/// One for every row, in their order. A member whose entry did not end done is not asked. A
/// coordinator that goes is waited for, 30 s at most. That, and a client that is stopped, ends it:
/// what is not there by then is missing. `told` hears of each that ends, and a few times a second.
std::vector<CollectedBundle> collect_bundles(Client& client, Sequence sequence,
                                             const std::vector<LedgerRow>& rows,
                                             const CollectFolder& folder, const OnCollect& told);

}  // namespace groupctl
